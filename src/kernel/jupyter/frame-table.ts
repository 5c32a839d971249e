/**
 * DataFrames and Series of nodejs-polars as HTML tables. Everything that comes from data is escaped; polars' own table leaves column names and
 * some values as they are.
 */
import { inspect } from "node:util";
import type { MimeBundle } from "./cell-display";

/** Rows shown from each end of a long frame. */
const EDGE_ROWS = 10;
/** Columns shown from each end of a wide frame. */
const EDGE_COLUMNS = 20;
/** Characters shown of one value. */
const MAX_TEXT = 200;
/** Items shown of a list. */
const MAX_ITEMS = 10;

/** A polars Series, as far as it is used here. */
interface Series {
  readonly name: string;
  readonly length: number;
  readonly dtype: { toString(): string };
  getIndex(row: number): unknown;
  [inspect.custom](): string;
}

interface Column {
  readonly name: string;
  readonly series: Series;
}

/** MIME bundle of a polars DataFrame or Series; undefined for anything else. */
export function frameBundle(value: unknown): MimeBundle | undefined {
  if (isSeries(value))
    return bundle([{ name: value.name, series: value }], `Series, ${count(value.length, "row")}`, value);
  const columns = dataFrameColumns(value);
  if (!columns) return undefined;
  const shape = `${count(columns[0].series.length, "row")}, ${count(columns.length, "column")}`;
  return bundle(columns, shape, value as Series);
}

function bundle(columns: readonly Column[], caption: string, value: { [inspect.custom](): string }): MimeBundle {
  return { "text/html": table(columns, caption), "text/plain": value[inspect.custom]() };
}

/**
 * The columns of a DataFrame; undefined when it is none, or has none. A frame is a proxy for which a column hides the property of the same name
 * ("height", "columns"), so only symbols and its own property descriptors, which are its columns, can be relied on.
 */
function dataFrameColumns(value: unknown): readonly Column[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if ((value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] !== "DataFrame") return undefined;
  if (typeof (value as { [inspect.custom]?: unknown })[inspect.custom] !== "function") return undefined;
  const columns = Reflect.ownKeys(value).map((name) => ({
    name: String(name),
    series: Reflect.getOwnPropertyDescriptor(value, name)?.value as unknown,
  }));
  const all = columns.filter((column): column is Column => isSeries(column.series));
  return all.length > 0 && all.length === columns.length ? all : undefined;
}

function isSeries(value: unknown): value is Series {
  if (typeof value !== "object" || value === null) return false;
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return typeof tag === "function" && tag.call(value) === "Series" && typeof (value as Series).getIndex === "function";
}

function table(columns: readonly Column[], caption: string): string {
  const rows = edges(columns[0].series.length, EDGE_ROWS);
  const shown = edges(columns.length, EDGE_COLUMNS).map((i) => (i === undefined ? undefined : columns[i]));
  const head = shown.map((column) => (column ? headCell(column) : "<th>…</th>")).join("");
  const body = rows.map((row) => `<tr>${shown.map((column) => cell(column, row)).join("")}</tr>`).join("");
  return (
    `<div><table class="dataframe"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>` +
    `<small>${escapeHtml(caption)}</small></div>`
  );
}

function headCell({ name, series }: Column): string {
  return `<th>${escapeHtml(shorten(name))}<br><small style="font-weight: normal">${escapeHtml(typeName(series))}</small></th>`;
}

function cell(column: Column | undefined, row: number | undefined): string {
  if (!column || row === undefined) return "<td>…</td>";
  const value = column.series.getIndex(row);
  if (value === null || value === undefined) return `<td style="opacity: 0.5">null</td>`;
  const align = typeof value === "number" || typeof value === "bigint" ? "right" : "left";
  return `<td style="text-align: ${align}">${escapeHtml(shorten(format(value, typeName(column.series))))}</td>`;
}

function format(value: unknown, type: string): string {
  if (typeof value === "string") return value;
  if (value instanceof Date) return type === "Date" ? value.toISOString().slice(0, 10) : value.toISOString();
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return value.toString();
  return inspect(value, { depth: 2, maxArrayLength: MAX_ITEMS, maxStringLength: MAX_TEXT, breakLength: Infinity });
}

/** "String" of polars' "DataType(String)", "List" of "DataType(List(DataType(Float64)))". */
function typeName({ dtype }: Series): string {
  return /^DataType\((\w+)/.exec(dtype.toString())?.[1] ?? dtype.toString();
}

/** Indices of both ends of `length` things, with undefined where some are left out. */
function edges(length: number, each: number): (number | undefined)[] {
  if (length <= 2 * each) return Array.from({ length }, (_, i) => i);
  const ends = Array.from({ length: each }, (_, i) => i);
  return [...ends, undefined, ...ends.map((i) => length - each + i)];
}

function shorten(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  // Not between the halves of a surrogate pair.
  return `${text.slice(0, MAX_TEXT).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

function count(n: number, unit: string): string {
  return `${n.toLocaleString("en")} ${unit}${n === 1 ? "" : "s"}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
