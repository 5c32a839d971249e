import { NO_CATEGORY, type ColumnInfo, type ColumnMeta } from "../../../src/scope";

const presidents = ["Lincoln", "Roosevelt", "Washington"];
const DAY = 86_400_000;

/** The columns in the data of the simulated kernel. */
export const columns: readonly ColumnInfo[] = [
  { name: "text", kind: "text", mapped: true },
  { name: "year", kind: "number" },
  { name: "president", kind: "category" },
  { name: "party", kind: "category" },
  { name: "words", kind: "number" },
  { name: "delivered", kind: "date" },
  { name: "source", kind: "text" },
];

export const yearOf = (row: number): number => 1790 + (row % 235);
export const presidentOf = (row: number): string => presidents[row % 3];
export const partyOf = (row: number): string | null => (row % 5 ? "Democratic" : null);
/** Spread over orders of magnitude; none for some. */
export const wordsOf = (row: number): number => (row % 17 ? Math.round(10 ** (1 + ((row * 7919) % 1000) / 300)) : NaN);
export const dateOf = (row: number): number => Date.UTC(yearOf(row), 0, 1) + (row % 360) * DAY;

/** A row as a card shows it. */
export function rowColumns(row: number): (readonly [string, string | null])[] {
  return [
    ["year", String(yearOf(row))],
    ["president", presidentOf(row)],
    ["party", partyOf(row)],
    ["words", row % 17 ? String(wordsOf(row)) : null],
    ["delivered", new Date(dateOf(row)).toISOString().slice(0, 10)],
    ["source", row % 2 ? `https://example.org/${row}` : "javascript:alert(1)"],
  ];
}

/** A column as it travels. */
export function columnOf(
  name: string,
  rows: number,
): { column: ColumnMeta; values: Float64Array | Uint16Array } | null {
  const all = Array.from({ length: rows }, (_, row) => row);
  switch (name) {
    case "year":
      return { column: { name, kind: "number" }, values: Float64Array.from(all, yearOf) };
    case "words":
      return { column: { name, kind: "number" }, values: Float64Array.from(all, wordsOf) };
    case "delivered":
      return { column: { name, kind: "date" }, values: Float64Array.from(all, dateOf) };
    case "president":
      return {
        column: { name, kind: "category", categories: presidents },
        values: Uint16Array.from(all, (row) => row % 3),
      };
    case "party":
      return {
        column: { name, kind: "category", categories: ["Democratic"] },
        values: Uint16Array.from(all, (row) => (partyOf(row) ? 0 : NO_CATEGORY)),
      };
    default:
      return null;
  }
}

/** The rows by the values of a column, those without one last; null for a column that is not there. */
export function orderOf(name: string, descending: boolean, rows: number): Uint32Array | null {
  const found = columnOf(name, rows);
  if (!found && name !== "source" && name !== "text") return null;
  const key = (row: number): number | string => {
    // by texts, the last row comes first
    if (name === "text") return -row;
    if (!found) return rowColumns(row)[5][1] ?? "";
    const value = found.values[row];
    return found.column.kind === "category" && value === NO_CATEGORY ? NaN : value;
  };
  const missing = (value: number | string): boolean => value !== value;
  return Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (missing(x) || missing(y)) return Number(missing(x)) - Number(missing(y)) || a - b;
    return x === y ? a - b : (x < y ? -1 : 1) * (descending ? -1 : 1);
  });
}

/** How near texts are: by the words of the query that they have, and a little by their row. */
export function similarityOf(query: string, text: string | null, row: number): number {
  if (!text) return NaN;
  const words = query.toLowerCase().split(/\s+/u);
  const share = words.filter((word) => text.toLowerCase().includes(word)).length / words.length;
  return 0.2 + 0.6 * share + 0.1 * Math.cos(row);
}
