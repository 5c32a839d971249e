import { hdbscanSweep } from "../../compute";
import type { ClusterOptions } from ".";
import { checkNumber } from "../check-options";
import type { Method } from "./method";
import { membersOf } from "./tables";

const DEFAULTS = { minSamples: 2, clusterSelectionEpsilon: 0 } as const;

/** Without an option, no cluster should hold more than this part of the rows: one that does says nothing. */
const LARGEST_SHARE = 0.3;

/**
 * Sizes to try for `minClusterSize`, from the largest: 0.38 √rows (8 of 500 rows, 27 of 5,000, 98 of 66,000), which gave some 20 to 100
 * readable clusters on maps of sentences, then less.
 *
 * HDBSCAN goes over a cliff: on a map of 1,500 sentences, 15 gave 36 clusters and 20 gave 3, one of them with 93 % of all rows. Where the
 * cliff is, only trying shows. So the first of these sizes counts that leaves no cluster with more than 30 % of the rows.
 */
export function clusterSizes(rows: number): number[] {
  const first = 0.38 * Math.sqrt(rows);
  const least = rows < 12 ? 2 : 3;
  return [...new Set([1, 0.75, 0.55, 0.4].map((part) => Math.max(least, Math.round(first * part))))];
}

/** Clusters by density. */
export const hdbscan: Method = {
  options: ["minClusterSize", "minSamples", "clusterSelectionEpsilon"],
  parameters({ minClusterSize, minSamples, clusterSelectionEpsilon }, rows) {
    if (minClusterSize !== undefined) checkNumber("cluster.minClusterSize", minClusterSize, { least: 2, whole: true });
    if (minSamples !== undefined) checkNumber("cluster.minSamples", minSamples, { least: 1, whole: true });
    if (clusterSelectionEpsilon !== undefined)
      checkNumber("cluster.clusterSelectionEpsilon", clusterSelectionEpsilon, { least: 0 });
    return parametersOf({ minClusterSize, minSamples, clusterSelectionEpsilon }, rows);
  },
  async find({ rows, points, context }, options) {
    const { sizes, minSamples, clusterSelectionEpsilon } = parametersOf(options, rows.length);
    const { values, dimensions } = await points();
    const results = await hdbscanSweep(values, {
      ...{ rows: rows.length, dimensions, minClusterSizes: sizes, minSamples, clusterSelectionEpsilon },
      signal: context.signal,
    });
    const found = bestOf(sizes.map((size, i) => ({ size, labels: results[i].labels })));
    const more = { min_samples: minSamples, cluster_selection_epsilon: clusterSelectionEpsilon };
    return { labels: found.labels, samples: found.size, more };
  },
};

function parametersOf(
  options: Pick<ClusterOptions, "minClusterSize" | "minSamples" | "clusterSelectionEpsilon">,
  rows: number,
): { sizes: number[]; minSamples: number; clusterSelectionEpsilon: number } {
  const { minClusterSize, minSamples = DEFAULTS.minSamples } = options;
  const { clusterSelectionEpsilon = DEFAULTS.clusterSelectionEpsilon } = options;
  const sizes = minClusterSize === undefined ? clusterSizes(rows) : [minClusterSize];
  return { sizes, minSamples, clusterSelectionEpsilon };
}

/** A clustering with this `minClusterSize`. */
interface Attempt {
  size: number;
  labels: Int32Array;
}

/** The first without a cluster that is too large; if there is none, that with the smallest largest cluster. */
function bestOf(attempts: readonly Attempt[]): Attempt {
  const shares = attempts.map(({ labels }) => {
    const share = Math.max(0, ...membersOf(labels).map((members) => members.length)) / labels.length;
    // nothing but noise is no answer either
    return share || 1;
  });
  const good = shares.findIndex((share) => share <= LARGEST_SHARE);
  return attempts[good >= 0 ? good : shares.indexOf(Math.min(...shares))];
}
