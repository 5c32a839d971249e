import type { Kernels } from "../kernels/kernels";

/** An undirected graph with weights: for each vertex its edges, in compressed rows. Every edge is there in both directions. */
export interface Graph {
  readonly vertices: number;
  /** First edge of each vertex, and the number of all. */
  readonly starts: Int32Array;
  readonly targets: Int32Array;
  readonly weights: Float32Array;
}

/**
 * UMAP's fuzzy simplicial set of the nearest neighbours (McInnes, Healy, Melville 2018, algorithms 2 and 3): the weight of a neighbour falls
 * exponentially with its distance beyond the nearest one, at a scale at which the weights of a row add up to log2 of the size of its
 * neighbourhood; the two directions of an edge, p and q, make p + q - pq.
 * @param distances k a row, ascending; the row itself is not among its neighbours
 */
export function fuzzyGraph(
  kernels: Kernels,
  indices: Uint32Array,
  distances: Float32Array,
  rows: number,
  k: number,
): Graph {
  const weights = memberships(kernels, distances, rows, k);
  // Who has a row as its neighbour.
  const starts = new Int32Array(rows + 1);
  for (let e = 0; e < rows * k; e++) starts[indices[e] + 1]++;
  for (let v = 0; v < rows; v++) starts[v + 1] += starts[v];
  const sources = new Int32Array(rows * k);
  const backward = new Float32Array(rows * k);
  const next = starts.slice(0, rows);
  for (let e = 0; e < rows * k; e++) {
    const to = next[indices[e]]++;
    sources[to] = Math.floor(e / k);
    backward[to] = weights[e];
  }
  const union = {
    starts: new Int32Array(rows + 1),
    targets: new Int32Array(2 * rows * k),
    weights: new Float32Array(2 * rows * k),
  };
  /** Where the edge to a vertex is among those of the current one. */
  const seen = new Int32Array(rows).fill(-1);
  let edges = 0;
  for (let v = 0; v < rows; v++) {
    const first = edges;
    for (let e = v * k; e < (v + 1) * k; e++) {
      seen[indices[e]] = edges;
      union.targets[edges] = indices[e];
      union.weights[edges++] = weights[e];
    }
    for (let e = starts[v]; e < starts[v + 1]; e++) {
      const at = seen[sources[e]];
      if (at >= first && union.targets[at] === sources[e]) {
        const weight = union.weights[at];
        union.weights[at] = weight + backward[e] - weight * backward[e];
      } else {
        union.targets[edges] = sources[e];
        union.weights[edges++] = backward[e];
      }
    }
    union.starts[v + 1] = edges;
  }
  return {
    vertices: rows,
    starts: union.starts,
    targets: union.targets.slice(0, edges),
    weights: union.weights.slice(0, edges),
  };
}

/**
 * Weight of each row's neighbours, in the row's own view.
 * @param fromNearest whether distances count from the nearest neighbour, so that each row is fully connected to it, or from the row itself
 */
export function memberships(
  kernels: Kernels,
  distances: Float32Array,
  rows: number,
  k: number,
  fromNearest = true,
): Float32Array {
  let total = 0;
  for (let e = 0; e < rows * k; e++) total += distances[e];
  // The row itself, at distance 0, counts in means and in the size of the neighbourhood.
  const mean = total / (rows * (k + 1));
  return kernels.scoped(() => {
    const from = kernels.put(distances);
    const weights = kernels.allocate(rows * k * 4);
    const args = [from, k, Math.log2(k + 1), mean, Number(fromNearest), weights];
    kernels.run({ kernel: "memberships", count: rows, grain: 512, scratchBytes: k * 4 + 16, args });
    return kernels.float32(weights, rows * k).slice();
  });
}
