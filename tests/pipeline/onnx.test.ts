import { InferenceSession, Tensor } from "onnxruntime-node";
import { appendFileSync, cpSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findProvider, type EmbedOptions } from "../../src/pipeline";
import { gteSmall } from "../../src/pipeline/embed/gte-small";
import { MODELS_FOLDER } from "../../src/pipeline/embed/model-files";
import { pool } from "../../src/pipeline/embed/encoder/pooling";
import type { EmbeddingProvider } from "../../src/pipeline/embed/provider";
import { readJsonTokenizer } from "../../src/pipeline/embed/encoder/tokenizer-json";
import {
  FLOAT16,
  GTE_SMALL_FILES,
  gteSmallFolder,
  INT32,
  INT64,
  newFolder,
  WORD_VECTORS,
  wordGraph,
  wordModel,
  writeModel,
  type ModelFiles,
} from "../support/hub";
import { embedAll, cosine, newDataDir, quickRun, recorded, sentences, vectorsOf } from "./support";

const texts = [
  ...sentences.slice(0, 40),
  "Ça va très bien, naïve Ünïcode",
  "東京タワー と 大阪",
  "👍 thumbs up 🎉",
  " ",
  sentences.join(" ").slice(0, 10_000),
];

async function onnx(folder: string, options: EmbedOptions = {}): Promise<EmbeddingProvider> {
  return (await findProvider({ model: `onnx:${folder}`, ...options })) as EmbeddingProvider;
}

/** Options for a map of a handful of rows. */
const SMALL = { umap: { nNeighbors: 2, nEpochs: 5 }, cluster: { minClusterSize: 2 } };
const lengthOf = (vector: Float32Array): number => Math.sqrt(vector.reduce((sum, v) => sum + v * v, 0));

describe("a folder with gte-small as the hub has it", () => {
  let folder: string;
  beforeAll(() => {
    folder = gteSmallFolder(newFolder());
  });

  it("gives the vectors of the bundled gte-small, accents, ideographs, emoji and long texts with them", async () => {
    expect(await embedAll(await onnx(folder), texts)).toEqual(await embedAll(gteSmall({}), texts));
  });

  it("is found from the graph's own path, wherever the graph is", async () => {
    const [expected] = await embedAll(gteSmall({}), [texts[0]]);
    const beside = gteSmallFolder(newFolder(), {}, "model.onnx");
    for (const given of [
      path.join(folder, "onnx/model_quantized.onnx"),
      beside,
      path.join(beside, "model.onnx"),
      path.relative(process.cwd(), beside),
    ])
      expect(await embedAll(await onnx(given), [texts[0]])).toEqual([expected]);
  });

  it("has full precision before other graphs, and asks which one where names do not tell", async () => {
    const several = gteSmallFolder(newFolder());
    cpSync(path.join(several, "onnx/model_quantized.onnx"), path.join(several, "onnx/model.onnx"));
    expect((await onnx(several)).identity["weights"]).toHaveProperty(["model.onnx"]);
    renameSync(path.join(several, "onnx/model.onnx"), path.join(several, "onnx/a.onnx"));
    renameSync(path.join(several, "onnx/model_quantized.onnx"), path.join(several, "onnx/b.onnx"));
    await expect(onnx(several)).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringMatching(/"onnx\/a\.onnx" and "onnx\/b\.onnx".*onnx:.*a\.onnx/s) as string,
    });
    unlinkSync(path.join(several, "onnx/b.onnx"));
    expect((await onnx(several)).identity["weights"]).toHaveProperty(["a.onnx"]);
  });

  it("stops within a second when it is interrupted", async () => {
    const controller = new AbortController();
    const provider = await onnx(folder);
    let abortedAt = 0;
    const embedding = provider.embed(sentences, {
      known: () => false,
      signal: controller.signal,
      warn: () => undefined,
      note: () => undefined,
      deliver: () => {
        abortedAt ||= performance.now();
        controller.abort();
      },
    });
    await expect(embedding).rejects.toMatchObject({ code: "interrupted" });
    expect(performance.now() - abortedAt).toBeLessThan(5_000);
  });
});

