import { throwIfAborted } from "../scope";
import {
  checkHdbscan,
  checkHdbscanSweep,
  type HdbscanBaseOptions,
  type HdbscanOptions,
  type HdbscanResult,
  type HdbscanSweepOptions,
} from "./hdbscan/check-options";
import type { Clustering, ClusterParameters } from "./hdbscan/cluster-points";
import type { CondensedTree } from "./hdbscan/condensed-tree";
import type { HdbscanTask } from "./hdbscan/hdbscan-worker";
import { runInIdleWorker } from "./hdbscan/idle-worker";
import { defaultThreads } from "./kernels/threads";
import { copiesOf, forWorker, wholeNumber } from "./options";

export type { CondensedTree, HdbscanBaseOptions, HdbscanOptions, HdbscanResult, HdbscanSweepOptions };

/**
 * Finds clusters of any shape, and how many there are, by density: HDBSCAN* (Campello, Moulavi, Sander 2013; McInnes, Healy 2017,
 * arXiv:1705.07321), Euclidean. Runs in worker threads.
 *
 * Exact for points of 2 or 3 dimensions, and for up to 2,000 points of more. Above that, the tree is made of the edges from each point to
 * its `minSamples` nearest neighbours, at least 15: two clusters may come out farther apart than they are, and the larger merges are
 * approximate; above 20,000, a few of the neighbours are missed. For the cosine distance, give vectors of length 1: the order of their distances is the same.
 *
 * The parameters mean what they mean in Python's `hdbscan` (there with `approx_min_span_tree=False`). Where several merges happen at
 * the same distance, Python takes them in an order that depends on the machine and on the order of the rows; here nearer points merge
 * first, and the order of the rows does not matter. Points in the same place are never split from each other; those of a heap of more
 * than `minSamples` have probability 1, and all others of their cluster, infinitely less dense, 0. A single cluster is no answer, unless
 * it is allowed, nor are fewer points than `minClusterSize`: then all is noise.
 *
 * The threads are kept for five seconds, for the next call; they do not keep the process alive.
 * @param points `rows` · `dimensions` finite numbers, point after point. Shared memory (`SharedArrayBuffer`) is read in place and must not
 * change meanwhile; other memory is copied once.
 * @throws LatentScopeError `bad-option`, `bad-vectors` (wrong length, or a value that is not finite), `interrupted` when aborted,
 * `worker-failed`
 */
export async function hdbscan(points: Float32Array, options: HdbscanOptions): Promise<HdbscanResult> {
  const [result] = await cluster(points, options, checkHdbscan(points, options));
  return result;
}

/**
 * {@link hdbscan} for several `minClusterSizes` at about the cost of one: neighbours and spanning tree are the same for all of them.
 * @returns a result for each size, in their order: what {@link hdbscan} gives for it with the same `minSamples`
 * @throws as {@link hdbscan}
 */
export async function hdbscanSweep(points: Float32Array, options: HdbscanSweepOptions): Promise<HdbscanResult[]> {
  return cluster(points, options, checkHdbscanSweep(points, options));
}

async function cluster(
  points: Float32Array,
  { threads = defaultThreads(), signal }: HdbscanBaseOptions,
  parameters: ClusterParameters,
): Promise<Clustering[]> {
  wholeNumber("threads", threads, 1);
  throwIfAborted(signal, "HDBSCAN");
  const task: HdbscanTask = { points: forWorker(points), parameters, threads };
  return runInIdleWorker(task, { what: "HDBSCAN", signal, transfer: copiesOf(task.points) });
}
