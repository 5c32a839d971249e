import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findProvider, type EmbedOptions } from "../../src/pipeline";
import { gteSmall } from "../../src/pipeline/embed/gte-small";
import type { EmbeddingProvider } from "../../src/pipeline/embed/provider";
import { gteSmallFolder, Hub, newFolder, WORD_VECTORS, wordGraph, wordModel, writeModel } from "../support/hub";
import { embedAll, cosine, newDataDir, quickRun, recorded, sentences } from "./support";

const texts = [
  ...sentences.slice(0, 10),
  "Ça va très bien, naïve Ünïcode",
  "東京タワー と 大阪",
  "👍 thumbs up 🎉",
  sentences.join(" ").slice(0, 10_000),
];

async function hf(of: string, options: EmbedOptions = {}, signal?: AbortSignal): Promise<EmbeddingProvider> {
  return (await findProvider({ model: `hf:${of}`, ...options }, signal)) as EmbeddingProvider;
}

let hub: Hub | undefined;
const env = { ...process.env };
beforeEach(() => {
  // nothing of a user's own hub or cache takes part
  for (const name of ["HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE"]) delete process.env[name];
  process.env["HF_HOME"] = newDataDir();
  process.env["HF_ENDPOINT"] = "http://127.0.0.1:9";
});
afterEach(async () => {
  process.env = { ...env };
  await hub?.stop();
  hub = undefined;
});

async function startHub(models: Record<string, string>, token?: string): Promise<Hub> {
  hub = await Hub.start(models, token === undefined ? {} : { token });
  process.env["HF_ENDPOINT"] = hub.url;
  return hub;
}

let gte: string;
beforeAll(() => {
  gte = gteSmallFolder(newFolder());
});

describe("a folder", () => {
  it("gives the vectors of the bundled gte-small, and asks no hub", async () => {
    const { requests } = await startHub({});
    const provider = await hf(gte);
    expect(provider).toMatchObject({ maxTokens: 512, prompts: { text: "", query: "" } });
    const own = gteSmall({});
    for (const text of ["naïve 東京 👍", texts[texts.length - 1]])
      expect(await embedAll(provider, [text])).toEqual(await embedAll(own, [text]));
    const [together, expected] = [await embedAll(provider, texts), await embedAll(own, texts)];
    together.forEach((vector, i) => expect(cosine(vector, expected[i])).toBeGreaterThan(0.995));
    expect(requests).toEqual([]);
  });

  it("may have its graphs in itself, and other weights by the option dtype", async () => {
    const folder = wordModel(wordGraph({}));
    expect((await hf(folder)).identity["weights"]).toHaveProperty(["model.onnx"]);
    expect(await embedAll(await hf(folder), ["red green", "blue"])).toEqual([
      Float32Array.of(0.5, 0.5),
      Float32Array.of(3, 4),
    ]);
    await expect(hf(folder, { dtype: "q4" })).rejects.toMatchObject({
      code: "model-missing",
      message: expect.stringMatching(/no "model_q4\.onnx".*embed\.dtype/s) as string,
    });
    await expect(hf(folder, { dtype: "q3" })).rejects.toMatchObject({ code: "bad-option" });
    await expect(hf(folder, { revision: "main" })).rejects.toMatchObject({ code: "bad-option" });
    await expect(hf(`${folder}/nowhere/else`)).rejects.toMatchObject({ code: "model-missing" });
  });

  it("may hold a decoder, which no text before goes into", async () => {
    const past = { more: "past_key_values.0.key", moreDims: ["batch", 1, "past", 4], places: true } as const;
    const folder = wordModel(wordGraph({ ...past, moreDims: [...past.moreDims] }), {
      "config.json": {
        ...{ model_type: "qwen2", architectures: ["Qwen2Model"], max_position_embeddings: 20, pad_token_id: 1 },
        ...{ num_hidden_layers: 1, num_key_value_heads: 1, num_attention_heads: 1, hidden_size: 4 },
      },
      "1_Pooling/config.json": { pooling_mode_lasttoken: true, pooling_mode_mean_tokens: false },
    });
    // the vector of the last word, and its place
    expect(await embedAll(await hf(folder), ["red green", "blue blue red", "blue"])).toEqual([
      Float32Array.of(1, 2),
      Float32Array.of(3, 2),
      Float32Array.of(3, 4),
    ]);
  });

  it("whose weights are damaged is told so", async () => {
    const folder = wordModel(Buffer.from("not a graph"));
    await expect(embedAll(await hf(folder), ["red"])).rejects.toMatchObject({
      code: "model-damaged",
      message: expect.stringContaining("cannot be loaded") as string,
    });
  });

  it("stops within a second when it is interrupted", async () => {
    const controller = new AbortController();
    let abortedAt = 0;
    const delivered = (): void => {
      abortedAt ||= performance.now();
      controller.abort();
    };
    const embedding = embedAll(await hf(gte), sentences, { signal: controller.signal, delivered });
    await expect(embedding).rejects.toMatchObject({ code: "interrupted" });
    expect(performance.now() - abortedAt).toBeLessThan(5_000);
  });
});