it("makes a map, and embeds nothing a second time until the model changes", async () => {
  const dataDir = newDataDir();
  const folder = wordModel(wordGraph({}));
  const rows = ["red", "green", "blue", "red green", "blue red", "red red"].map((text) => ({ text }));
  const run = (at: string) => quickRun(rows, dataDir, { embed: { model: `onnx:${at}` }, ...SMALL });
  const first = await run(folder);
  expect(await recorded(first.dataset, "embeddings/embedding-001.json")).toMatchObject({
    embedded_texts: 6,
    model: { pooling: ["mean"], normalise: false, maxTokens: 20 },
  });
  expectClose((await vectorsOf(first))[3], [0.5, 0.5]);
  const moved = `${folder}-moved`;
  renameSync(folder, moved);
  expect((await run(moved)).steps[1]).toMatchObject({ step: "embed", reused: true });

  writeModel(moved, { "1_Pooling/config.json": { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false } });
  const other = await run(moved);
  expect(other.steps[1]).toMatchObject({ id: "embedding-002", reused: false });
  expect(await recorded(other.dataset, "embeddings/embedding-002.json")).toMatchObject({ embedded_texts: 6 });
  expectClose((await vectorsOf(other, "embedding-002"))[3], [1, 0]);
  appendFileSync(path.join(moved, "tokenizer.json"), "\n");
  expect((await run(moved)).steps[1]).toMatchObject({ id: "embedding-003", reused: false });
  writeFileSync(path.join(moved, "model.onnx"), wordGraph({ sumOf: "input_ids" }));
  expect((await run(moved)).steps[1]).toMatchObject({ id: "embedding-004", reused: false });
});

describe("the pooling that a model asks for", () => {
  const text = "The state of the union is strong.";
  let hidden: Float32Array[];
  beforeAll(async () => {
    const folder = gteSmallFolder(newFolder());
    const { encode } = await readJsonTokenizer({
      tokenizer: path.join(folder, "tokenizer.json"),
      config: path.join(folder, "tokenizer_config.json"),
    });
    const ids = encode(text, 512);
    expect(ids).toEqual([101, 1996, 2110, 1997, 1996, 2586, 2003, 2844, 1012, 102]);
    const session = await InferenceSession.create(path.join(MODELS_FOLDER, "gte-small-int8/model.onnx"), {
      intraOpNumThreads: 1,
    });
    const tensor = (values: number[]): Tensor => new Tensor("int64", values.map(BigInt), [1, ids.length]);
    const output = await session.run({
      input_ids: tensor(ids),
      attention_mask: tensor(ids.map(() => 1)),
      token_type_ids: tensor(ids.map(() => 0)),
    });
    const values = output["last_hidden_state"].data as Float32Array;
    hidden = ids.map((_, token) => values.slice(token * 384, (token + 1) * 384));
    await session.release();
  });

  const weighted = (weight: (token: number) => number, divisor: number) => (): number[] =>
    Array.from(
      hidden[0],
      (_, d) => hidden.reduce((sum, vector, token) => sum + weight(token) * vector[d], 0) / divisor,
    );
  const byHand: [string, object, () => ArrayLike<number>][] = [
    ["cls", { pooling_mode_cls_token: true }, () => hidden[0]],
    ["max", { pooling_mode_max_tokens: true }, () => hidden[0].map((_, d) => Math.max(...hidden.map((v) => v[d])))],
    ["mean", { pooling_mode_mean_tokens: true }, weighted(() => 1, 10)],
    ["mean_sqrt_len", { pooling_mode_mean_sqrt_len_tokens: true }, weighted(() => 1, Math.sqrt(10))],
    ["weightedmean", { pooling_mode_weightedmean_tokens: true }, weighted((token) => token + 1, 55)],
    ["lasttoken", { pooling_mode_lasttoken: true }, () => hidden[9]],
    [
      "cls and mean, one after the other",
      { pooling_mode_mean_tokens: true, pooling_mode_cls_token: true },
      () => [...hidden[0], ...weighted(() => 1, 10)()],
    ],
    ["max, by its name", { pooling_mode: "max" }, () => hidden[0].map((_, d) => Math.max(...hidden.map((v) => v[d])))],
  ];

  it.each(byHand)("is done: %s", async (_, config, expected) => {
    const modules = (GTE_SMALL_FILES["modules.json"] as object[]).slice(0, 2);
    const folder = gteSmallFolder(newFolder(), {
      "modules.json": [modules[0], { ...modules[1], path: "pooling" }],
      "1_Pooling/config.json": undefined,
      "pooling/config.json": config,
    });
    const [vector] = await embedAll(await onnx(folder), [text]);
    // not of length 1: this model has no module Normalize
    expectClose(vector, expected());
  });

  it("is the mean, at length 1, without files that say something else", async () => {
    const none = {
      "modules.json": undefined,
      "1_Pooling/config.json": undefined,
      "sentence_bert_config.json": undefined,
    };
    const [vector] = await embedAll(await onnx(gteSmallFolder(newFolder(), none)), [text]);
    expect(lengthOf(vector)).toBeCloseTo(1, 5);
    expect(cosine(vector, weighted(() => 1, 10)())).toBeGreaterThan(0.99999);
  });
});

