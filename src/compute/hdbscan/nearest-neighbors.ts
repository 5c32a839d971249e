import type { Kernels } from "../kernels/kernels";
import type { KdTree } from "./kd-tree";

/** Nearest neighbours and core distances of the points of a tree, in its order and in the memory of the kernels. */
export interface Neighborhoods {
  /** Neighbours kept of each point. */
  readonly k: number;
  /** Address of the `k` nearest other points of each point, nearest first (int32). */
  readonly neighbors: number;
  /** Address of squared core distances (float64). */
  readonly cores: number;
}

/** More neighbours are looked at faster in the tree than in a list. */
const MOST_KEPT = 16;

/**
 * Exact nearest neighbours of every point of a tree of two or more.
 * @param samples the core distance of a point is the distance to so many rows besides one of its own: less than the number of rows
 */
export function nearestNeighbors(kernels: Kernels, tree: KdTree, samples: number, weighted: boolean): Neighborhoods {
  const { count, dimensions, firstLeaf, weights } = tree;
  const k = Math.min(Math.max(samples, Number(6)), count - 1);
  const kept = Math.min(k, MOST_KEPT);
  const neighbors = kernels.allocate(count * kept * 4);
  const cores = kernels.allocate(count * 8);
  const into = kernels.put(Int32Array.of(k, kept, samples, weighted ? weights : 0, neighbors, cores));
  kernels.run({
    kernel: `nearestNeighbors${dimensions}`,
    count: firstLeaf + 1,
    grain: Math.max(1, Math.min(128, Math.ceil(1024 / k))),
    scratchBytes: kernels.exports["neighborScratch"](k),
    args: [tree.address, into],
  });
  return { k: kept, neighbors, cores };
}
