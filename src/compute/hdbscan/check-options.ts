import { LatentScopeError } from "../../scope";
import { badOption, checkShape, numberFrom, wholeNumber } from "../options";
import type { ClusterParameters } from "./cluster-points";
import type { CondensedTree } from "./condensed-tree";

/** What `hdbscan` and `hdbscanSweep` have in common. */
export interface HdbscanBaseOptions {
  /** Number of points. */
  rows: number;
  /** Coordinates of each point, 2 or more. */
  dimensions: number;
  /**
   * Which clusters of the tree are taken: those that last longest ("eom", excess of mass), or those that split no further ("leaf"), which
   * are more and smaller. Defaults to "eom".
   */
  clusterSelectionMethod?: "eom" | "leaf";
  /** Clusters that part at a smaller distance than this stay together; in the units of the points. Defaults to 0. */
  clusterSelectionEpsilon?: number;
  /** Whether all points may be one cluster, of which the outermost are noise then. Defaults to false. */
  allowSingleCluster?: boolean;
  /** Whether the result has the condensed tree. Defaults to false. */
  condensedTree?: boolean;
  /** Threads to work on, 1 or more. The result does not depend on it. Defaults to the number of cores, and at most 16. */
  threads?: number;
  /** Aborting it ends the work within 200 ms. */
  signal?: AbortSignal;
}

/** Options of `hdbscan`. */
export interface HdbscanOptions extends HdbscanBaseOptions {
  /** Smallest number of points of a cluster, at least 2. Defaults to 5. */
  minClusterSize?: number;
  /**
   * How many neighbours of a point, itself not counted, make it dense: its core distance is the distance to the last of them. At least
   * 1, and no more than `rows` - 1 count. Larger values call more points noise. Defaults to `minClusterSize`.
   */
  minSamples?: number;
}

/** Options of `hdbscanSweep`. */
export interface HdbscanSweepOptions extends HdbscanBaseOptions {
  /** The smallest number of points of a cluster, for each of the results; each at least 2. */
  minClusterSizes: readonly number[];
  /** As for `hdbscan`, the same for all results. Defaults to the first of `minClusterSizes`. */
  minSamples?: number;
}

/** What `hdbscan` finds. */
export interface HdbscanResult {
  /** Cluster of each point: 0, 1, 2, … from the largest to the smallest, equal ones by their first point; -1 for noise. */
  labels: Int32Array;
  /** Strength of membership, 0 to 1: 1 in the densest part of the cluster, 0 for noise. */
  probabilities: Float32Array;
  /** All clusters that there are at one density or another. Only when the option `condensedTree` is true. */
  condensedTree?: CondensedTree;
}

/** Checks points and options of `hdbscan`. @throws LatentScopeError as it does */
export function checkHdbscan(points: Float32Array, options: HdbscanOptions): ClusterParameters {
  const { minClusterSize = 5, minSamples = minClusterSize } = options;
  wholeNumber("minClusterSize", minClusterSize, 2);
  return check(points, options, [minClusterSize], minSamples);
}

/** Checks points and options of `hdbscanSweep`. @throws LatentScopeError as it does */
export function checkHdbscanSweep(points: Float32Array, options: HdbscanSweepOptions): ClusterParameters {
  const sizes: readonly number[] = Array.isArray(options.minClusterSizes) ? options.minClusterSizes : [];
  if (sizes.length === 0) throw badOption("minClusterSizes", options.minClusterSizes, "a list of one or more sizes");
  for (const size of sizes) wholeNumber("minClusterSizes", size, 2);
  return check(points, options, sizes, options.minSamples ?? sizes[0]);
}

function check(
  points: Float32Array,
  options: HdbscanBaseOptions,
  minClusterSizes: readonly number[],
  minSamples: number,
): ClusterParameters {
  const { rows, dimensions, clusterSelectionMethod = "eom", clusterSelectionEpsilon = 0 } = options;
  const { allowSingleCluster = false, condensedTree = false } = options;
  wholeNumber("dimensions", dimensions, 2);
  if (clusterSelectionMethod !== "eom" && clusterSelectionMethod !== "leaf")
    throw badOption("clusterSelectionMethod", clusterSelectionMethod, '"eom" or "leaf"');
  wholeNumber("minSamples", minSamples, 1);
  numberFrom("clusterSelectionEpsilon", clusterSelectionEpsilon, 0);
  checkShape("points", points, rows, dimensions);
  checkFinite(points, dimensions);
  return {
    ...{ dimensions, minClusterSizes, minSamples, clusterSelectionMethod, clusterSelectionEpsilon },
    ...{ allowSingleCluster, condensedTree },
  };
}

function checkFinite(points: Float32Array, dimensions: number): void {
  for (let i = 0; i < points.length; i++)
    if (!Number.isFinite(points[i]))
      throw new LatentScopeError(
        "bad-vectors",
        `The point of row ${Math.floor(i / dimensions)} has the coordinate ${points[i]}: points need finite numbers. Leave that row out.`,
      );
}
