import { checkNumber, type OneOf } from "../check-options";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LatentScopeError } from "../../scope";
import { provenance, PROVENANCE, type JsonObject } from "../../store";
import { provenanceOf, stepKey, type RunContext, type StepOutcome } from "../context";
import { count, plural, quotedList } from "../format";
import type { Ingested } from "../ingest";
import { namingOf, renamed, type RunNaming } from "../naming";
import { finishedRun, lazily } from "../reuse";
import { readVectors, writeVectors, type Vectors } from "../vectors";
import { customModel } from "./custom";
import { embedRows } from "./embed-rows";
import { LANGUAGE_SAMPLE, notEnglish } from "./language";
import { firstDimensions } from "./matryoshka";
import { providers, type EmbeddingProvider, type EmbeddingUsage, type ImportedVectors } from "./provider";

/** A model that the caller brings. */
export interface CustomModel {
  /** Names the model and its version: texts embedded under the same id are not embedded again. */
  readonly id: string;
  /** Vectors of some texts, one each, all of the same length. */
  embed(texts: string[], options: { signal: AbortSignal | undefined }): Promise<ArrayLike<number>[]>;
}

/** Options of the embedding. What a model has no use for is refused. */
export interface EmbedOptions extends RunNaming {
  /**
   * "gte-small" (the default), "static" (fast, knows words only), "onnx:<folder>" (an encoder that was exported to ONNX, with its tokenizer.json),
   * "hf:<organisation>/<name>" or "hf:<folder>" (a model of the Hugging Face hub, by the package @huggingface/transformers, to be installed beside
   * this one), "openai:<model>" (OpenAI's, or of any server that speaks its API), a model of your own, or "column:<name>": vectors that are a column
   * of the table, a list of numbers a row.
   */
  model?:
    | OneOf<"gte-small" | "static" | `onnx:${string}` | `hf:${string}` | `openai:${string}` | `column:${string}`>
    | CustomModel;
  /** Longest text in tokens; what is longer is cut. Default: the model's limit (512 for "gte-small"). Shorter is faster. */
  maxTokens?: number;
  /** Put before every text. Default: what the model's own configuration says; else "". */
  prefix?: string;
  /** Put before a query when texts are searched by meaning. Default: as for `prefix`. */
  queryPrefix?: string;
  /** Most texts of one call. Default: 64 for a model of your own; 256 for "openai:…", which takes at most 2048. */
  batchSize?: number;
  /**
   * Only the first so many numbers of each vector, brought to length 1: enough for models that were trained for it (Matryoshka representations,
   * Kusupati et al. 2022), and less memory. Default: all. For "openai:…" the endpoint shortens them; one that does not is an error.
   */
  dimensions?: number;
  /**
   * "openai:…": address of the API, as "http://localhost:11434/v1" for Ollama. Default: the environment variable OPENAI_BASE_URL, else OpenAI's.
   * No user and password in it.
   */
  baseURL?: string;
  /**
   * "openai:…": the key, which is written nowhere. Default: the environment variable OPENAI_API_KEY, but none for a `baseURL` of these options:
   * the key of one endpoint is not another's business.
   */
  apiKey?: string;
  /** "openai:…": most requests at a time, 1 to 64. Default: 4. Fewer are sent while the endpoint limits the rate. */
  concurrency?: number;
  /**
   * "openai:…": most that the embedding may cost, in US dollars. Default: 1. Checked before anything is sent, by an estimate that is rather too
   * high, for the texts that are not known yet. Holds where a price is known: see `pricePerMillionTokens`.
   */
  maxCost?: number;
  /** "openai:…": price of a million tokens in US dollars. Default: OpenAI's prices at its own endpoint, none elsewhere. */
  pricePerMillionTokens?: number;
  /**
   * "hf:…": kind of the weights, by which their file is chosen: "fp32", "fp16", "q8", "int8", "uint8", "q4", "q4f16", "bnb4", … Default: "q8", or
   * "fp32" where the model has no such file.
   */
  dtype?: OneOf<"fp32" | "fp16" | "q8" | "int8" | "uint8" | "q4" | "q4f16" | "bnb4">;
  /** "hf:<organisation>/<name>": branch, tag or commit of the model. Default: "main". */
  revision?: string;
}

