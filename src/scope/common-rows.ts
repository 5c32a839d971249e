import { UNCLUSTERED } from "./ids";
import type { Content } from "./state";

/** Rows that a cluster of one scope has in common with one of another. */
export interface CommonRows {
  /** Id of the cluster in the first. */
  readonly a: number;
  /** …and in the second. */
  readonly b: number;
  readonly rows: number;
}

/** Which clusters of one scope became which of another, of the same rows: those with most rows in common first. Rows deleted in either are left out. */
export function commonRows(a: Content, b: Content): CommonRows[] {
  const width = (b.clusters.at(-1)?.id ?? UNCLUSTERED) + 2;
  const counts = new Map<number, number>();
  for (let row = 0; row < a.assignment.length; row++) {
    if (a.deleted[row] || b.deleted[row]) continue;
    const key = (a.assignment[row] + 1) * width + b.assignment[row] + 1;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([key, rows]) => ({ a: Math.floor(key / width) - 1, b: (key % width) - 1, rows }))
    .sort((p, q) => q.rows - p.rows || p.a - q.a || p.b - q.b);
}
