import { LatentScopeError } from "../../scope";

/** The error for what is no table. */
export function unsupported(what: string, hint = ""): LatentScopeError {
  return new LatentScopeError(
    "unsupported-input",
    `${what[0].toUpperCase()}${what.slice(1)} is no table that can be read. ${hint} `.replace(/ +/g, " ") +
      "Give a nodejs-polars DataFrame, an apache-arrow Table, an array of objects, an object of columns (arrays), or the path of a " +
      ".csv, .parquet, .jsonl, .json or .arrow file.",
  );
}
