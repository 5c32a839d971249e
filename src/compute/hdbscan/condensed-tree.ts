import type { Condensed } from "./condense";

/**
 * The condensed tree as a table of columns, a line for each row of the points and for each cluster but the root; what Python's `hdbscan` has
 * as `condensed_tree_`, but for the order and the numbers of clusters.
 *
 * With n rows, line i < n is row i: the cluster it last belonged to and the lambda (1 / distance) at which it left it. After these, line
 * n + j is cluster n + 1 + j: its parent, and the lambda at which it split from it. The root is n; clusters are numbered from larger to
 * smaller distances of their splits, so that a parent's number is smaller than its children's.
 */
export interface CondensedTree {
  /** Number of the parent cluster, n or above. */
  readonly parent: Int32Array;
  /** Row (below n) or number of the cluster. */
  readonly child: Int32Array;
  /** Lambda at which the child left its parent: 1 / distance; infinite for rows that share their place with `minSamples` others or more. */
  readonly lambda: Float64Array;
  /** Rows of the child: 1 for a row. */
  readonly childSize: Int32Array;
}

/** The table of a condensed tree, for the rows at its points. */
export function condensedTable(tree: Condensed, pointOfRow: Int32Array): CondensedTree {
  const { clusters, parents, births, sizes, pointClusters, pointLambdas } = tree;
  const rows = pointOfRow.length;
  const lines = rows + clusters - 1;
  const parent = new Int32Array(lines);
  const child = new Int32Array(lines);
  const lambda = new Float64Array(lines);
  const childSize = new Int32Array(lines).fill(1);
  for (let row = 0; row < rows; row++) {
    parent[row] = rows + pointClusters[pointOfRow[row]];
    child[row] = row;
    lambda[row] = pointLambdas[pointOfRow[row]];
  }
  for (let c = 1; c < clusters; c++) {
    const line = rows + c - 1;
    parent[line] = rows + parents[c];
    child[line] = rows + c;
    lambda[line] = births[c];
    childSize[line] = sizes[c];
  }
  return { parent, child, lambda, childSize };
}
