import type { Kernels } from "../kernels/kernels";
import { findNeighbors } from "../neighbors/find-neighbors";
import { primSpanningTree } from "./prim";
import { float64Keys, sortedBy } from "./radix-sort";
import type { SpanningTree } from "./spanning-tree";

/** Up to so many vectors, all pairs are compared: then the tree is exact. */
const MOST_COMPARED = 2000;
/** Fewest neighbours of a vector in the graph: with less it falls into many pieces. */
const LEAST_NEIGHBORS = 15;
/** Share of the true neighbours that a search of more vectors than can be compared aims at. */
const RECALL = 0.99;
const SEED = 42;
/** Members of a piece of the graph that are looked at when it is joined to another. */
const MOST_MEMBERS = 256;

/** The tree of vectors, and their squared core distances (float64), in the memory of the kernels. */
export interface VectorTree extends SpanningTree {
  readonly cores: number;
}

/**
 * A spanning tree of the mutual reachability graph of two vectors or more: the exact minimum up to 2,000 vectors; above, that of the edges
 * from each vector to its nearest neighbours, `samples` or 15 of them.
 *
 * The limits of that: an edge that is not among these is not found, so that a cluster may hold together at a larger distance than it should.
 * Where the neighbours fall into several pieces, which no small distance joins, the pieces are joined by the spanning tree of their centres,
 * each time at the nearest two that are found among 256 members of either piece; distances between clusters far apart come out too large
 * rather than too small. Up to 4,096 vectors the neighbours, and with them the core distances, are the true ones; above, about one of a
 * hundred is missed, and the core distances of some vectors come out a little too large.
 * @param vectors `size` numbers each, a multiple of 4
 * @param weights number of rows of each
 * @param samples the core distance reaches to so many rows besides one of its own
 */
export function vectorSpanningTree(
  kernels: Kernels,
  vectors: Float32Array,
  size: number,
  weights: Int32Array,
  samples: number,
  mostCompared = MOST_COMPARED,
): VectorTree {
  const count = vectors.length / size;
  const cores = kernels.allocate(count * 8);
  const edges = count - 1;
  const tree = {
    count,
    cores,
    from: kernels.allocate(edges * 4),
    to: kernels.allocate(edges * 4),
    squaredWeights: kernels.allocate(edges * 8),
    squaredLengths: kernels.allocate(edges * 8),
  };
  kernels.scoped(() => {
    const given: Given = { vectors, size, count, weights, samples };
    if (count <= mostCompared) {
      const address = compareAll(kernels, given, cores);
      copyTree(kernels, primSpanningTree(kernels, address, size * 4, count, cores), tree);
      return;
    }
    const { k, neighbors, lengths } = search(kernels, given, cores);
    const graph = new GraphTree(kernels, tree, k, neighbors, lengths);
    graph.joinNeighbors();
    graph.joinPieces(vectors, size, mostCompared);
    graph.copyTo(tree);
  });
  return tree;
}

/** What a tree is made of. */
interface Given {
  vectors: Float32Array;
  size: number;
  count: number;
  weights: Int32Array;
  samples: number;
}

/** Core distances from all pairs; returns the address of the vectors. */
function compareAll(kernels: Kernels, { vectors, size, count, weights, samples }: Given, cores: number): number {
  const address = kernels.put(vectors);
  kernels.scoped(() => {
    const k = Math.min(Math.max(1, samples), count - 1);
    const neighbors = kernels.allocate(count * k * 4);
    const lengths = kernels.allocate(count * k * 8);
    kernels.run({
      ...{ kernel: "nearestVectors", count, grain: 16, scratchBytes: k * 12 },
      args: [address, size * 4, count, k, kernels.put(weights), samples, neighbors, lengths, cores],
    });
  });
  return address;
}

/** Core distances, and the neighbours of each vector with their squared distances, nearest first. */
function search(
  kernels: Kernels,
  { vectors, size, count, weights, samples }: Given,
  cores: number,
): { k: number; neighbors: number; lengths: number } {
  const k = Math.min(Math.max(samples, LEAST_NEIGHBORS), count - 1);
  const { indices } = findNeighbors(kernels, vectors, {
    ...{ rows: count, dimensions: size, k },
    ...{ metric: "euclidean", seed: SEED, recall: RECALL },
  });
  const neighbors = kernels.allocate(count * k * 4);
  const lengths = kernels.allocate(count * k * 8);
  kernels.scoped(() => {
    // Measured again: equal distances must be equal to the last bit.
    const args = [kernels.put(vectors), size * 4, kernels.put(indices), k, kernels.put(weights), samples];
    kernels.run({
      ...{ kernel: "rankVectors", count, grain: 64, scratchBytes: k * 12 },
      args: [...args, neighbors, lengths, cores],
    });
  });
  return { k, neighbors, lengths };
}

function copyTree(kernels: Kernels, from: SpanningTree, to: SpanningTree): void {
  const edges = from.count - 1;
  for (const ends of ["from", "to"] as const) kernels.int32(to[ends], edges).set(kernels.int32(from[ends], edges));
  for (const squares of ["squaredWeights", "squaredLengths"] as const)
    kernels.float64(to[squares], edges).set(kernels.float64(from[squares], edges));
}

/** Kruskal's algorithm on a graph of neighbours, and what joins the pieces that it leaves. */
class GraphTree {
  private readonly sets: Int32Array;
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private readonly squaredWeights: Float64Array;
  private readonly squaredLengths: Float64Array;
  private edges = 0;

