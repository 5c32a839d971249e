import pl from "nodejs-polars";
import { LatentScopeError } from "../../scope";

/**
 * A frame of an array of objects. Its columns are the properties of all of them, in the order of their first appearance; a missing property
 * is null. The type of a column comes from all of its values, not from the first rows.
 * @throws LatentScopeError `unsupported-input` when an element is no object
 */
export function frameOfRecords(records: readonly unknown[]): pl.DataFrame {
  const columns = new Map<string, unknown[]>();
  records.forEach((record, row) => {
    if (typeof record !== "object" || record === null || Array.isArray(record))
      throw new LatentScopeError(
        "unsupported-input",
        `Row ${row} is ${record === null ? "null" : Array.isArray(record) ? "an array" : `a ${typeof record}`}, not an object. ` +
          'An array of rows looks like [{ text: "…", year: 2026 }, …].',
      );
    for (const [name, value] of Object.entries(record)) {
      let column = columns.get(name);
      if (!column) columns.set(name, (column = new Array<unknown>(records.length).fill(null)));
      column[row] = value ?? null;
    }
  });
  return frame([...columns]);
}

/** A frame of an object of columns. @throws LatentScopeError `unsupported-input` when they differ in length */
export function frameOfColumns(columns: Readonly<Record<string, ArrayLike<unknown>>>): pl.DataFrame {
  const entries = Object.entries(columns);
  const [first] = entries;
  for (const [name, column] of entries)
    if (column.length !== first[1].length)
      throw new LatentScopeError(
        "unsupported-input",
        `Column "${name}" has ${column.length} values and column "${first[0]}" ${first[1].length}. Columns of a table are of one length.`,
      );
  return frame(entries.map(([name, column]) => [name, Array.from(column, (value) => value ?? null)]));
}

/** Whether this is an object of arrays, and of nothing else. */
export function isColumns(input: object): input is Readonly<Record<string, ArrayLike<unknown>>> {
  const prototype: unknown = Object.getPrototypeOf(input);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  return Object.values(input).every((column) => Array.isArray(column) || ArrayBuffer.isView(column));
}

function frame(columns: readonly (readonly [string, readonly unknown[]])[]): pl.DataFrame {
  return pl.DataFrame(columns.map(([name, values]) => series(name, values)));
}

/** JavaScript has dates that are none: polars would take them for 1970. */
function validDate(date: Date | null): Date | null {
  return date && Number.isNaN(date.getTime()) ? null : date;
}

/** A column of the narrowest type that holds every value; of mixed values, text. */
function series(name: string, values: readonly unknown[]): pl.Series {
  const kinds = new Set(values.map(kindOf));
  kinds.delete("null");
  // A column of integers of which some are too long for numbers.
  if (kinds.has("long")) kinds.delete("integer");
  const [kind, ...others] = kinds;
  if (others.length === 0)
    switch (kind) {
      case "text":
        return pl.Series(name, values as (string | null)[], pl.Utf8);
      case "boolean":
        return pl.Series(name, values as (boolean | null)[], pl.Bool);
      case "date":
        return pl.Series(name, (values as (Date | null)[]).map(validDate), pl.Datetime("ms"));
      case "integer":
        return pl.Series(name, values as (number | null)[], pl.Float64).cast(pl.Int64);
      case "long":
        // by way of text: from bigints, a series would be null
        return pl.Series(name, values.map(asText), pl.Utf8).cast(pl.Int64);
      case "number":
        return pl.Series(name, values as (number | null)[], pl.Float64);
      case "numbers":
        return pl.Series(
          name,
          (values as (ArrayLike<number> | null)[]).map((v) => v && Array.from(v)),
          pl.List(pl.Float64),
        );
      case undefined:
        return pl.Series(
          name,
          values.map(() => null),
          pl.Utf8,
        );
    }
  if (others.every((other) => isNumeric(other)) && isNumeric(kind))
    return pl.Series(name, values as (number | null)[], pl.Float64);
  return pl.Series(name, values.map(asText), pl.Utf8);
}

type Kind = "null" | "text" | "boolean" | "date" | "integer" | "long" | "number" | "numbers" | "other";

function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case "string":
      return "text";
    case "boolean":
      return "boolean";
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? "integer" : "number";
    case "bigint":
      return BigInt.asIntN(64, value) === value ? "long" : "other";
    case "object":
      if (value === null) return "null";
      if (value instanceof Date) return "date";
      if (Array.isArray(value) || ArrayBuffer.isView(value))
        return Array.from(value as ArrayLike<unknown>).every((v) => typeof v === "number") ? "numbers" : "other";
      return "other";
    case "undefined":
      return "null";
    default:
      return "other";
  }
}

function isNumeric(kind: Kind | undefined): boolean {
  return kind === "integer" || kind === "number";
}

/** Any value as text; objects and lists as JSON; null for what is no data. */
export function asText(value: unknown): string | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    case "object":
      if (value instanceof Date) return value.toISOString();
      return value && JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? v.toString() : v));
    default:
      return null;
  }
}