describe("a model of a hub", () => {
  it("is fetched once, with a note of how far it is, and asked about once a run", async () => {
    const { url } = await startHub({ "org/gte": gte });
    const notes: string[] = [];
    const provider = await hf("org/gte");
    expect(provider).toMatchObject({ name: "hf:org/gte", modelId: "huggingface-org___gte" });
    expect(hub?.taken().map(({ method, path: asked }) => `${method} ${asked}`)).not.toContainEqual(
      expect.stringMatching(/^GET.*onnx/),
    );
    const vectors = await embedAll(provider, [texts[0]], { notes });
    expect(vectors).toEqual(await embedAll(gteSmall({}), [texts[0]]));
    expect(notes).toContainEqual("downloading model_quantized.onnx, 12 of 35 MB");
    expect(notes.at(-2)).toBe("downloading model_quantized.onnx, 34 of 35 MB");
    expect(notes.at(-1)).toBe("hf:org/gte");

    hub?.taken();
    const again = await hf("org/gte");
    expect(again.identity).toEqual(provider.identity);
    expect(await embedAll(again, [texts[0]])).toEqual(vectors);
    expect(hub?.taken()).toEqual([
      expect.objectContaining({ method: "HEAD", path: "/org/gte/resolve/main/config.json" }),
    ]);

    process.env["HF_ENDPOINT"] = "http://127.0.0.1:9";
    const offline = await hf("org/gte");
    expect(offline.identity).toEqual(provider.identity);
    expect(await embedAll(offline, [texts[0]])).toEqual(vectors);
    // a commit is what it is: nobody is asked
    process.env["HF_ENDPOINT"] = url;
    expect((await hf("org/gte", { revision: hub?.commit ?? "" })).identity).toEqual(provider.identity);
    expect(hub?.taken()).toEqual([]);
  });

  it("has its vectors reused until its weights change, not its other files", async () => {
    const folder = wordModel(wordGraph({}), {}, "onnx/model.onnx");
    const server = await startHub({ "org/words": folder });
    const rows = ["red", "green", "blue", "red green", "blue red", "red red"].map((text) => ({ text }));
    const dataDir = newDataDir();
    const run = () =>
      quickRun(rows, dataDir, {
        embed: { model: "hf:org/words" },
        umap: { nNeighbors: 2, nEpochs: 5 },
        cluster: { minClusterSize: 2 },
      });
    const first = await run();
    expect(await recorded(first.dataset, "embeddings/embedding-001.json")).toMatchObject({
      embedded_texts: 6,
      model: { model: "huggingface", weights: { "model.onnx": expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
    });
    server.commit = "2".repeat(40);
    writeModel(folder, { "README.md": "better words" });
    server.taken();
    expect((await run()).steps[1]).toMatchObject({ step: "embed", reused: true });
    expect(server.taken().filter(({ path: asked }) => asked.startsWith("/stored/"))).toEqual([]);

    server.commit = "3".repeat(40);
    writeFileSync(path.join(folder, "onnx/model.onnx"), wordGraph({ table: Buffer.alloc(WORD_VECTORS.length, 1) }));
    const third = await run();
    expect(third.steps[1]).toMatchObject({ id: "embedding-002", reused: false });
    expect(await recorded(third.dataset, "embeddings/embedding-002.json")).toMatchObject({ embedded_texts: 6 });
  });

  it("may have its weights in files beside its graph", async () => {
    const graph = wordGraph({ weightsIn: "model.onnx_data" });
    const external = { "transformers.js_config": { use_external_data_format: true } };
    const folder = wordModel(
      graph,
      { "config.json": { model_type: "bert", max_position_embeddings: 20, ...external } },
      "onnx/model.onnx",
    );
    writeFileSync(path.join(folder, "onnx/model.onnx_data"), WORD_VECTORS);
    await startHub({ "org/words": folder });
    const provider = await hf("org/words");
    expect(Object.keys(provider.identity["weights"] as object)).toEqual(["model.onnx", "model.onnx_data"]);
    expect(await embedAll(provider, ["red green"])).toEqual([Float32Array.of(0.5, 0.5)]);
  });

  it("that asks for a token gets it; where its weights are stored does not", async () => {
    const server = await startHub({ "gated/words": wordModel(wordGraph({}), {}, "onnx/model.onnx") }, "secret");
    await expect(hf("gated/words")).rejects.toMatchObject({
      code: "endpoint-refused",
      message: expect.stringMatching(/GatedRepo.*accept.*HF_TOKEN/s) as string,
    });
    process.env["HF_TOKEN"] = "secret";
    server.taken();
    expect(await embedAll(await hf("gated/words"), ["blue"])).toEqual([Float32Array.of(3, 4)]);
    for (const { path: asked, authorization } of server.taken())
      expect(authorization).toBe(asked.startsWith("/stored/") ? undefined : "Bearer secret");
  });

  it("is fetched from where an earlier attempt broke off", async () => {
    const server = await startHub({ "org/gte": gte });
    server.breakOffAfter = 5_000_000;
    const provider = await hf("org/gte");
    await expect(embedAll(provider, ["a"])).rejects.toMatchObject({
      code: "endpoint-unreachable",
      message: expect.stringMatching(/model_quantized\.onnx broke off after \d+ of 34015106 bytes/) as string,
    });
    server.taken();
    expect(await embedAll(provider, ["a"])).toEqual(await embedAll(gteSmall({}), ["a"]));
    const stored = server.taken().filter(({ path: asked }) => asked.startsWith("/stored/"));
    expect(stored).toEqual([expect.objectContaining({ range: expect.stringMatching(/^bytes=[1-9]\d+-$/) as string })]);
  });

  it("that comes damaged is not kept", async () => {
    const server = await startHub({ "org/gte": gte });
    server.damage = true;
    await expect(embedAll(await hf("org/gte"), ["a"])).rejects.toMatchObject({
      code: "model-damaged",
      message: expect.stringContaining("not what the hub announced") as string,
    });
    server.damage = false;
    expect(await embedAll(await hf("org/gte"), ["a"])).toEqual(await embedAll(gteSmall({}), ["a"]));
  });

  it("stops being fetched when it is interrupted", async () => {
    await startHub({ "org/gte": gte });
    const controller = new AbortController();
    const notes = { push: () => (controller.abort(), 0) } as unknown as string[];
    const provider = await hf("org/gte");
    await expect(embedAll(provider, ["a"], { notes, signal: controller.signal })).rejects.toMatchObject({
      code: "interrupted",
    });
    const blobs = path.join(process.env["HF_HOME"] ?? "", "hub/models--org--gte/blobs");
    const [partial] = readdirSync(blobs).filter((name) => name.endsWith(".incomplete"));
    expect(statSync(path.join(blobs, partial)).size).toBeLessThan(34_015_106);
    await expect(hf("org/gte", {}, controller.signal)).rejects.toMatchObject({ code: "interrupted" });
  });

  it("that Hugging Face's own tools have fetched is there without a hub", async () => {
    const commit = "4".repeat(40);
    const cache = path.join(process.env["HF_HOME"] ?? "", "hub/models--org--words");
    const folder = wordModel(wordGraph({}), {}, "onnx/model.onnx");
    mkdirSync(path.join(cache, "refs"), { recursive: true });
    writeFileSync(path.join(cache, "refs/main"), commit);
    cpSync(folder, path.join(cache, "snapshots", commit), { recursive: true });
    process.env["HF_HUB_OFFLINE"] = "1";
    expect(await embedAll(await hf("org/words"), ["blue"])).toEqual([Float32Array.of(3, 4)]);
  });

  it.each([
    ["is not there", "org/none", {}, "unknown-model", /no model "org\/none".*private.*HF_TOKEN/s],
    ["has no such revision", "org/words", { revision: "v9" }, "unknown-model", /no revision "v9"/],
    ["has no graphs", "org/words", { dtype: "fp16" }, "model-missing", /no "onnx\/model_fp16\.onnx".*onnx-community/s],
    ["has no tokenizer", "org/bare", {}, "model-missing", /no tokenizer\.json/],
    ["has no configuration", "org/empty", {}, "model-missing", /no file config\.json/],
    ["has a name that is none", "org/words/more", {}, "model-missing", /no folder.*hf:<organisation>/s],
    ["has a revision that is none", "org/words", { revision: "../x" }, "bad-option", /branch, a tag or a commit/],
  ])("that %s is told so", async (_, id, options, code, message) => {
    await startHub({
      "org/words": wordModel(wordGraph({}), {}, "onnx/model.onnx"),
      "org/bare": wordModel(wordGraph({}), { "tokenizer.json": undefined }, "onnx/model.onnx"),
      "org/empty": writeModel(newFolder(), { "README.md": "" }),
    });
    await expect(hf(id, options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it("whose hub cannot be reached is told so, with what to do", async () => {
    await expect(hf("org/gte")).rejects.toMatchObject({
      code: "endpoint-unreachable",
      message: expect.stringMatching(/127\.0\.0\.1:9: .*HF_ENDPOINT.*onnx:<folder>/s) as string,
    });
  });
});

it("without the package @huggingface/transformers, says what to install", async () => {
  const root = path.resolve(__dirname, "../..");
  const modules = path.join(newDataDir(), "node_modules");
  // a copy of this library among all packages but that one
  for (const name of readdirSync(path.join(root, "node_modules")).filter((entry) => !entry.startsWith("."))) {
    if (name === "latentscope") continue;
    const scoped = name.startsWith("@") ? readdirSync(path.join(root, "node_modules", name)) : [""];
    for (const part of scoped.filter((entry) => path.join(name, entry) !== path.join("@huggingface", "transformers"))) {
      const link = path.join(modules, name, part);
      mkdirSync(path.dirname(link), { recursive: true });
      symlinkSync(path.join(root, "node_modules", name, part), link, "junction");
    }
  }
  const library = path.join(modules, "latentscope");
  for (const part of ["package.json", "dist/index.js", "dist/pipeline", "dist/compute", "dist/scope", "dist/store"])
    if (existsSync(path.join(root, part))) cpSync(path.join(root, part), path.join(library, part), { recursive: true });
  symlinkSync(path.join(root, "models"), path.join(library, "models"), "junction");
  const script = `
    const { findProvider } = require(${JSON.stringify(path.join(library, "dist/pipeline"))});
    findProvider({ model: ${JSON.stringify(`onnx:${gte}`)} })
      .then((provider) => console.log(provider.maxTokens))
      .then(() => findProvider({ model: ${JSON.stringify(`hf:${gte}`)} }))
      .catch((error) => console.log(error.code, error.message));
  `;
  const child = spawn(process.execPath, ["-e", script], {
    cwd: path.dirname(modules),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  await new Promise((resolve) => child.on("close", resolve));
  rmSync(modules, { recursive: true });
  expect(output).toMatch(
    /^512\nmodel-missing .*not installed: npm install @huggingface\/transformers.*ONNXRUNTIME_NODE_INSTALL=skip.*onnx:<folder>/s,
  );
});