  constructor(
    private readonly kernels: Kernels,
    private readonly tree: VectorTree,
    private readonly k: number,
    private readonly neighbors: number,
    private readonly lengths: number,
  ) {
    this.sets = Int32Array.from({ length: tree.count }, (_, i) => i);
    const edges = tree.count - 1;
    this.from = new Int32Array(edges);
    this.to = new Int32Array(edges);
    this.squaredWeights = new Float64Array(edges);
    this.squaredLengths = new Float64Array(edges);
  }

  copyTo(tree: SpanningTree): void {
    const { kernels, edges } = this;
    for (const ends of ["from", "to"] as const) kernels.int32(tree[ends], edges).set(this[ends]);
    for (const squares of ["squaredWeights", "squaredLengths"] as const)
      kernels.float64(tree[squares], edges).set(this[squares]);
  }

  joinNeighbors(): void {
    const { kernels, k, tree } = this;
    const pairs = tree.count * k;
    const weights = kernels.allocate(pairs * 8);
    const order = sortedBy(kernels, pairs, [...float64Keys(this.weigh(weights, pairs)), ...float64Keys(this.lengths)]);
    const inOrder = kernels.int32(order, pairs);
    const neighbors = kernels.int32(this.neighbors, pairs);
    const lengths = kernels.float64(this.lengths, pairs);
    const weight = kernels.float64(weights, pairs);
    for (const pair of inOrder) this.join(Math.floor(pair / k), neighbors[pair], weight[pair], lengths[pair]);
  }

  /** Squared mutual reachability of each vector and its neighbours. */
  private weigh(weights: number, pairs: number): number {
    const { kernels, k, tree } = this;
    const cores = kernels.float64(tree.cores, tree.count);
    const neighbors = kernels.int32(this.neighbors, pairs);
    const lengths = kernels.float64(this.lengths, pairs);
    const into = kernels.float64(weights, pairs);
    for (let pair = 0; pair < pairs; pair++)
      into[pair] = Math.max(lengths[pair], cores[Math.floor(pair / k)], cores[neighbors[pair]]);
    return weights;
  }

  joinPieces(vectors: Float32Array, size: number, mostCompared: number): void {
    const { kernels, tree } = this;
    const members = this.pieces();
    if (members.length === 1) return;
    const centres = centresOf(vectors, size, members);
    const ones = new Int32Array(members.length).fill(1);
    const between = vectorSpanningTree(kernels, centres, size, ones, 0, mostCompared);
    const from = kernels.int32(between.from, members.length - 1).slice();
    const to = kernels.int32(between.to, members.length - 1).slice();
    const cores = kernels.float64(tree.cores, tree.count);
    from.forEach((one, i) => {
      const a = nearest(vectors, size, some(members[one]), centres, to[i]);
      const b = nearest(vectors, size, some(members[to[i]]), vectors, a);
      const length = squaredDistance(vectors, a, vectors, b, size);
      this.join(a, b, Math.max(length, cores[a], cores[b]), length);
    });
  }

  private pieces(): number[][] {
    const members = new Map<number, number[]>();
    for (let p = 0; p < this.tree.count; p++) {
      const root = this.find(p);
      const piece = members.get(root);
      if (piece) piece.push(p);
      else members.set(root, [p]);
    }
    return [...members.values()];
  }

  private join(a: number, b: number, weight: number, length: number): void {
    const one = this.find(a);
    const other = this.find(b);
    if (one === other) return;
    this.sets[one] = other;
    const edge = this.edges++;
    this.from[edge] = a;
    this.to[edge] = b;
    this.squaredWeights[edge] = weight;
    this.squaredLengths[edge] = length;
  }

  private find(i: number): number {
    const { sets } = this;
    while (sets[i] !== i) {
      sets[i] = sets[sets[i]];
      i = sets[i];
    }
    return i;
  }
}

/** The mean of each piece. */
function centresOf(vectors: Float32Array, size: number, pieces: readonly number[][]): Float32Array {
  const centres = new Float32Array(pieces.length * size);
  const sums = new Float64Array(size);
  pieces.forEach((piece, i) => {
    sums.fill(0);
    for (const p of piece) for (let d = 0; d < size; d++) sums[d] += vectors[p * size + d];
    for (let d = 0; d < size; d++) centres[i * size + d] = sums[d] / piece.length;
  });
  return centres;
}

/** Evenly spread members of a piece. */
function some(piece: readonly number[]): number[] {
  const step = Math.max(1, piece.length / MOST_MEMBERS);
  return Array.from({ length: Math.min(piece.length, MOST_MEMBERS) }, (_, i) => piece[Math.floor(i * step)]);
}

/** The one of `candidates` nearest to a vector of another array. */
function nearest(
  vectors: Float32Array,
  size: number,
  candidates: readonly number[],
  others: Float32Array,
  other: number,
): number {
  let best = candidates[0];
  let least = Infinity;
  for (const p of candidates) {
    const distance = squaredDistance(vectors, p, others, other, size);
    if (distance >= least) continue;
    least = distance;
    best = p;
  }
  return best;
}

function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number, size: number): number {
  let sum = 0;
  for (let d = 0; d < size; d++) sum += (a[i * size + d] - b[j * size + d]) ** 2;
  return sum;
}