function expectClose(vector: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(vector.length).toBe(expected.length);
  for (let d = 0; d < expected.length; d++) expect(vector[d]).toBeCloseTo(expected[d], 4);
}

it("pooling of texts of several lengths heeds no padding", () => {
  // two texts of 1 and 3 tokens, padded with 99
  const values = Float32Array.of(1, -1, 99, 99, 99, 99, 1, 2, 3, 4, 8, 6);
  const pooled = (mode: "max" | "mean" | "weightedmean" | "lasttoken", skip = 0): number[] =>
    Array.from(pool({ values, lengths: [1, 3], width: 3, size: 2 }, { modes: [mode], normalise: false, skip }));
  expect(pooled("lasttoken")).toEqual([1, -1, 8, 6]);
  expect(pooled("max")).toEqual([1, -1, 8, 6]);
  expect(pooled("mean")).toEqual([1, -1, 4, 4]);
  expectClose(pooled("weightedmean"), [1, -1, 31 / 6, 28 / 6]);
  // tokens of a prompt; of a text that is nothing else, the last counts
  expect(pooled("mean", 1)).toEqual([1, -1, 5.5, 5]);
});

describe("any graph", () => {
  const colours = ["red", "red green blue", "blue blue", "green red", "blue"];
  const means = [
    [1, 0],
    [4 / 3, 5 / 3],
    [3, 4],
    [0.5, 0.5],
    [3, 4],
  ];

  it("gets int64 or int32, and padding that no vector depends on", async () => {
    for (const integer of [INT64, INT32]) {
      const vectors = await embedAll(await onnx(wordModel(wordGraph({ integer }))), colours);
      vectors.forEach((vector, i) => expectClose(vector, means[i]));
    }
  });

  it("is told which tokens are padding, which is the model's own token for it", async () => {
    const list = ["red", "red green blue", "green red"];
    const plus = (sums: number[]): number[][] =>
      [
        [1, 0],
        [4 / 3, 5 / 3],
        [0.5, 0.5],
      ].map((mean, i) => mean.map((v) => v + sums[i]));
    const masked = await embedAll(await onnx(wordModel(wordGraph({ sumOf: "attention_mask" }))), list);
    plus([1, 3, 2]).forEach((expected, i) => expectClose(masked[i], expected));
    // red is 4, green 5, blue 6, padding 1
    const padded = await embedAll(await onnx(wordModel(wordGraph({ sumOf: "input_ids" }))), list);
    plus([6, 15, 10]).forEach((expected, i) => expectClose(padded[i], expected));
  });

  it("gets the places of the tokens when it asks", async () => {
    const vectors = await embedAll(await onnx(wordModel(wordGraph({ places: true }))), ["red red", "blue"]);
    expectClose(vectors[0], [1.5, 0.5]);
    expectClose(vectors[1], [3, 4]);
  });

  it("may give float16, and its tokens under any name", async () => {
    const vectors = await embedAll(
      await onnx(wordModel(wordGraph({ output: "hidden_states", float: FLOAT16 }))),
      colours,
    );
    vectors.forEach((vector, i) => expect(cosine(vector, means[i])).toBeGreaterThan(0.9999));
  });

  it("with vectors of whole texts has these used, after layers of its own", async () => {
    const modules = GTE_SMALL_FILES["modules.json"] as object[];
    const dense = { idx: 2, name: "2", path: "2_Dense", type: "sentence_transformers.models.Dense" };
    const files = { "modules.json": [modules[0], modules[1], dense] };
    const sentence = wordModel(wordGraph({ sentence: true }), files);
    // the graph's vector of a text: the greatest of each place; all texts here are of one length
    expect(await embedAll(await onnx(sentence), ["red green", "blue red"])).toEqual([
      Float32Array.of(1, 1),
      Float32Array.of(3, 4),
    ]);
    await expect(embedAll(await onnx(wordModel(wordGraph({}), files)), ["red"])).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringMatching(/Dense.*not part of its ONNX graph.*sentence_embedding/s) as string,
    });
  });

  it("may have its weights in a file beside it, which is part of what vectors are known by", async () => {
    const graph = wordGraph({ weightsIn: "model.onnx_data" });
    const folder = wordModel(graph, { "notes.bin": "not of the model" });
    await expect(embedAll(await onnx(folder), colours)).rejects.toMatchObject({
      code: "model-damaged",
      message: expect.stringContaining(path.join(folder, "model.onnx")) as string,
    });
    writeFileSync(path.join(folder, "model.onnx_data"), WORD_VECTORS);
    const provider = await onnx(folder);
    expect(Object.keys(provider.identity["weights"] as object)).toEqual(["model.onnx", "model.onnx_data"]);
    const vectors = await embedAll(provider, colours);
    vectors.forEach((vector, i) => expectClose(vector, means[i]));
    writeFileSync(path.join(folder, "model.onnx_data"), Buffer.alloc(WORD_VECTORS.length, 1));
    expect((await onnx(folder)).identity).not.toEqual(provider.identity);
  });

  it.each([
    ["inputs of images", { more: "pixel_values" }, /pixel_values.*Export it for feature extraction/s],
    ["inputs of decoders", { more: "past_key_values.0.key" }, /past_key_values\.0\.key.*hf:<folder>/s],
    ["no vectors of tokens", { output: "logits" }, /no vectors of texts or tokens.*logits/s],
  ])("with %s is refused, with what to do", async (_, graph, message) => {
    await expect(embedAll(await onnx(wordModel(wordGraph(graph))), ["red"])).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringMatching(message) as string,
    });
  });

  it("that does not fit its tokenizer, or returns what is no number, is told so", async () => {
    const wrong = wordModel(wordGraph({}), {
      "tokenizer.json": {
        ...{ added_tokens: [], normalizer: null, post_processor: null, decoder: null },
        pre_tokenizer: { type: "Whitespace" },
        model: { type: "WordLevel", unk_token: "[UNK]", vocab: { "[UNK]": 0, red: 1000 } },
      },
    });
    await expect(embedAll(await onnx(wrong), ["red"])).rejects.toMatchObject({
      code: "embedding-failed",
      message: expect.stringMatching(/tokenizer\.json may be of another model/) as string,
    });
    const infinite = wordModel(wordGraph({ table: Buffer.from(new Float32Array(14).fill(Infinity).buffer) }));
    await expect(embedAll(await onnx(infinite), ["red"])).rejects.toMatchObject({ code: "bad-vectors" });
  });
});

