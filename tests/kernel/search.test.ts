import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as latentscope from "../../src";
import { cosine } from "../pipeline/support";

const sentences = JSON.parse(
  readFileSync(path.resolve(__dirname, "../fixtures/embedding/texts.json"), "utf8"),
) as string[];
const table = [{ text: "", n: 0 }, ...[...new Set(sentences)].map((text, n) => ({ text, n }))];
const newDataDir = (): string => mkdtempSync(path.join(os.tmpdir(), "latentscope-search-"));
const fast = { embed: { model: "static" }, umap: { nEpochs: 10 } } as const;

describe("searching by meaning", () => {
  let scope: latentscope.Scope;
  let vectors: Float32Array[];
  beforeAll(async () => {
    const dataDir = newDataDir();
    scope = await latentscope.run(table, "text", { ...fast, dataDir });
    const data = await latentscope.ingest(table, "text", { dataDir });
    const { values, dimensions } = await (await data.embed(fast.embed)).vectors();
    vectors = table.map((_, row) => values.slice(row * dimensions, (row + 1) * dimensions));
  });

  it("finds a text by itself, then what is nearest to it, as rows of the scope", async () => {
    const found = await scope.search(table[7].text, { k: 5 });
    expect(found.columns).toEqual([...scope.rows.columns, "similarity"]);
    expect(found.height).toBe(5);
    const rows = found.getColumn("ls_index").toArray() as number[];
    const similarities = found.getColumn("similarity").toArray() as number[];
    expect(rows[0]).toBe(7);
    expect(similarities[0]).toBeCloseTo(1, 4);
    const all = vectors.map((vector, row) => ({ row, similarity: row ? cosine(vector, vectors[7]) : -1 }));
    const wanted = all.sort((a, b) => b.similarity - a.similarity).slice(0, 5);
    expect(rows).toEqual(wanted.map(({ row }) => row));
    similarities.forEach((similarity, i) => expect(similarity).toBeCloseTo(wanted[i].similarity, 4));
  });

  it("finds neighbours of a row without the row, and never one without text", async () => {
    const all = await scope.neighbors(7, { k: 1000 });
    const rows = all.getColumn("ls_index").toArray() as number[];
    expect(rows).toHaveLength(table.length - 2);
    expect(rows).not.toContain(7);
    expect(rows).not.toContain(0);
    const similarities = all.getColumn("similarity").toArray() as number[];
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
    expect((await scope.neighbors(7)).height).toBe(10);
  });

  it.each([
    ["an empty text", () => scope.search("  "), "bad-option"],
    ["no row", () => scope.neighbors(table.length), "bad-rows"],
    ["no number of rows", () => scope.search("taxes", { k: 0 }), "bad-option"],
  ])("refuses %s", async (_, search, code) => {
    await expect(search()).rejects.toMatchObject({ code });
  });

  it("works on a scope that was opened, also of shorter vectors", async () => {
    const dataDir = newDataDir();
    await latentscope.run(table, "text", {
      ...fast,
      dataDir,
      name: "short",
      embed: { model: "static", dimensions: 64 },
    });
    const opened = await latentscope.open("short", { dataDir });
    const [first] = (await opened.search(table[9].text, { k: 1 })).toRecords();
    expect(first).toMatchObject({ ls_index: 9, similarity: expect.closeTo(1, 4) as number });
  });

  it("puts the model's prompt for queries before the query, and that for texts before texts", async () => {
    const seen: string[] = [];
    const model = {
      id: "letters",
      embed: (texts: string[]) => {
        seen.push(...texts);
        return Promise.resolve(texts.map((text) => [text.length, text.charCodeAt(3) || 1, 1]));
      },
    };
    const prompts = { prefix: "passage: ", queryPrefix: "query: " };
    const own = await latentscope.run(table, "text", {
      ...{ ...fast, dataDir: newDataDir(), embed: { model, ...prompts } },
    });
    expect(seen.every((text) => text.startsWith("passage: "))).toBe(true);
    seen.length = 0;
    await expect(own.search("taxes")).rejects.toMatchObject({
      code: "unknown-model",
      message: expect.stringMatching(/letters.*embed: \{ model \}/s) as string,
    });
    expect((await own.search("taxes", { k: 3, embed: { model } })).height).toBe(3);
    expect(seen).toEqual(["query: taxes"]);
  });

  it("needs a model where the vectors came with the table", async () => {
    const rows = table.map((row, i) => ({ ...row, v: [i, 1, 2] }));
    const imported = await latentscope.run(rows, "text", {
      ...{ dataDir: newDataDir(), umap: fast.umap, embed: { model: "column:v" } },
    });
    await expect(imported.search("taxes")).rejects.toMatchObject({ code: "unknown-model" });
    expect((await imported.neighbors(3, { k: 1 })).getColumn("ls_index").toArray()).toEqual([4]);
    const other = { embed: { model: "static" } } as const;
    expect((await imported.search("taxes", other)).height).toBe(20);
  });
});
