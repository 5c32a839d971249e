import { setImmediate as nextTurn } from "node:timers/promises";
import pl from "nodejs-polars";
import { isText } from "./columns";

/** Of values that are short, and of texts in characters: so much takes some milliseconds. */
const MOST_VALUES = 4096;
const MOST_CHARACTERS = 2_000_000;

/** Rows of a column that are read in one turn of the event loop: fewer where texts are long. */
async function rowsPerTurn(column: pl.Series): Promise<number> {
  if (!isText(column) || !column.length) return MOST_VALUES;
  const frame = pl.DataFrame([column.clone().rename("text")]).lazy();
  const sum = await frame.select(pl.col("text").cast(pl.Utf8).str.lengths().cast(pl.Int64).sum()).collect();
  const characters = Number(sum.getColumn("text").get(0));
  return Math.max(1, Math.min(MOST_VALUES, Math.floor((MOST_CHARACTERS / Math.max(characters, 1)) * column.length)));
}

/** The values of a column, part by part; the event loop gets its turn after each. */
export async function* partsOf(column: pl.Series): AsyncGenerator<{ from: number; values: readonly unknown[] }> {
  const rows = await rowsPerTurn(column);
  for (let from = 0; from < column.length; from += rows) {
    yield { from, values: column.slice(from, rows).toArray() };
    await nextTurn();
  }
}
