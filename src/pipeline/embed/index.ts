import { checkKnown, type OneOf } from "../check-options";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LatentScopeError } from "../../scope";
import { PROVENANCE, type JsonObject } from "../../store";
import { provenanceOf, stepKey, type RunContext, type StepOutcome } from "../context";
import { count, plural, quotedList } from "../format";
import type { Ingested } from "../ingest";
import { finishedRun, lazily } from "../reuse";
import { readVectors, writeVectors, type Vectors } from "../vectors";
import { columnVectors } from "./column";
import { customModel } from "./custom";
import { embedRows } from "./embed-rows";
import { mostlyNotLatin } from "./language";
import { providers, type EmbeddingProvider, type ImportedVectors } from "./provider";

/** A model that the caller brings. */
export interface CustomModel {
  /** Names the model and its version: texts embedded under the same id are not embedded again. */
  readonly id: string;
  /** Vectors of some texts, one each, all of the same length. */
  embed(texts: string[], options: { signal: AbortSignal | undefined }): Promise<ArrayLike<number>[]>;
}

/** Options of the embedding. */
export interface EmbedOptions {
  /**
   * "gte-small" (the default), "static" (fast, knows words only), a model of your own, or "column:<name>": vectors that are a column of the
   * table, a list of numbers a row.
   */
  model?: OneOf<"gte-small" | "static" | `column:${string}`> | CustomModel;
  /** Longest text in tokens; what is longer is cut. Default: the model's limit (512 for "gte-small"). Shorter is faster. */
  maxTokens?: number;
  /** Put before every text, for models that want one. Default: "". */
  prefix?: string;
  /** Texts of one call of a model of your own. Default: 64. */
  batchSize?: number;
}

export interface Embedded extends StepOutcome {
  /** Hash of what the vectors were made from. */
  readonly key: string;
  /** `embeddings/embedding-NNN.json`. */
  readonly json: JsonObject;
  /** The vectors by row, in shared memory; read from the files when they are not there yet. */
  readonly vectors: () => Promise<Vectors>;
}

const COLUMN = "column:";

/** The model that the options name. @throws LatentScopeError `unknown-model`, `bad-option`, `model-missing` */
export function findProvider(options: EmbedOptions): EmbeddingProvider | ImportedVectors {
  const { model = "gte-small", prefix = "" } = options;
  if (typeof prefix !== "string") throw new LatentScopeError("bad-option", "embed.prefix is a string.");
  if (typeof model === "object" && model !== null) return customModel(model, options);
  if (typeof model === "string" && model.startsWith(COLUMN) && model.length > COLUMN.length) {
    checkKnown("embed with vectors of a column", options, ["model"]);
    return columnVectors(model.slice(COLUMN.length));
  }
  if (!Object.hasOwn(providers, model))
    throw new LatentScopeError(
      "unknown-model",
      `There is no embedding model "${String(model)}". The models are ${quotedList(Object.keys(providers))}, "column:<name>", or an object { id, embed(texts, { signal }) } of your own.`,
    );
  return providers[model](options);
}

/**
 * Step 2: a vector for each row. Each distinct text is embedded once, and none that was embedded before with this model in any dataset
 * of the data folder. Rows without text get the vector of a single space, as Latent Scope does, so that the files stay whole.
 * @throws LatentScopeError as {@link findProvider}; `model-missing`, `model-damaged`, `bad-vectors`, `interrupted`
 */
export async function embed(
  data: Ingested,
  provider: EmbeddingProvider | ImportedVectors,
  prefix: string,
  context: RunContext,
): Promise<Embedded> {
  const present = data.texts.filter((text) => text !== null);
  if (provider.englishOnly && mostlyNotLatin(present))
    context.warn(
      `Most letters of column "${data.textColumn}" are not Latin, and the model "${provider.name}" knows only English: the map will say little. ` +
        "Give a model that knows this language: embed: { model: { id, embed(texts) } }.",
    );
  return context.step("embed", async (clock) => {
    const { dataset } = data;
    const key = stepKey("embed", { content: data.contentHash, column: data.textColumn, ...provider.identity, prefix });
    const distinct = new Set(present).size;
    const earlier = await finishedRun(dataset, await dataset.runs("embedding"), key, (id) => [
      `lancedb/emb-${id}.lance`,
    ]);
    if (earlier)
      return {
        ...{ id: earlier.id, key, json: earlier.json, reused: true },
        summary: `${count(distinct)} distinct texts, ${provider.name}`,
        vectors: lazily(() => readVectors(dataset, earlier.id, data.frame.height, context.signal)),
      };
    const { vectors, embedded, texts } =
      "vectorsOf" in provider
        ? { vectors: provider.vectorsOf(data), embedded: 0, texts: distinct }
        : await embedRows(data, provider, prefix, context);
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
        distinct_texts: texts,
        embedded_texts: embedded,
        texts_per_second: Math.round(rate),
      }),
    };
    await writeVectors(dataset, json, vectors, context.signal);
    const speed =
      "vectorsOf" in provider
        ? `vectors of ${provider.name}`
        : embedded === texts
          ? `${count(rate)} texts/s`
          : embedded
            ? `${count(embedded)} of them new, ${count(rate)} texts/s`
            : "all known";
    return {
      id,
      key,
      json,
      reused: false,
      summary: `${plural(texts, "distinct text")}, ${speed}`,
      vectors: () => Promise.resolve(vectors),
    };
  });
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
