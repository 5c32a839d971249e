import { availableParallelism } from "node:os";
import pl from "nodejs-polars";
import { columnMetadata, kindOf, resolveDataDir, VectorCache, type ColumnMetadata } from "../store";
import { checkKnown } from "./check-options";
import { checkClusterOptions, type ClusterOptions } from "./cluster";
import { expectedClusters } from "./cluster/expected-count";
import { findProvider, type EmbedOptions } from "./embed";
import { distinctTexts } from "./embed/embed-rows";
import { LANGUAGE_SAMPLE } from "./embed/language";
import type { EmbeddingProvider, EmbeddingUsage, ImportedVectors } from "./embed/provider";
import { excerpt } from "./format";
import { checkTable, checkTextColumn, checkTexts, isText, storableFrame } from "./ingest/columns";
import { readTable } from "./ingest/read-table";
import { checkLabelOptions, type LabelOptions } from "./label";
import { previewLabels, type LabelPreview } from "./label/preview";
import { Texts } from "./ingest/texts";
import { languagesOf, type LanguageShare } from "./languages";
import type { StepName, TableInput } from "./types";

/** What a preview looks at besides the table. */
export interface PreviewOptions {
  /** As the option of a run: vectors that are there are counted. */
  dataDir?: string;
  /** As the option of a run: with which model the texts would be embedded. */
  embed?: EmbedOptions;
  /** As the option of a run: how many clusters there would be, about, to be labelled. */
  cluster?: ClusterOptions;
  /** As the option of a run: what a model at an endpoint would be sent, and what that would cost. */
  label?: LabelOptions;
}

/** A column as it would be stored. */
export interface ColumnPreview extends Pick<ColumnMetadata, "type" | "extent"> {
  /** Its name in the table. */
  readonly name: string;
  readonly nulls: number;
  /** Number of distinct values without nulls; -1 for lists. */
  readonly distinct: number;
  /** Characters of the shortest and longest text, and their mean; undefined where it is no text. */
  readonly lengths: { readonly shortest: number; readonly mean: number; readonly longest: number } | undefined;
  /** The first value that is none of null and "". */
  readonly example: string;
  /** What a person should know: "the text to map", "stored as year_input", … */
  readonly note: string;
}

/** The texts that would be mapped. */
export interface TextPreview {
  /** Name of the column in the table. */
  readonly column: string;
  /** Rows without text. */
  readonly empty: number;
  /** Distinct texts: what would be embedded. */
  readonly distinct: number;
  /** Rows whose text another row before them has. */
  readonly duplicates: number;
  /** Distinct texts whose vectors are in the data folder. */
  readonly known: number;
  /** Distinct texts that are probably longer than the model reads. */
  readonly cut: number;
  /** Languages of a sample of 300, the most frequent first. */
  readonly languages: readonly LanguageShare[];
  /** The model's name. */
  readonly model: string;
  /** Tokens and US dollars of a model that is paid for; undefined where nothing is. */
  readonly price: EmbeddingUsage | undefined;
}

export interface TablePreview {
  readonly rows: number;
  readonly columns: readonly ColumnPreview[];
  readonly text: TextPreview;
  /** Undefined where keywords are the labels. */
  readonly label: LabelPreview | undefined;
  /** About how long each step takes on this machine; null where that cannot be known. */
  readonly seconds: readonly { readonly step: StepName; readonly seconds: number | null }[];
  readonly warnings: readonly string[];
}

/**
 * What a run would do, before it does it. Writes nothing and sends nothing. A model on this machine embeds some of the texts, for at most two
 * seconds, to see how long all of them take.
 * @param textColumn the column to map. Default: the column of text that says most
 * @throws LatentScopeError as a run, for tables and columns that make no map and for the options
 */
