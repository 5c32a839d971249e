import { soloTeam, type Kernels } from "../kernels/kernels";
import { float64Keys, sortedBy } from "./radix-sort";
import type { SpanningTree } from "./spanning-tree";

/**
 * The dendrogram of a spanning tree. Nodes 0 to count - 1 are the points, which may stand for several rows in the same place; node
 * count + i is merge i, of `left[i]` and `right[i]` at `heights[i]`; heights never fall; the last merge is the root.
 */
export interface Dendrogram {
  /** Number of points, at least 1. */
  readonly count: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Mutual reachability distance of each merge. */
  readonly heights: Float64Array;
  /** Number of rows of each node, points first. */
  readonly sizes: Int32Array;
  /** Core distance of each point: where the rows at a point would part. */
  readonly cores: Float64Array;
}

/**
 * Single linkage: merges along the edges of the spanning tree, lightest first, nearer points first where weights are equal.
 * @param weights address of the number of rows at each point (int32)
 * @param squaredCores address of squared core distances (float64)
 */
export function singleLinkage(
  kernels: Kernels,
  edges: SpanningTree,
  weights: number,
  squaredCores: number,
): Dendrogram {
  const { count, from, to, squaredWeights, squaredLengths } = edges;
  const merges = count - 1;
  return kernels.scoped(() => {
    const sizes = kernels.allocate((count + merges) * 4);
    const left = kernels.allocate(merges * 4);
    const right = kernels.allocate(merges * 4);
    const heights = kernels.allocate(merges * 8);
    const order = sortedBy(kernels, merges, [...float64Keys(squaredWeights), ...float64Keys(squaredLengths)]);
    const sets = kernels.allocate(count * 4);
    const nodes = kernels.allocate(count * 4);
    for (const into of [sets, nodes]) kernels.run({ kernel: "countUp", count, grain: 1 << 15, args: [into] });
    kernels.int32(sizes, count).set(kernels.int32(weights, count));
    soloTeam(kernels.exports).run(
      {
        kernel: "mergeEdges",
        count: merges,
        grain: 1 << 14,
        args: [count, order, from, to, squaredWeights, sets, nodes, sizes, left, right, heights],
      },
      0,
      0,
    );
    return {
      count,
      left: kernels.int32(left, merges).slice(),
      right: kernels.int32(right, merges).slice(),
      heights: kernels.float64(heights, merges).slice(),
      sizes: kernels.int32(sizes, count + merges).slice(),
      cores: kernels.float64(squaredCores, count).map(Math.sqrt),
    };
  });
}
