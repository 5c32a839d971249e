import type { ClusterOptions } from ".";
import { clusterCount } from "./kmeans";

/** How many clusters there may be. */
export interface ExpectedCount {
  readonly clusters: number;
  /** False where only clustering can tell. */
  readonly certain: boolean;
}

/** On maps of sentences, HDBSCAN finds about one cluster for so many times `minClusterSize` rows. */
const ROWS_PER_SMALLEST = 5;

/**
 * How many clusters a clustering will find, before it is done.
 * @param rows with text
 * @param distinctOf number of distinct values of a column of the table; undefined where there is no such column
 */
export function expectedClusters(
  { method = "hdbscan", nClusters, minClusterSize }: ClusterOptions,
  rows: number,
  distinctOf: (column: string) => number | undefined,
): ExpectedCount {
  if (method === "kmeans") return { clusters: Math.min(rows, nClusters ?? clusterCount(rows)), certain: true };
  const distinct = method.startsWith("column:") ? distinctOf(method.slice("column:".length)) : undefined;
  if (distinct !== undefined) return { clusters: distinct, certain: true };
  if (minClusterSize === undefined) return { clusters: clusterCount(rows), certain: false };
  return { clusters: Math.max(1, Math.round(rows / (ROWS_PER_SMALLEST * minClusterSize))), certain: false };
}
