import type pl from "nodejs-polars";
import {
  checkRows,
  findCluster,
  LatentScopeError,
  namedSelection,
  rowsInClusters,
  taggedRows,
  type ScopeState,
} from "../scope";

/**
 * Rows, in any of the ways in which a cell has them: indices (`ls_index`), a DataFrame with an `ls_index` column, a Series of indices,
 * a boolean mask of all rows (array, Series, or an expression of the columns of `scope.rows`, as `pl.col("year").gt(1990)`), all rows of a
 * cluster or of some, of a tag, or of a named selection. Deleted rows belong to no cluster and no tag here.
 */
export type RowsLike =
  | ArrayLike<number>
  | readonly boolean[]
  | pl.DataFrame
  | pl.Series
  | pl.Expr
  | { readonly cluster: number | readonly number[] }
  | { readonly tag: string }
  | { readonly selection: string };

/** What rows are looked up in. */
export interface RowsContext {
  readonly state: ScopeState;
  /** `scope.rows`. */
  rows(): pl.DataFrame;
  /** The column of texts. */
  readonly textColumn: string;
}

/**
 * The indices of `rows`, distinct, in the order given (ascending for masks, clusters and tags).
 * @throws LatentScopeError `bad-rows` when they are no rows of this scope; `other-dataset` when a DataFrame has other texts with them;
 * `unknown-cluster`, `unknown-tag`, `unknown-selection`
 */
export function toIndices(context: RowsContext, rows: RowsLike): Uint32Array {
  const { state } = context;
  const { content } = state;
  if (isFrame(rows)) return ofFrame(context, rows);
  if (isExpr(rows)) return ofExpression(context, rows);
  if (isSeries(rows)) return toIndices(context, rows.toArray() as number[]);
  if (has(rows, "cluster")) {
    const ids = [rows.cluster].flat();
    for (const id of ids) findCluster(content, id);
    return rowsInClusters(content, ids, { live: true });
  }
  if (has(rows, "tag")) return taggedRows(content, rows.tag).filter((row) => !content.deleted[row]);
  if (has(rows, "selection")) return namedSelection(content, rows.selection);
  if (!isArrayLike(rows))
    throw badRows(
      'Rows are given as indices (ls_index), a DataFrame with ls_index, a boolean mask or expression, { cluster: id }, { tag: "name" } or { selection: "name" }.',
    );
  if (rows.length > 0 && typeof rows[0] === "boolean") {
    if (rows.length !== state.rows)
      throw badRows(`The mask has ${rows.length} values, the scope ${state.rows} rows: it needs one for each row.`);
    return whereTrue(rows as readonly (boolean | null)[]);
  }
  return checkRows(state.rows, rows as ArrayLike<number>);
}

function ofFrame(context: RowsContext, frame: pl.DataFrame): Uint32Array {
  if (!frame.columns.includes("ls_index"))
    throw badRows(
      `The DataFrame has no column "ls_index" (it has ${frame.columns.map((c) => `"${c}"`).join(", ")}). Take its rows from scope.rows, which has it.`,
    );
  const indices = toIndices(context, frame.getColumn("ls_index"));
  checkTexts(context, frame, indices);
  return indices;
}

/** Texts of a frame that are compared with those of the scope, at most. */
const COMPARED = 50;

/** A frame of another dataset has `ls_index`, too, and then all texts are others. */
function checkTexts(context: RowsContext, frame: pl.DataFrame, indices: Uint32Array): void {
  const { textColumn } = context;
  if (!frame.columns.includes(textColumn) || indices.length !== frame.height) return;
  const step = Math.max(1, Math.ceil(indices.length / COMPARED));
  const some = [...indices.keys()].filter((i) => i % step === 0);
  if (!some.length) return;
  const theirs = frame.getColumn(textColumn).gather(some).toArray() as unknown[];
  const ours = context
    .rows()
    .getColumn(textColumn)
    .gather(some.map((i) => indices[i]))
    .toArray() as unknown[];
  const plain = (text: unknown): string => String(text).trim().toLowerCase();
  const compared = theirs.flatMap((text, i) =>
    text === null || ours[i] === null ? [] : [plain(text) === plain(ours[i])],
  );
  if (!compared.length || compared.some(Boolean)) return;
  throw new LatentScopeError(
    "other-dataset",
    `The DataFrame is of another dataset: its column "${textColumn}" has other texts at these ls_index. Take rows of this scope (scope.rows).`,
  );
}

function ofExpression(context: RowsContext, expression: pl.Expr): Uint32Array {
  let mask: unknown[];
  try {
    const column = context.rows().select(expression.alias("wanted")).getColumn("wanted");
    mask = column.toArray();
  } catch (error) {
    throw badRows(
      `The expression cannot be evaluated on scope.rows: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (mask.length !== context.state.rows || mask.some((value) => typeof value !== "boolean" && value !== null))
    throw badRows('The expression does not say true or false of each row, as pl.col("year").gt(1990) does.');
  return whereTrue(mask as (boolean | null)[]);
}

function whereTrue(mask: readonly (boolean | null)[]): Uint32Array {
  const found: number[] = [];
  mask.forEach((yes, row) => {
    if (yes === true) found.push(row);
  });
  return Uint32Array.from(found);
}

function badRows(message: string): LatentScopeError {
  return new LatentScopeError("bad-rows", message);
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
function isExpr(rows: RowsLike): rows is pl.Expr {
  const expression = rows as Partial<Record<"alias" | "over", unknown>> | null;
  return typeof expression?.alias === "function" && typeof expression.over === "function";
}
function has<K extends "cluster" | "tag" | "selection">(
  rows: RowsLike,
  key: K,
): rows is Extract<RowsLike, { readonly [P in K]: unknown }> {
  return typeof rows === "object" && rows !== null && !isArrayLike(rows) && Object.hasOwn(rows, key);
}