export interface Embedded extends StepOutcome {
  /** Hash of what the vectors were made from. */
  readonly key: string;
  /** `embeddings/embedding-NNN.json`. */
  readonly json: JsonObject;
  /** The vectors by row, in shared memory; read from the files when they are not there yet. */
  readonly vectors: () => Promise<Vectors>;
}

/** The model that the options name. @throws LatentScopeError `unknown-model`, `bad-option`, `model-missing` */
export async function findProvider(
  { name: runName, description, ...options }: EmbedOptions,
  signal?: AbortSignal,
): Promise<EmbeddingProvider | ImportedVectors> {
  namingOf("embed", { name: runName, description });
  const { model = "gte-small", dimensions } = options;
  if (dimensions !== undefined) checkNumber("embed.dimensions", dimensions, { least: 2, whole: true });
  if (typeof model === "object" && model !== null) return customModel(model, options);
  const colon = typeof model === "string" ? model.indexOf(":") + 1 : 0;
  const [name, of] = colon ? [model.slice(0, colon), model.slice(colon)] : [model, ""];
  if (!Object.hasOwn(providers, name) || (colon && !of))
    throw new LatentScopeError(
      "unknown-model",
      `There is no embedding model "${String(model)}". The models are ${quotedList(Object.keys(providers).map((known) => (known.endsWith(":") ? `${known}…` : known)))}, or an object { id, embed(texts, { signal }) } of your own.`,
    );
  return providers[name]({ of, options, signal });
}

/**
 * Step 2: a vector for each row. Each distinct text is embedded once, and none that was embedded before with this model in any dataset
 * of the data folder. Rows without text get the vector of a single space, as Latent Scope does, so that the files stay whole.
 * @throws LatentScopeError as {@link findProvider}; `model-missing`, `model-damaged`, `bad-vectors`, `interrupted`
 */
