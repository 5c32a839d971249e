import type pl from "nodejs-polars";
import { LatentScopeError } from "../../scope";
import { frameOfColumns } from "./plain-data";

/** What is used of an apache-arrow Table, of whichever copy and version of the library. */
export interface ArrowTable {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly ArrowField[] };
  getChildAt(index: number): Iterable<unknown> | null;
}

interface ArrowField {
  readonly name: string;
  readonly type: { readonly typeId: number; readonly unit?: number; readonly scale?: number };
}

/** Numbers of Arrow's types, as in its format (Schema.fbs). */
const DECIMAL = 7;
const DATE = 8;
const TIMESTAMP = 10;

/** Whether this is a Table of apache-arrow. */
export function isArrowTable(input: object): input is ArrowTable {
  const { schema, getChildAt, numRows } = input as Partial<ArrowTable>;
  return typeof numRows === "number" && typeof getChildAt === "function" && Array.isArray(schema?.fields);
}

/** A frame of an Arrow table: its values one by one, because tables of another copy of the library cannot be written by this one. */
export function frameOfArrow(table: ArrowTable): pl.DataFrame {
  const names = table.schema.fields.map(({ name }) => name);
  const double = names.find((name, i) => names.indexOf(name) !== i);
  if (double !== undefined)
    throw new LatentScopeError("unsupported-input", `The Arrow table has two columns "${double}". Rename one of them.`);
  const columns = table.schema.fields.map((field, i) => {
    const values = Array.from(table.getChildAt(i) ?? [], (value) => plain(value, field));
    return [field.name, values] as const;
  });
  return frameOfColumns(Object.fromEntries(columns));
}

/** A value of an Arrow column as plain data. */
function plain(value: unknown, { type }: ArrowField): unknown {
  if (value === null || value === undefined) return null;
  // Dates and times come as milliseconds.
  if (type.typeId === DATE || type.typeId === TIMESTAMP) return new Date(Number(value));
  if (type.typeId === DECIMAL) return decimal(value, type.scale ?? 0);
  if (typeof value === "object" && "toArray" in value)
    return listOf((value as { toArray(): ArrayLike<unknown> }).toArray());
  if (typeof value === "object" && "toJSON" in value) return (value as { toJSON(): unknown }).toJSON();
  return value;
}

function listOf(values: ArrayLike<unknown>): unknown[] {
  return Array.from(values, (value) => (typeof value === "bigint" ? Number(value) : value));
}

/** The digits of a decimal with its point: a number where that is exact, else text. */
function decimal(unscaled: { toString(): string }, scale: number): number | string {
  const digits = unscaled.toString();
  const negative = digits.startsWith("-");
  const padded = digits.replace("-", "").padStart(scale + 1, "0");
  const text = `${negative ? "-" : ""}${padded.slice(0, padded.length - scale)}${scale ? `.${padded.slice(-scale)}` : ""}`;
  return padded.length <= 15 ? Number(text) : text;
}
