import pl from "nodejs-polars";

/** A column of lists, taken apart. */
export interface ListParts {
  /** Number of values of each list; null where there is no list. */
  readonly lengths: pl.Series;
  /** The values of all lists, one after the other. */
  readonly values: pl.Series;
}

/** Takes a column of lists apart, without an object for any list. */
export function listParts(column: pl.Series): ListParts {
  const lengths = column.list.lengths().cast(pl.Int32) as pl.Series;
  // an empty list would explode to a null, as no list does
  const named = [column.clone().rename("list"), lengths.clone().rename("length")];
  const filled = pl.DataFrame(named).filter(pl.col("length").gt(0));
  return { lengths, values: filled.getColumn("list").explode() as pl.Series };
}