export async function embed(
  data: Ingested,
  provider: EmbeddingProvider | ImportedVectors,
  { name, description, ...options }: EmbedOptions,
  context: RunContext,
): Promise<Embedded> {
  return context.step("embed", async (clock) => {
    const { dataset } = data;
    const { dimensions } = options;
    const prefix = provider.prompts.text;
    const source = { content: data.contentHash, column: data.textColumn };
    // a model that makes vectors of this length itself says so in its identity
    const shorter =
      dimensions === undefined || provider.dimensions === dimensions ? {} : { firstDimensions: dimensions };
    const key = stepKey("embed", { ...source, ...provider.identity, prefix, ...shorter });
    const earlier = await finishedRun(dataset, await dataset.runs("embedding"), key, (id) => [
      `lancedb/emb-${id}.lance`,
    ]);
    const warnUnfit = (unfit: unknown): void => {
      if (typeof unfit !== "string") return;
      context.warn(
        `Column "${data.textColumn}": ${unfit}, and the model "${provider.name}" knows only English, so that the map will say little. ` +
          'Give a model that knows the language: embed: { model: "openai:…", "hf:…", "onnx:<folder>", or { id, embed(texts) } }.',
      );
    };
    const naming = namingOf("embed", { name, description });
    if (earlier) {
      warnUnfit(provenance(earlier.json)?.["unfit"]);
      const json = await renamed(dataset.path("embeddings", `${earlier.id}.json`), earlier.json, naming);
      return {
        ...{ id: earlier.id, key, json, reused: true },
        summary: summaryOf(json, provider.name),
        vectors: lazily(() => readVectors(dataset, earlier.id, data.frame.height, context.signal)),
      };
    }
    // beside the embedding, because it takes a moment
    const checked = provider.englishOnly ? notEnglish(data.texts.sample(LANGUAGE_SAMPLE), context.signal) : undefined;
    checked?.catch(() => undefined);
    const whole =
      "vectorsOf" in provider
        ? { vectors: await provider.vectorsOf(data), embedded: 0, texts: undefined, usage: {} }
        : await embedRows(data, provider, context);
    const { embedded, texts, usage } = whole;
    const vectors =
      dimensions === undefined ? whole.vectors : firstDimensions(whole.vectors, dimensions, provider.name);
    const seconds = clock.seconds;
    const unfit = await checked;
    warnUnfit(unfit);
    const id = await dataset.nextId("embedding");
    const rate = embedded / Math.max(seconds, 0.001);
    const json = {
      id,
      model_id: provider.modelId,
      dataset_id: dataset.name,
      text_column: data.textColumn,
      input_type: "text",
      dimensions: vectors.dimensions,
      max_seq_length: provider.maxTokens,
      prefix,
      task: null,
      late_interaction: false,
      ...(await extremes(vectors)),
      token_stats: null,
      ...naming,
      [PROVENANCE]: provenanceOf(key, clock, {
        model: provider.identity,
        options: recordable(options),
        query_prefix: provider.prompts.query,
        ...usage,
        unfit,
        distinct_texts: texts,
        embedded_texts: embedded,
        texts_per_second: Math.round(rate),
      }),
    };
    await writeVectors(dataset, json, vectors, context.signal);
    const speed = !embedded
      ? "all known"
      : `${embedded === texts ? "" : `${count(embedded)} of them new, `}${count(rate)} texts/s${paid(usage)}`;
    return {
      id,
      key,
      json,
      reused: false,
      summary: texts === undefined ? `vectors of ${provider.name}` : `${plural(texts, "distinct text")}, ${speed}`,
      sent:
        "sendsTo" in provider && provider.sendsTo !== undefined && embedded
          ? `${plural(embedded, "text")} to ${provider.sendsTo}`
          : undefined,
      vectors: () => Promise.resolve(vectors),
    };
  });
}

/** Options that are recorded, so that a query can be embedded later in the same way. Keys and all else that is a secret are not among them. */
const RECORDED = ["maxTokens", "prefix", "queryPrefix", "dimensions", "dtype", "revision"] as const;

function recordable(options: EmbedOptions): JsonObject {
  const { model = "gte-small", baseURL } = options;
  const plain = RECORDED.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]] as const]));
  return {
    ...(typeof model === "string" ? { model } : {}),
    // without a query, which may hold a key
    ...(baseURL === undefined ? {} : { baseURL: baseURL.replace(/[?#].*$/s, "") }),
    ...Object.fromEntries(plain),
  };
}

function summaryOf(json: JsonObject, name: string): string {
  const { distinct_texts: texts } = (json[PROVENANCE] ?? {}) as JsonObject;
  return typeof texts === "number" ? `${plural(texts, "distinct text")}, ${name}` : `vectors of ${name}`;
}

function paid({ tokens, cost }: EmbeddingUsage): string {
  if (tokens === undefined) return "";
  return `, ${plural(tokens, "token")}${cost === undefined ? "" : `, $${cost.toPrecision(2)}`}`;
}

const ROWS_PER_TURN = 20_000;

/** Least and greatest value of each dimension. */
async function extremes({
  values,
  rows,
  dimensions,
}: Vectors): Promise<{ min_values: number[]; max_values: number[] }> {
  const least = new Float32Array(dimensions).fill(Infinity);
  const greatest = new Float32Array(dimensions).fill(-Infinity);
  for (let row = 0; row < rows; row++) {
    for (let d = 0, i = row * dimensions; d < dimensions; d++, i++) {
      if (values[i] < least[d]) least[d] = values[i];
      if (values[i] > greatest[d]) greatest[d] = values[i];
    }
    if (row % ROWS_PER_TURN === ROWS_PER_TURN - 1) await nextTurn();
  }
  return { min_values: Array.from(least), max_values: Array.from(greatest) };
}
