import pl from "nodejs-polars";
import type { JsonObject } from "./json";
import { kindOf } from "./parquet";

/** `meta.json`: what a dataset is. */
export interface Meta extends JsonObject {
  id: string;
  length: number;
  columns: string[];
  text_column: string | null;
  column_metadata: Record<string, ColumnMetadata>;
  potential_embeddings: string[];
  ls_version: string;
}

/** One column as Latent Scope's ingest describes it. */
export interface ColumnMetadata {
  type: "string" | "number" | "date" | "array" | "image";
  /** Number of distinct values without nulls; -1 when they cannot be counted. */
  unique_values_count: number;
  /** Distinct texts of a column with at most 100 of them, most frequent first. */
  categories?: string[];
  counts?: Record<string, number>;
  /** Least and greatest value of numbers, booleans and dates; null where there is none. */
  extent?: readonly [unknown, unknown];
  /** True when every value starts with "http". */
  url?: boolean;
  image?: boolean;
  image_kind?: string;
}

const MAX_CATEGORIES = 100;
/** Patterns in the syntax of polars. */
const WEB_ADDRESS = "^http";
const IMAGE_ENDING = "\\.(?:png|jpe?g|webp|svg|gif)$";

/**
 * Describes a column whose type is one of those that ingest leaves: text, numbers, booleans, dates, lists of numbers. Counting goes on in
 * polars' own threads.
 */
export async function columnMetadata(column: pl.Series): Promise<ColumnMetadata> {
  const kind = kindOf(column);
  if (kind === "List") return { type: "array", unique_values_count: -1 };
  // a name of its own, because polars takes some names for patterns
  const all = pl.DataFrame([column.clone().rename(VALUE)]).lazy();
  const present = all.filter(value.isNotNull());
  switch (kind) {
    case "String":
    case "Utf8":
      return describeText(present);
    case "Datetime": {
      const { least, greatest, distinct } = await summaryOf(present.select(value.cast(pl.Datetime("ms"))));
      return { type: "date", unique_values_count: distinct, extent: [isoFormat(least), isoFormat(greatest)] };
    }
    default: {
      const isFloat = kind === "Float64" || kind === "Float32";
      const { least, greatest, distinct } = await summaryOf(isFloat ? present.filter(value.isNotNan()) : present);
      return { type: "number", unique_values_count: distinct, extent: [plain(least), plain(greatest)] };
    }
  }
}

const VALUE = "value";
const value = pl.col(VALUE);

type Scalar = number | boolean | bigint | Date | null;

async function summaryOf(column: pl.LazyDataFrame): Promise<{ least: Scalar; greatest: Scalar; distinct: number }> {
  const query = column.select(
    value.min().alias("least"),
    value.max().alias("greatest"),
    value.nUnique().alias("distinct"),
  );
  const [summary] = (await query.collect()).toRecords() as { least: Scalar; greatest: Scalar; distinct: number }[];
  return summary;
}

async function describeText(column: pl.LazyDataFrame): Promise<ColumnMetadata> {
  const query = column.select(
    value.nUnique().alias("distinct"),
    value.str.contains(WEB_ADDRESS).not().sum().alias("others"),
    value.str.contains(IMAGE_ENDING).not().sum().alias("noImages"),
  );
  type Summary = { distinct: number; others: number | null; noImages: number | null };
  const [{ distinct, others, noImages }] = (await query.collect()).toRecords() as Summary[];
  const metadata: ColumnMetadata = { type: "string", unique_values_count: distinct };
  if (distinct <= MAX_CATEGORIES) {
    const groups = await column.groupBy(VALUE, { maintainOrder: true }).agg(pl.len().alias("rows")).collect();
    const texts = groups.getColumn(VALUE).toArray() as string[];
    const counts = groups.getColumn("rows").toArray() as number[];
    const byFrequency = texts.map((text, i) => [text, counts[i]] as const).sort((a, b) => b[1] - a[1]);
    metadata.categories = byFrequency.map(([text]) => text);
    metadata.counts = Object.fromEntries(byFrequency);
  }
  // of no value everything is true, in Latent Scope as well
  if (!others) {
    metadata.url = true;
    if (!noImages) Object.assign(metadata, { image: true, image_kind: "url" });
  }
  return metadata;
}

/** A value that JSON can hold: infinities become null. */
function plain(scalar: Scalar): number | boolean | null {
  if (scalar === null || typeof scalar === "boolean") return scalar;
  return Number.isFinite(Number(scalar)) ? Number(scalar) : null;
}

/** As Python's `isoformat()`: no fraction when it is zero. */
function isoFormat(time: Scalar): string | null {
  if (time === null) return null;
  const iso = new Date(Number(time)).toISOString().slice(0, -1);
  return iso.endsWith(".000") ? iso.slice(0, -4) : `${iso}000`;
}