describe("prompts", () => {
  const prompted = (config: object, files: ModelFiles = {}): string =>
    wordModel(wordGraph({}), { "config_sentence_transformers.json": config, ...files });

  it("of the model come before every text, unless the options say otherwise", async () => {
    const folder = prompted({ prompts: { query: "ask : ", passage: "green " }, default_prompt_name: null });
    expect((await onnx(folder)).prompts).toEqual({ text: "green ", query: "ask : " });
    expect((await onnx(folder, { prefix: "", queryPrefix: "red " })).prompts).toEqual({ text: "", query: "red " });
    const standard = prompted({ prompts: { cluster: "blue " }, default_prompt_name: "cluster" });
    expect((await onnx(standard)).prompts).toEqual({ text: "blue ", query: "blue " });
    expect((await onnx(wordModel(wordGraph({})))).prompts).toEqual({ text: "", query: "" });

    const rows = ["red", "green", "blue", "red green", "blue red", "red red"].map((text) => ({ text }));
    const result = await quickRun(rows, newDataDir(), {
      embed: { model: `onnx:${folder}` },
      ...SMALL,
    });
    expectClose((await vectorsOf(result))[0], [0.5, 0.5]);
  });

  it("take no part in the pooling of a model that was trained so", async () => {
    const pooling = { pooling_mode_mean_tokens: true, include_prompt: false };
    const folder = prompted({ prompts: { document: "ask : " } }, { "1_Pooling/config.json": pooling });
    const [vector] = await embedAll(await onnx(folder), ["ask : red green"]);
    expectClose(vector, [0.5, 0.5]);
  });
});

