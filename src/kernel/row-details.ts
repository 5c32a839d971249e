import type pl from "nodejs-polars";
import type { RowDetail } from "../scope";

/** Longest text that travels to a hover card, in UTF-16 units. */
const MAX_TEXT = 4000;
const MAX_VALUE = 300;

/** Rows as a hover card shows them: the text, then the other columns, all as plain text. */
export function rowDetails(input: pl.DataFrame, textColumn: string, rows: readonly number[]): RowDetail[] {
  const others = input.columns.filter((name) => name !== textColumn);
  // gathered a column at a time: Series.get fails on dates and lists
  const values = (name: string): unknown[] =>
    input
      .getColumn(name)
      .gather([...rows])
      .toArray();
  const texts = values(textColumn);
  const columns = others.map((name) => [name, values(name)] as const);
  return rows.map((row, i) => ({
    row,
    text: asText(texts[i], MAX_TEXT),
    columns: columns.map(([name, all]) => [name, asText(all[i], MAX_VALUE)] as const),
  }));
}

function asText(value: unknown, longest: number): string | null {
  if (value === null || value === undefined) return null;
  const text = typeof value === "string" ? value : plain(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function plain(value: object | number | bigint | boolean): string {
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, "");
  if (typeof value === "object")
    return JSON.stringify(value, (_key, v: unknown) => (typeof v === "bigint" ? String(v) : v));
  return String(value);
}
