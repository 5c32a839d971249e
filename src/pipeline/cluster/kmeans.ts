import { kmeans as clusterByMeans } from "../../compute";
import type { ClusterOptions } from ".";
import { checkNumber } from "../check-options";
import type { Method } from "./method";

const SEED = 42;

/**
 * How many clusters there are by default: half of √rows, 2 to 100 (35 of 5,000 rows, 100 of 40,000), about as many as
 * HDBSCAN finds by default on maps of sentences.
 */
export function clusterCount(rows: number): number {
  return Math.max(Math.min(rows, 2), Math.min(100, Math.round(Math.sqrt(rows) / 2)));
}

/** Clusters by their means: every row is in one. */
export const kmeans: Method = {
  options: ["nClusters", "seed"],
  parameters({ nClusters, seed = SEED }, rows) {
    if (nClusters !== undefined) checkNumber("cluster.nClusters", nClusters, { least: 1, whole: true });
    checkNumber("cluster.seed", seed, { least: -Number.MAX_SAFE_INTEGER, whole: true });
    return parametersOf({ nClusters, seed }, rows);
  },
  async find({ rows, points, context }, options) {
    const { nClusters: k, seed } = parametersOf(options, rows.length);
    const { values, dimensions } = await points();
    const { labels } = await clusterByMeans(values, {
      ...{ rows: rows.length, dimensions, k, seed },
      signal: context.signal,
      onIteration: (done, total) => context.progress("cluster", done, total, "iterations"),
    });
    return { labels, samples: k, more: { min_samples: 0, cluster_selection_epsilon: 0, seed } };
  },
};

function parametersOf(
  { nClusters, seed = SEED }: Pick<ClusterOptions, "nClusters" | "seed">,
  rows: number,
): { nClusters: number; seed: number } {
  return { nClusters: Math.min(nClusters ?? clusterCount(rows), rows), seed };
}
