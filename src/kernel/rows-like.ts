import type pl from "nodejs-polars";
import { checkRows, findCluster, LatentScopeError, type ScopeState } from "../scope";

/**
 * Rows, in any of the ways in which a cell has them: indices (`ls_index`), a DataFrame with an `ls_index` column, a Series of indices,
 * a boolean mask of all rows (array or Series), or all rows of a cluster.
 */
export type RowsLike = ArrayLike<number> | readonly boolean[] | pl.DataFrame | pl.Series | { readonly cluster: number };

/**
 * The indices of `rows`, distinct, in the order given (ascending for masks and clusters).
 * @throws LatentScopeError `bad-rows` when they are no rows of this scope; `unknown-cluster`
 */
export function toIndices(state: ScopeState, rows: RowsLike): Uint32Array {
  if (isFrame(rows)) {
    if (!rows.columns.includes("ls_index"))
      throw new LatentScopeError(
        "bad-rows",
        `The DataFrame has no column "ls_index" (it has ${rows.columns.map((c) => `"${c}"`).join(", ")}). Take its rows from scope.rows, which has it.`,
      );
    return toIndices(state, rows.getColumn("ls_index"));
  }
  if (isSeries(rows)) return toIndices(state, rows.toArray() as number[]);
  if (isCluster(rows)) {
    findCluster(state.content, rows.cluster);
    return indicesWhere(state.rows, (row) => state.content.assignment[row] === rows.cluster);
  }
  if (!isArrayLike(rows))
    throw new LatentScopeError(
      "bad-rows",
      "Rows are given as indices (ls_index), a DataFrame with ls_index, a boolean mask, or { cluster: id }.",
    );
  if (rows.length > 0 && typeof rows[0] === "boolean") {
    if (rows.length !== state.rows)
      throw new LatentScopeError(
        "bad-rows",
        `The mask has ${rows.length} values, the scope ${state.rows} rows: it needs one for each row.`,
      );
    return indicesWhere(state.rows, (row) => rows[row] === true);
  }
  return checkRows(state.rows, rows as ArrayLike<number>);
}

function indicesWhere(rows: number, test: (row: number) => boolean): Uint32Array {
  const found: number[] = [];
  for (let row = 0; row < rows; row++) if (test(row)) found.push(row);
  return Uint32Array.from(found);
}

function isArrayLike(rows: RowsLike): rows is ArrayLike<number> | readonly boolean[] {
  return typeof rows === "object" && rows !== null && typeof (rows as { length?: unknown }).length === "number";
}
// By shape, not by class: the notebook may have another copy of nodejs-polars than ours.
function isFrame(rows: RowsLike): rows is pl.DataFrame {
  return (
    typeof (rows as Partial<pl.DataFrame>)?.getColumn === "function" && Array.isArray((rows as pl.DataFrame).columns)
  );
}
function isSeries(rows: RowsLike): rows is pl.Series {
  return typeof (rows as Partial<pl.Series>)?.toArray === "function" && typeof (rows as pl.Series).dtype === "object";
}
function isCluster(rows: RowsLike): rows is { readonly cluster: number } {
  return typeof rows === "object" && rows !== null && typeof (rows as { cluster?: unknown }).cluster === "number";
}
