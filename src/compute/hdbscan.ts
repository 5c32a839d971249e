import { LatentScopeError, throwIfAborted } from "../scope";
import type { HdbscanTask } from "./hdbscan/hdbscan-worker";
import type { FlatClustering } from "./hdbscan/label-points";
import { badOption, checkShape, forWorker, numberFrom, wholeNumber } from "./options";
import { runInWorker, workerFile } from "./worker-task";

/** Options of {@link hdbscan}. */
export interface HdbscanOptions {
  /** Number of points. */
  rows: number;
  /** Coordinates of each point: 2. */
  dimensions: 2;
  /** Smallest number of points of a cluster, at least 2. Defaults to 5. */
  minClusterSize?: number;
  /**
   * How many neighbours of a point, itself not counted, make it dense: its core distance is the distance to the last of them. At least
   * 1, and no more than `rows` - 1 count. Larger values call more points noise. Defaults to `minClusterSize`.
   */
  minSamples?: number;
  /** Clusters that part at a smaller distance than this stay together; in the units of the points. Defaults to 0. */
  clusterSelectionEpsilon?: number;
  /** Aborting it ends the work within a second. */
  signal?: AbortSignal;
}

/** What {@link hdbscan} finds. */
export interface HdbscanResult {
  /** Cluster of each point: 0, 1, 2, … from the largest to the smallest, equal ones by their first point; -1 for noise. */
  labels: Int32Array;
  /** Strength of membership, 0 to 1: 1 in the densest part of the cluster, 0 for noise. */
  probabilities: Float32Array;
}

/**
 * Finds clusters of any shape, and how many there are, by density: HDBSCAN* (Campello, Moulavi, Sander 2013; McInnes, Healy 2017,
 * arXiv:1705.07321) of points in the plane, Euclidean, exact, by excess of mass. Runs in a worker thread.
 *
 * The parameters mean what they mean in Python's `hdbscan` (there with `approx_min_span_tree=False`). Where several merges happen at
 * the same distance, Python takes them in an order that depends on the machine; here nearer points merge first, so that the order of
 * the rows does not matter. Points in the same place are never split from each other; those of a heap of more than `minSamples` have
 * probability 1, and all others of their cluster, infinitely less dense, 0. A single cluster is no answer, nor are fewer points than
 * `minClusterSize`: then all is noise.
 * @param points `rows` · 2 finite numbers: x and y of each point in turn
 * @throws LatentScopeError `bad-option`, `bad-vectors` (wrong length, or a value that is not finite), `interrupted` when aborted,
 * `worker-failed`
 */
export async function hdbscan(points: Float32Array, options: HdbscanOptions): Promise<HdbscanResult> {
  const { rows, dimensions, minClusterSize = 5, minSamples = minClusterSize, clusterSelectionEpsilon = 0 } = options;
  if (dimensions !== 2) throw badOption("dimensions", dimensions, "2: points in the plane");
  const parameters = {
    minClusterSize: wholeNumber("minClusterSize", minClusterSize, 2),
    minSamples: wholeNumber("minSamples", minSamples, 1),
    clusterSelectionEpsilon: numberFrom("clusterSelectionEpsilon", clusterSelectionEpsilon, 0),
  };
  checkShape("points", points, rows, dimensions);
  const bad = points.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new LatentScopeError(
      "bad-vectors",
      `The point of row ${bad >> 1} has the coordinate ${points[bad]}: points need finite numbers. Leave that row out.`,
    );
  throwIfAborted(options.signal, "HDBSCAN");
  const task = { points: forWorker(points), parameters };
  return runInWorker<HdbscanTask, FlatClustering>(workerFile(__dirname, "hdbscan/hdbscan-worker.js"), task, {
    what: "HDBSCAN",
    signal: options.signal,
    transfer: task.points.buffer instanceof SharedArrayBuffer ? [] : [task.points.buffer],
  });
}
