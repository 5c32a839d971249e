import { access } from "node:fs/promises";
import pl from "nodejs-polars";
import { LatentScopeError } from "../scope";
import { writeAtomically } from "./atomic";
import { damagedFile } from "./json";

/**
 * Writes a frame as parquet with snappy, which every reader of Latent Scope files knows. Atomic, and off the main thread. Dates are written in
 * nanoseconds, as pandas does and as its own JSON needs it; those before 1678 and after 2261, which do not fit, as they are.
 */
export async function writeParquet(file: string, table: pl.DataFrame): Promise<void> {
  const frame = withDates(table, (column) => {
    const nanoseconds = column.cast(pl.Datetime("ns"));
    return nanoseconds.nullCount() === column.nullCount() ? nanoseconds : column;
  });
  await writeAtomically(file, async (temporary) => {
    await sinkParquet(temporary, frame);
  });
}

/** Writes a frame to a parquet file as it is, its rows in their order, with snappy; off the main thread. */
export async function sinkParquet(file: string, frame: pl.DataFrame): Promise<void> {
  await frame.lazy().sinkParquet(file, PARQUET).collect();
}

const SINK = { maintainOrder: true, mkdir: false, syncOnClose: "none" } as const;
/** nodejs-polars 0.24 wants the options of a sink in an object of their own, newer versions want them beside the others. */
const PARQUET = { compression: "snappy", ...SINK, sinkOptions: SINK } as const;

/** Reads off the main thread. Dates are in microseconds: of nanoseconds, polars makes JavaScript dates that are off by one. @throws LatentScopeError `not-found`, `damaged-file` */
export async function readParquet(file: string): Promise<pl.DataFrame> {
  try {
    await access(file);
  } catch (error) {
    throw new LatentScopeError("not-found", `There is no file ${file}.`, { cause: error });
  }
  try {
    // a path is a path: neither a pattern nor a carrier of columns
    const frame = await pl.scanParquet(file, { glob: false, hivePartitioning: false }).collect();
    return withDates(frame, (column) => column.cast(pl.Datetime("us")));
  } catch (error) {
    throw damagedFile(file, error);
  }
}

/** Some rows of a parquet file that {@link writeParquet} wrote, without the others in memory; dates as they are stored. */
export async function readParquetRows(file: string, from: number, count: number): Promise<pl.DataFrame> {
  return pl.scanParquet(file, { glob: false, hivePartitioning: false }).slice(from, count).collect();
}

/** A frame with other columns of dates. */
function withDates(frame: pl.DataFrame, change: (column: pl.Series) => pl.Series): pl.DataFrame {
  const columns = frame.columns.map((name) => frame.getColumn(name));
  const isDate = (column: pl.Series): boolean => kindOf(column) === "Datetime";
  if (!columns.some(isDate)) return frame;
  return pl.DataFrame(columns.map((column) => (isDate(column) ? change(column) : column)));
}

/** The kind of a column in polars' words: "String", "Int64", "List", … */
export function kindOf(column: pl.Series): string {
  return (column.dtype as { variant: string }).variant;
}

/** A column of int64. (Series made from numbers or bigints in plain arrays would be float64 or null.) */
export function int64(name: string, values: Int32Array): pl.Series {
  return pl.Series(name, values).cast(pl.Int64);
}

/** A column of lists of int64; empty lists stay lists. */
export function int64Lists(name: string, lists: readonly ArrayLike<number>[]): pl.Series {
  return pl.Series(
    name,
    lists.map((list) => Array.from(list)),
    pl.List(pl.Int64),
  );
}

/** A column of text. */
export function text(name: string, values: readonly (string | null)[]): pl.Series {
  return pl.Series(name, [...values], pl.Utf8);
}

/** A numeric column as numbers. @throws LatentScopeError `damaged-file` when it is missing, not numeric, or has gaps */
export function numbers(frame: pl.DataFrame, name: string, file: string): Float64Array {
  if (!frame.columns.includes(name)) throw damagedFile(file, `it has no column "${name}"`);
  const values = frame.getColumn(name).cast(pl.Float64) as pl.Series;
  if (values.nullCount()) throw damagedFile(file, `its column "${name}" has gaps`);
  return values.length ? (values.toTypedArray() as Float64Array) : new Float64Array();
}
