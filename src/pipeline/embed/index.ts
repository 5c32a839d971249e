import { checkNumber, type OneOf } from "../check-options";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LatentScopeError } from "../../scope";
import { PROVENANCE, type JsonObject } from "../../store";
import { provenanceOf, stepKey, type RunContext, type StepOutcome } from "../context";
import { count, plural, quotedList } from "../format";
import type { Ingested } from "../ingest";
import { finishedRun, lazily } from "../reuse";
import { readVectors, writeVectors, type Vectors } from "../vectors";
import { customModel } from "./custom";
import { embedRows } from "./embed-rows";
import { mostlyNotLatin } from "./language";
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
export interface EmbedOptions {
  /**
   * "gte-small" (the default), "static" (fast, knows words only), a model of your own, or "column:<name>": vectors that are a column of the
   * table, a list of numbers a row.
   */
  model?: OneOf<"gte-small" | "static" | `column:${string}`> | CustomModel;
  /** Longest text in tokens; what is longer is cut. Default: the model's limit (512 for "gte-small"). Shorter is faster. */
  maxTokens?: number;
  /** Put before every text. Default: what the model's own configuration says; else "". */
  prefix?: string;
  /** Put before a query when texts are searched by meaning. Default: as for `prefix`. */
  queryPrefix?: string;
  /** Most texts of one call. Default: 64 for a model of your own. */
  batchSize?: number;
  /**
   * Only the first so many numbers of each vector, brought to length 1: enough for models that were trained for it (Matryoshka representations,
   * Kusupati et al. 2022), and less memory. Default: all.
   */
  dimensions?: number;
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
  options: EmbedOptions,
  signal?: AbortSignal,
): Promise<EmbeddingProvider | ImportedVectors> {
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
  { dimensions }: Pick<EmbedOptions, "dimensions">,
  context: RunContext,
): Promise<Embedded> {
  if (provider.englishOnly && mostlyNotLatin(data.texts.sample(LANGUAGE_SAMPLE)))
    context.warn(
      `Most letters of column "${data.textColumn}" are not Latin, and the model "${provider.name}" knows only English: the map will say little. ` +
        "Give a model that knows this language: embed: { model: { id, embed(texts) } }.",
    );
  return context.step("embed", async (clock) => {
    const { dataset } = data;
    const prefix = provider.prompts.text;
    const source = { content: data.contentHash, column: data.textColumn };
    // a model that makes vectors of this length itself says so in its identity
    const shorter =
      dimensions === undefined || provider.dimensions === dimensions ? {} : { firstDimensions: dimensions };
    const key = stepKey("embed", { ...source, ...provider.identity, prefix, ...shorter });
    const earlier = await finishedRun(dataset, await dataset.runs("embedding"), key, (id) => [
      `lancedb/emb-${id}.lance`,
    ]);
    if (earlier)
      return {
        ...{ id: earlier.id, key, json: earlier.json, reused: true },
        summary: summaryOf(earlier.json, provider.name),
        vectors: lazily(() => readVectors(dataset, earlier.id, data.frame.height, context.signal)),
      };
    const whole =
      "vectorsOf" in provider
        ? { vectors: provider.vectorsOf(data), embedded: 0, texts: undefined, usage: {} }
        : await embedRows(data, provider, context);
    const { embedded, texts, usage } = whole;
    const vectors =
      dimensions === undefined ? whole.vectors : firstDimensions(whole.vectors, dimensions, provider.name);
    const seconds = clock.seconds;
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
      [PROVENANCE]: provenanceOf(key, clock, {
        model: provider.identity,
        query_prefix: provider.prompts.query,
        ...usage,
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
      vectors: () => Promise.resolve(vectors),
    };
  });
}

/** Texts that tell which script a column is in. */
const LANGUAGE_SAMPLE = 300;

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
