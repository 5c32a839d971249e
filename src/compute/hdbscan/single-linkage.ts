import type { SpanningTree } from "./spanning-tree";
import { UnionFind } from "./union-find";

/**
 * The dendrogram of a spanning tree. Nodes 0 to count - 1 are the points; node count + i is merge i, of `left[i]` and `right[i]` at
 * `heights[i]`; heights never fall; the last merge is the root.
 */
export interface Dendrogram {
  readonly count: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly heights: Float64Array;
  /** Number of points under a merge. */
  readonly sizes: Int32Array;
}

/** Single linkage: merges along the edges of the spanning tree, lightest first, nearer points first where weights are equal. */
export function singleLinkage(edges: SpanningTree): Dendrogram {
  const { from, to, squaredWeights, squaredDistances } = edges;
  const merges = from.length;
  const count = merges + 1;
  const order = Int32Array.from({ length: merges }, (_, i) => i).sort(
    (a, b) => squaredWeights[a] - squaredWeights[b] || squaredDistances[a] - squaredDistances[b],
  );
  const left = new Int32Array(merges);
  const right = new Int32Array(merges);
  const heights = new Float64Array(merges);
  const sizes = new Int32Array(merges);
  const union = new UnionFind(count);
  /** Dendrogram node of the set that a point stands for. */
  const nodes = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < merges; i++) {
    const edge = order[i];
    left[i] = nodes[union.find(from[edge])];
    right[i] = nodes[union.find(to[edge])];
    heights[i] = Math.sqrt(squaredWeights[edge]);
    union.join(from[edge], to[edge]);
    sizes[i] = union.size(from[edge]);
    nodes[union.find(from[edge])] = count + i;
  }
  return { count, left, right, heights, sizes };
}
