import type { Kernels } from "../kernels/kernels";
import type { SpanningTree } from "./spanning-tree";

/**
 * The exact minimum spanning tree of the mutual reachability graph of vectors, from all pairs (Prim's algorithm). Edges of equal weight
 * are ordered as in the plane: shorter ones first.
 * @param vectors address of `count` vectors of `stride` bytes (float32)
 * @param cores address of squared core distances (float64)
 */
export function primSpanningTree(
  kernels: Kernels,
  vectors: number,
  stride: number,
  count: number,
  cores: number,
): SpanningTree {
  const edges = count - 1;
  const from = kernels.allocate(edges * 4);
  const to = kernels.allocate(edges * 4);
  const squaredWeights = kernels.allocate(edges * 8);
  const squaredLengths = kernels.allocate(edges * 8);
  kernels.scoped(() => {
    const sources = kernels.allocate(count * 4);
    const weights = kernels.allocate(count * 8);
    const lengths = kernels.allocate(count * 8);
    const best = [sources, weights, lengths];
    kernels.int32(sources, count).fill(0);
    for (const values of [weights, lengths]) kernels.float64(values, count).fill(Infinity);
    const sourceOf = kernels.int32(sources, count);
    let last = 0;
    for (let edge = 0; edge < edges; edge++) {
      sourceOf[last] = -1;
      kernels.run({ kernel: "offerEdges", count, grain: 128, args: [vectors, stride, last, cores, ...best] });
      last = kernels.exports["firstOutside"](count, ...best);
      kernels.int32(from, edges)[edge] = sourceOf[last];
      kernels.int32(to, edges)[edge] = last;
      kernels.float64(squaredWeights, edges)[edge] = kernels.float64(weights, count)[last];
      kernels.float64(squaredLengths, edges)[edge] = kernels.float64(lengths, count)[last];
    }
  });
  return { count, from, to, squaredWeights, squaredLengths };
}
