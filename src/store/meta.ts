import type pl from "nodejs-polars";
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
const IMAGE_ENDING = /\.(?:png|jpe?g|webp|svg|gif)$/;

/** Describes a column whose type is one of those that ingest leaves: text, numbers, booleans, dates, lists of numbers. */
export function columnMetadata(column: pl.Series): ColumnMetadata {
  const values = (column.toArray() as unknown[]).filter((value) => value !== null && !Number.isNaN(value));
  switch (kindOf(column)) {
    case "String":
    case "Utf8":
      return describeText(values as string[]);
    case "List":
      return { type: "array", unique_values_count: -1 };
    case "Datetime":
      return describeDates(values as Date[]);
    default:
      return describeNumbers(values as (number | boolean | bigint)[]);
  }
}

function describeText(values: readonly string[]): ColumnMetadata {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const metadata: ColumnMetadata = { type: "string", unique_values_count: counts.size };
  if (counts.size <= MAX_CATEGORIES) {
    const byFrequency = [...counts].sort((a, b) => b[1] - a[1]);
    metadata.categories = byFrequency.map(([value]) => value);
    metadata.counts = Object.fromEntries(byFrequency);
  }
  // of no value everything is true, in Latent Scope as well
  if (values.every((value) => value.startsWith("http"))) {
    metadata.url = true;
    if (values.every((value) => IMAGE_ENDING.test(value))) Object.assign(metadata, { image: true, image_kind: "url" });
  }
  return metadata;
}

function describeDates(values: readonly Date[]): ColumnMetadata {
  const times = values.map(Number);
  const extent = times.length
    ? ([isoFormat(least(times)), isoFormat(greatest(times))] as const)
    : ([null, null] as const);
  return { type: "date", unique_values_count: new Set(times).size, extent };
}

function describeNumbers(values: readonly (number | boolean | bigint)[]): ColumnMetadata {
  const extent = values.length ? ([plain(least(values)), plain(greatest(values))] as const) : ([null, null] as const);
  return { type: "number", unique_values_count: new Set(values).size, extent };
}

/** A value that JSON can hold: infinities become null. */
function plain(value: number | boolean | bigint): number | boolean | null {
  if (typeof value === "boolean") return value;
  return Number.isFinite(Number(value)) ? Number(value) : null;
}

/** As Python's `isoformat()`: no fraction when it is zero. */
function isoFormat(time: number): string {
  const iso = new Date(time).toISOString().slice(0, -1);
  return iso.endsWith(".000") ? iso.slice(0, -4) : `${iso}000`;
}

function least<T>(values: readonly T[]): T {
  return values.reduce((a, b) => (b < a ? b : a));
}

function greatest<T>(values: readonly T[]): T {
  return values.reduce((a, b) => (b > a ? b : a));
}