export async function previewTable(
  input: TableInput,
  textColumn: string | undefined,
  options: PreviewOptions = {},
  signal?: AbortSignal,
): Promise<TablePreview> {
  checkKnown("preview", options, ["dataDir", "embed", "cluster", "label"]);
  const provider = await findProvider(options.embed ?? {}, signal);
  const clustering = checkClusterOptions(options.cluster);
  const labelling = checkLabelOptions(options.label);
  const warnings: string[] = [];
  const table = await readTable(input, (message) => warnings.push(message));
  checkTable(table);
  const column = checkTextColumn(table, textColumn ?? (await wordiest(table)));
  const { frame, names } = storableFrame(table, column, (message) => warnings.push(message));
  const texts = await Texts.of(frame.getColumn(names.get(column) ?? column));
  checkTexts(texts, column);

  const columns: ColumnPreview[] = [];
  for (const name of table.columns) columns.push(await columnPreview(name, names.get(name), frame, column));
  const { hashes, firstRows } = await distinctTexts(texts, provider.prompts.text);
  // rows without text share one vector, which is no text's
  const distinct = firstRows.length - Number(texts.rows.length < texts.length);
  const cache = new VectorCache(resolveDataDir(options.dataDir), JSON.stringify(provider.identity));
  let known = 0;
  await cache.read(hashes, provider.dimensions, () => known++);
  const lengths = columns.find(({ name }) => name === column)?.lengths;
  const left = Math.max(0, firstRows.length - known);
  const characters = (lengths?.mean ?? 0) * left;
  const text: TextPreview = {
    column,
    empty: texts.length - texts.rows.length,
    distinct,
    duplicates: texts.rows.length - distinct,
    known: Math.min(known, distinct),
    cut: await tooLong(texts, provider),
    languages: await languagesOf(texts.sample(LANGUAGE_SAMPLE), signal),
    model: provider.name,
    price: "estimate" in provider ? provider.estimate?.(texts.sample(PRICE_SAMPLE), left) : undefined,
  };
  const embedding = left && characters ? await embeddingSeconds(provider, texts, left, signal) : 0;
  const { clusters, certain } = expectedClusters(
    clustering,
    texts.rows.length,
    (name) => columns.find((found) => found.name === name)?.distinct,
  );
  const label = previewLabels(
    // clusters by the values of a column keep these as their labels
    clustering.method?.startsWith("column:") && !labelling.model ? {} : labelling,
    { sample: [...new Set(texts.sample(LABEL_SAMPLE))], distinct, clusters },
    certain,
  );
  const seconds = stepSeconds(texts.length, embedding, label !== undefined);
  return { rows: table.height, columns, text, label, seconds, warnings };
}

/** Texts of which prompts for labels are made. */
const LABEL_SAMPLE = 200;
/** Texts from which a price is estimated. */
const PRICE_SAMPLE = 2000;
/** Characters of a token of the usual tokenizers, in English. */
const CHARACTERS_PER_TOKEN = 4.5;

/** The column of text whose values have the most to say: long ones, and not the same few again and again. */
async function wordiest(table: pl.DataFrame): Promise<string | undefined> {
  let best: { name: string; score: number } | undefined;
  for (const name of table.columns.filter((candidate) => isText(table.getColumn(candidate)))) {
    const column = table.getColumn(name).cast(pl.Utf8);
    const lengths = await lengthsOf(column);
    const { unique_values_count: distinct, url } = await columnMetadata(column);
    const score = url ? 0 : (lengths?.mean ?? 0) * (distinct / Math.max(1, column.length));
    if (!best || score > best.score) best = { name, score };
  }
  return best?.name;
}

async function columnPreview(
  name: string,
  stored: string | undefined,
  frame: pl.DataFrame,
  textColumn: string,
): Promise<ColumnPreview> {
  // bytes are left out
  if (stored === undefined)
    return { name, type: "string", nulls: 0, distinct: -1, lengths: undefined, example: "", note: "left out" };
  const column = frame.getColumn(stored);
  const { type, extent, unique_values_count: distinct, url, image, categories } = await columnMetadata(column);
  const notes = [
    name === textColumn ? "the text to map" : "",
    stored === name ? "" : `stored as ${stored}`,
    type === "array" ? "vectors: embed.model may be " + JSON.stringify(`column:${name}`) : "",
    image ? "pictures" : url ? "web addresses" : "",
    categories && distinct > 1 && name !== textColumn ? "categories" : "",
  ];
  const nulls = column.nullCount();
  return {
    ...{ name, type, extent, nulls, distinct, lengths: await lengthsOf(column), example: exampleOf(column) },
    note: (nulls === column.length ? ["nothing but nulls"] : notes.filter(Boolean)).join("; "),
  };
}

