import { appendFileSync, cpSync, readFileSync, rmSync, unlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { gteSmall } from "../../src/pipeline/embed/gte-small";
import { MODELS_FOLDER } from "../../src/pipeline/embed/model-files";
import { staticModel } from "../../src/pipeline/embed/static";
import { cosine, embedAll, newDataDir, quickRun, recorded, sentences, vectorsOf } from "./support";

const reference = JSON.parse(readFileSync(path.resolve(__dirname, "../fixtures/embedding/vectors.json"), "utf8")) as {
  cases: { text: string; gte: number[]; static: number[] }[];
};

const length = (vector: Float32Array): number =>
  Math.sqrt(cosine(vector, vector) && vector.reduce((sum, v) => sum + v * v, 0));

describe("gte-small", () => {
  it("gives a text alone the vector of the Python reference", async () => {
    for (const { text, gte } of reference.cases.slice(0, 3)) {
      const [vector] = await embedAll(gteSmall({}), [text]);
      expect(cosine(vector, gte)).toBeGreaterThan(0.9999);
    }
  });

  it("gives many texts their vectors in their order, of length 1, near those of each text alone", async () => {
    const vectors = await embedAll(gteSmall({}), sentences);
    expect(vectors).toHaveLength(sentences.length);
    for (const vector of vectors) expect(length(vector)).toBeCloseTo(1, 5);
    for (const { text, gte } of reference.cases) {
      const best = vectors.map((vector, i) => ({ i, cos: cosine(vector, gte) })).sort((a, b) => b.cos - a.cos)[0];
      expect(sentences[best.i]).toBe(text);
      expect(best.cos).toBeGreaterThan(0.993);
    }
  });

  it("cuts long texts where the option says", async () => {
    const long = sentences.slice(0, 20).join(" ");
    const [short, cut] = await Promise.all([
      embedAll(gteSmall({ maxTokens: 16 }), [long]),
      embedAll(gteSmall({}), [long]),
    ]);
    expect(cosine(short[0], cut[0])).toBeLessThan(0.99);
    expect(() => gteSmall({ maxTokens: 513 })).toThrow(expect.objectContaining({ code: "bad-option" }) as Error);
  });
});

it("the static model gives the vectors of its definition", async () => {
  const vectors = await embedAll(
    staticModel({}),
    reference.cases.map(({ text }) => text),
  );
  reference.cases.forEach((expected, i) => expect(cosine(vectors[i], expected.static)).toBeGreaterThan(0.99999));
});

describe("a model's files", () => {
  const copy = (name: string): string => {
    const folder = path.join(newDataDir(), name);
    cpSync(path.join(MODELS_FOLDER, name), folder, { recursive: true });
    return folder;
  };

  it("that are damaged are found before they are used, and named with what was expected and found", async () => {
    const folder = copy("static-gte-256");
    appendFileSync(path.join(folder, "table.i8"), "x");
    await expect(embedAll(staticModel({}, folder), ["a"])).rejects.toMatchObject({
      code: "model-damaged",
      message: expect.stringMatching(
        /table\.i8 is damaged: expected 7813632 bytes.*b5d448f.*found 7813633 bytes.*npm install/s,
      ) as string,
    });
  });

  it("that are missing are named, with a remedy", async () => {
    const folder = copy("gte-small-int8");
    unlinkSync(path.join(folder, "model.onnx"));
    await expect(embedAll(gteSmall({}, folder), ["a"])).rejects.toMatchObject({
      code: "model-missing",
      message: expect.stringMatching(/model\.onnx is missing.*npm install/s) as string,
    });
    rmSync(folder, { recursive: true });
    expect(() => gteSmall({}, folder)).toThrow(expect.objectContaining({ code: "model-missing" }) as Error);
  });
});

describe("a model of one's own", () => {
  const rows = sentences.slice(0, 30).map((text) => ({ text }));
  const byLetters = (text: string): Float32Array =>
    Float32Array.from("etaoinsh", (letter) => text.split(letter).length);

  it("is called with each distinct text once, in batches, and its vectors are used as they are", async () => {
    const calls: string[][] = [];
    const model = {
      id: "letters-1",
      embed: (texts: string[]) => {
        calls.push(texts);
        return Promise.resolve(texts.map(byLetters));
      },
    };
    const result = await quickRun([...rows, rows[3]], newDataDir(), { embed: { model, batchSize: 8 } });
    expect(calls.map((texts) => texts.length)).toEqual([8, 8, 8, 6]);
    expect(new Set(calls.flat())).toEqual(new Set(rows.map(({ text }) => text)));
    const vectors = await vectorsOf(result);
    [...rows, rows[3]].forEach(({ text }, i) => expect(vectors[i]).toEqual(byLetters(text)));
  });

  it.each([
    ["too few vectors", () => [Float32Array.of(1)]],
    ["vectors of several lengths", (texts: string[]) => texts.map((_, i) => new Float32Array(2 + (i % 2)).fill(1))],
    ["numbers that are none", (texts: string[]) => texts.map(() => [1, NaN])],
    ["nothing", () => undefined as unknown as number[][]],
  ])("that returns %s is told so", async (_, answer) => {
    const model = { id: "bad", embed: (texts: string[]) => Promise.resolve(answer(texts) as number[][]) };
    await expect(quickRun(rows, newDataDir(), { embed: { model } })).rejects.toMatchObject({
      code: "bad-vectors",
      message: expect.stringContaining('"bad"') as string,
    });
  });

  it("that fails after some batches keeps what it did", async () => {
    const dataDir = newDataDir();
    let calls = 0;
    const embed = (failAt: number) => (texts: string[]) => {
      if (++calls === failAt) return Promise.reject(new Error("out of credit"));
      return Promise.resolve(texts.map(byLetters));
    };
    const run = (failAt: number) =>
      quickRun(rows, dataDir, { embed: { model: { id: "m", embed: embed(failAt) }, batchSize: 10 } });
    await expect(run(3)).rejects.toThrow("out of credit");
    const result = await run(-1);
    expect(calls).toBe(4);
    expect(await recorded(result.dataset, "embeddings/embedding-001.json")).toMatchObject({
      distinct_texts: 30,
      embedded_texts: 10,
    });
  });
});

describe("an English model", () => {
  const warningsOf = async (texts: readonly string[], dataDir = newDataDir()): Promise<readonly string[]> =>
    (
      await quickRun(
        texts.map((text) => ({ text })),
        dataDir,
      )
    ).warnings;

  it.each([
    [
      "another script",
      ["Привет, мир", "Сегодня хорошая погода", "Кошка спит на диване", "Где находится вокзал?"],
      /most texts are Russian.*"static".*English.*embed: \{ model/s,
    ],
    [
      "another language",
      ["Wie spät ist es?", "Der Zug fährt heute nicht.", "Ich hätte gern ein Brot.", "My train is late again."],
      /most texts are German/,
    ],
    ["several languages", ["Wie spät ist es?", "Ça ne marche pas", "これはテストです", "¿Dónde está?"], /not English/],
    ["a script that no language is known of", ["ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", "ᎣᏏᏲ", "ᏙᎾᏓᎪᎲᎢ"], /not Latin/],
  ])("warns of texts of %s, also when the vectors are there", async (_, texts, message) => {
    const dataDir = newDataDir();
    const wanted = [expect.stringMatching(message) as string];
    expect(await warningsOf(texts, dataDir)).toEqual(wanted);
    expect(await warningsOf(texts, dataDir)).toEqual(wanted);
  });

  it.each([
    [["The word привет means hello", "123 👍", "naïve façade", "A café is where I work"]],
    [["12 34", "👍", "56"]],
    [["billing", "login", "refund", "other"]],
  ])("does not warn of %j", async (texts) => expect(await warningsOf(texts)).toEqual([]));
});