describe("the longest text", () => {
  const limit = async (files: ModelFiles): Promise<number | null> =>
    (await onnx(wordModel(wordGraph({}), files))).maxTokens;

  it("is what the model's files say", async () => {
    const config = { "config.json": { model_type: "bert", max_position_embeddings: 20 } };
    const tokenizer = { "tokenizer_config.json": { model_max_length: 12 } };
    expect(await limit({ ...config, ...tokenizer, "sentence_bert_config.json": { max_seq_length: 8 } })).toBe(8);
    expect(await limit({ ...config, ...tokenizer, "sentence_bert_config.json": { max_seq_length: null } })).toBe(12);
    expect(await limit({ ...config, "tokenizer_config.json": { model_max_length: 1e30 } })).toBe(20);
    const roberta = { model_type: "xlm-roberta", max_position_embeddings: 514, pad_token_id: 1 };
    expect(await limit({ "config.json": roberta })).toBe(512);
    expect(await limit({ "config.json": {} })).toBe(512);
  });

  it("is cut between the special tokens, at the side that the tokenizer says", async () => {
    const words = texts[44].split(" ");
    expect(words.length).toBeGreaterThan(1000);
    const folder = gteSmallFolder(newFolder());
    const short = await embedAll(await onnx(folder, { maxTokens: 16 }), [texts[44]]);
    expect(short).toEqual(await embedAll(gteSmall({ maxTokens: 16 }), [texts[44]]));
    const files = {
      tokenizer: path.join(folder, "tokenizer.json"),
      config: path.join(
        writeModel(newFolder(), { "tokenizer_config.json": { truncation_side: "left" } }),
        "tokenizer_config.json",
      ),
    };
    expect((await readJsonTokenizer(files)).encode("the state of the union", 4)).toEqual([101, 1996, 2586, 102]);
  });

  it("cannot be longer than the model's, or shorter than its special tokens", async () => {
    const folder = gteSmallFolder(newFolder());
    await expect(onnx(folder, { maxTokens: 513 })).rejects.toMatchObject({ code: "bad-option" });
    await expect(onnx(folder, { maxTokens: 1.5 })).rejects.toMatchObject({ code: "bad-option" });
    await expect(embedAll(await onnx(folder, { maxTokens: 2 }), ["a"])).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringMatching(/2 special tokens.*at least 3/) as string,
    });
  });
});

it("warns when much of the texts is unknown to the tokenizer", async () => {
  const provider = await onnx(wordModel(wordGraph({})));
  const warned = async (list: string[]): Promise<string[]> => {
    const warnings: string[] = [];
    await embedAll(provider, list, { warnings });
    return warnings;
  };
  expect(await warned(["red green blue", "red green"])).toEqual([]);
  expect(await warned(["red green blue", "red mauve"])).toEqual([]);
  expect(await warned(["red green blue", "mauve ochre"])).toEqual([
    expect.stringMatching(/More than a fifth.*unknown to the tokenizer.*other languages/s),
  ]);
});

describe("a folder that is no model", () => {
  it.each([
    ["is not there", (folder: string) => `${folder}/nowhere`, "model-missing", /no file or folder .*nowhere/],
    [
      "has no graph",
      (folder: string) => (unlinkSync(`${folder}/model.onnx`), folder),
      "model-missing",
      /no ONNX graph.*"onnx\/model\.onnx"/s,
    ],
    [
      "has no tokenizer",
      (folder: string) => (unlinkSync(`${folder}/tokenizer.json`), folder),
      "model-missing",
      /no tokenizer\.json.*save_pretrained/s,
    ],
    ["is another file", (folder: string) => `${folder}/config.json`, "model-missing", /no \.onnx file/],
    [
      "has a file that is no JSON",
      (folder: string) => (writeFileSync(`${folder}/config.json`, "{"), folder),
      "model-damaged",
      /config\.json cannot be read/,
    ],
    [
      "asks for no pooling",
      (folder: string) => writeModel(folder, { "1_Pooling/config.json": { pooling_mode_mean_tokens: false } }),
      "model-damaged",
      /no pooling/,
    ],
    [
      "asks for an unknown pooling",
      (folder: string) => writeModel(folder, { "1_Pooling/config.json": { pooling_mode: "median" } }),
      "model-damaged",
      /"median".*lasttoken/,
    ],
    [
      "names a place outside",
      (folder: string) => writeModel(folder, { "modules.json": [{ path: "../../x", type: "m.Pooling" }] }),
      "model-damaged",
      /leads out of the folder/,
    ],
  ])("because it %s is told so", async (_, change, code, message) => {
    const folder = wordModel(wordGraph({}));
    await expect(onnx(change(folder))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ["graph", "model.onnx", "not a graph", /model\.onnx cannot be loaded.*damaged/s],
    ["tokenizer", "tokenizer.json", "{}", /tokenizer\.json cannot be used/],
  ])("because its %s is damaged is told so when it is used", async (_, file, content, message) => {
    const folder = wordModel(wordGraph({}));
    writeFileSync(path.join(folder, file), content);
    await expect(embedAll(await onnx(folder), ["red"])).rejects.toMatchObject({
      code: "model-damaged",
      message: expect.stringMatching(message) as string,
    });
  });

  it("refuses options that it has no use for", async () => {
    await expect(onnx(wordModel(wordGraph({})), { dtype: "q8" })).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringContaining('"dtype"') as string,
    });
  });
});