async function lengthsOf(column: pl.Series): Promise<ColumnPreview["lengths"]> {
  if (!["String", "Utf8"].includes(kindOf(column)) || column.nullCount() === column.length) return undefined;
  const length = pl.col("text").str.lengths().cast(pl.Int64);
  const query = pl
    .DataFrame([column.clone().rename("text")])
    .lazy()
    .select(length.min().alias("shortest"), length.mean().alias("mean"), length.max().alias("longest"));
  const [lengths] = (await query.collect()).toRecords() as NonNullable<ColumnPreview["lengths"]>[];
  return lengths;
}

const EXAMPLE_CHARACTERS = 80;
const EXAMPLE_ROWS = 100;

function exampleOf(column: pl.Series): string {
  const values = column.dropNulls().head(EXAMPLE_ROWS).toArray() as (string | number | boolean | bigint | object)[];
  const value = values.find((candidate) => candidate !== "");
  if (value === undefined) return "";
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, "");
  if (typeof value !== "object") return excerpt(String(value), EXAMPLE_CHARACTERS);
  const numbers = Array.from(value as ArrayLike<number>);
  return excerpt(`[${numbers.slice(0, 4).join(", ")}${numbers.length > 4 ? ", …" : ""}]`, EXAMPLE_CHARACTERS);
}

/** About how many texts are longer than the model reads. */
async function tooLong(texts: Texts, { maxTokens }: EmbeddingProvider | ImportedVectors): Promise<number> {
  if (maxTokens === null) return 0;
  const most = maxTokens * CHARACTERS_PER_TOKEN;
  let count = 0;
  for await (const { texts: part } of texts.parts()) for (const text of part) if (text && text.length > most) count++;
  return count;
}

/** Texts that a model is tried with, and for how long. */
const TRIED_TEXTS = 256;
const TRIED_MS = 2000;

/** How long a model on this machine takes for so many texts, from how it does with some of them. */
async function embeddingSeconds(
  provider: EmbeddingProvider | ImportedVectors,
  texts: Texts,
  left: number,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  if ("vectorsOf" in provider) return 0;
  if (!provider.local) return null;
  const sample = texts.sample(TRIED_TEXTS).map((text) => provider.prompts.text + text);
  const enough = new AbortController();
  const times: { at: number; texts: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const started = performance.now();
  try {
    await provider.embed(sample, {
      known: () => false,
      signal: signal ? AbortSignal.any([signal, enough.signal]) : enough.signal,
      warn: () => undefined,
      note: () => undefined,
      deliver: (positions) => {
        times.push({ at: performance.now(), texts: positions.length });
        timer ??= setTimeout(() => enough.abort(), TRIED_MS);
      },
    });
  } catch (error) {
    // it was stopped, because it had done enough
    if (!enough.signal.aborted || signal?.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  // until the first batch, the model was loaded
  const [first, ...others] = times;
  const done = others.reduce((sum, batch) => sum + batch.texts, 0);
  const loading = (first.at - started) / 1000;
  const rate = done / Math.max(0.001, (times[times.length - 1].at - first.at) / 1000);
  return loading + (done ? left / rate : 0);
}

/** Steps after the embedding, in seconds on two cores, as measured with 5,000 to 100,000 rows. */
const SECONDS_AT_10K: Readonly<Partial<Record<StepName, number>>> = {
  ingest: 0.2,
  umap: 2.4,
  cluster: 0.3,
  label: 1.5,
  save: 1.2,
};

function stepSeconds(rows: number, embedding: number | null, labelsByModel: boolean): TablePreview["seconds"] {
  const threads = Math.min(2, availableParallelism()) / 2;
  const of = (step: StepName): number => 0.1 + ((SECONDS_AT_10K[step] ?? 0) * (rows / 10_000) ** 1.05) / threads;
  const steps: StepName[] = ["ingest", "embed", "umap", "cluster", "label", "save"];
  return steps.map((step) => ({
    step,
    seconds: step === "embed" ? embedding : step === "label" && labelsByModel ? null : of(step),
  }));
}
