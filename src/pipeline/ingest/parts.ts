import { setImmediate as nextTurn } from "node:timers/promises";
import pl from "nodejs-polars";
import { kindOf } from "../../store";
import { isText } from "./columns";

/** Of values that are short, of texts in characters, and of lists in numbers: so much takes some milliseconds. */
const MOST_VALUES = 4096;
const MOST_CHARACTERS = 2_000_000;
const MOST_NUMBERS = 400_000;

/** Rows of a column that are read in one turn of the event loop: fewer where texts or lists are long. */
async function rowsPerTurn(column: pl.Series): Promise<number> {
  const isList = kindOf(column) === "List";
  if (!(isList || isText(column)) || !column.length) return MOST_VALUES;
  const frame = pl.DataFrame([column.clone().rename("value")]).lazy();
  const length = isList ? pl.col("value").lst.lengths() : pl.col("value").cast(pl.Utf8).str.lengths();
  const sum = await frame.select(length.cast(pl.Int64).sum()).collect();
  const most = isList ? MOST_NUMBERS : MOST_CHARACTERS;
  const mean = Number(sum.getColumn("value").get(0)) / column.length;
  return Math.max(1, Math.min(MOST_VALUES, Math.floor(most / Math.max(mean, 1))));
}

/** A column, part by part; the event loop gets its turn after each. */
export async function* partsOf(column: pl.Series): AsyncGenerator<{ from: number; part: pl.Series }> {
  const rows = await rowsPerTurn(column);
  for (let from = 0; from < column.length; from += rows) {
    yield { from, part: column.slice(from, rows) };
    await nextTurn();
  }
}
