import { soloTeam, type Kernels } from "../kernels/kernels";
import type { KdTree } from "./kd-tree";
import type { Neighborhoods } from "./nearest-neighbors";

/** A minimum spanning tree of a mutual reachability graph, in the memory of the kernels; edges in no particular order. */
export interface SpanningTree {
  /** Number of points, which is one more than that of edges. */
  readonly count: number;
  /** Addresses of the ends of each edge (int32). */
  readonly from: number;
  readonly to: number;
  /** Address of squared mutual reachability distances (float64). */
  readonly squaredWeights: number;
  /** Address of squared plain distances (float64). Edges of equal weight are ordered by them. */
  readonly squaredLengths: number;
}

/**
 * The exact minimum spanning tree of the mutual reachability graph of a tree's points, by Borůvka's algorithm: in each round every
 * component finds the shortest edge that leaves it. The kd-tree search skips nodes that lie wholly in the searching component (March, Ram,
 * Gray 2010: "Fast Euclidean minimum spanning tree"; McInnes, Healy 2017: "Accelerated Hierarchical Density Based Clustering"). The squared
 * mutual reachability of p and q is the largest of their squared core distances and their squared distance.
 *
 * Equal weights are the rule here, not the exception: the core distance of a point is the weight of its edges to all nearer points
 * with smaller core distances. Among them the edge between the nearer points goes first. So a point between two clusters joins the
 * nearer one. Where distances are equal, too, the order of the points in the tree decides, which depends on their places alone.
 */
export function minimumSpanningTree(kernels: Kernels, tree: KdTree, neighborhoods: Neighborhoods): SpanningTree {
  const { count, dimensions, firstLeaf } = tree;
  const { k, neighbors, cores } = neighborhoods;
  const edges = count - 1;
  const from = kernels.allocate(edges * 4);
  const to = kernels.allocate(edges * 4);
  const squaredWeights = kernels.allocate(edges * 8);
  const squaredLengths = kernels.allocate(edges * 8);
  const leaves = firstLeaf + 1;
  const nodes = firstLeaf + leaves;

  kernels.scoped(() => {
    const words = (length: number): number => kernels.allocate(length * 4);
    const numbers = (length: number): number => kernels.allocate(length * 8);
    // The fields in the order of the kernels' class Boruvka.
    const state = kernels.put(
      Int32Array.from([
        ...[cores, numbers(nodes), k, neighbors, words(count)],
        ...[words(count), words(nodes), numbers(count), numbers(count), numbers(count), words(count)],
        ...[words(count), words(count), 0, 0, from, to, squaredWeights, squaredLengths],
      ]),
    );
    /** Place of the number of components that a round kept. */
    const KEPT = 13;
    const both = [tree.address, state];
    const each = (kernel: string, items: number, grain: number, args: number[], scratchBytes = 0): void =>
      kernels.run({ kernel, count: items, grain, args, scratchBytes });
    const alone = soloTeam(kernels.exports);
    const inTurn = (kernel: string, items: number, args: number[]): void =>
      alone.run({ kernel, count: items, grain: 1 << 15, args }, 0, 0);
    /** Level by level, from the one above the leaves to the root. */
    const upwards = (kernel: string): void => {
      for (let size = leaves / 2; size >= 1; size /= 2) each(kernel, size, 4096, [size - 1, state]);
    };

    each("startComponents", count, 1 << 13, [state]);
    each("leafCores", leaves, 1024, both);
    upwards("innerCores");
    const searchBytes = kernels.exports["searchScratch"]();
    for (let left = count; left > 1; left = kernels.int32(state, KEPT + 1)[KEPT]) {
      each("leafComponents", leaves, 1024, both);
      upwards("innerComponents");
      each(`tryNeighbors${dimensions}`, count, 2048, both);
      each(`searchEdges${dimensions}`, leaves, 64, both, searchBytes);
      inTurn(`firstCandidates${dimensions}`, count, both);
      inTurn(`joinComponents${dimensions}`, left, both);
      kernels.int32(state, KEPT + 1)[KEPT] = 0;
      inTurn("keepRoots", left, [state]);
    }
  });
  return { count, from, to, squaredWeights, squaredLengths };
}
