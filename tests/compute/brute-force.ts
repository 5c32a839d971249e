import type { Metric } from "../../src/compute/nearest-neighbors";

/** Distances of one row to all rows, in double precision: the oracle of the tests. Vectors of zeros are as in umap-learn. */
export function distancesFrom(
  row: number,
  vectors: Float32Array,
  dimensions: number,
  metric: Metric,
  lengths = lengthsOf(vectors, dimensions),
): Float64Array {
  return lengths.map((length, other) => {
    const euclidean = metric === "euclidean";
    if (!euclidean && (length === 0 || lengths[row] === 0)) return length === lengths[row] ? 0 : 1;
    const [a, b] = euclidean ? [1, 1] : [lengths[row], length];
    let square = 0;
    for (let d = 0; d < dimensions; d++)
      square += (vectors[row * dimensions + d] / a - vectors[other * dimensions + d] / b) ** 2;
    return euclidean ? Math.sqrt(square) : square / 2;
  });
}

/** The `k` smallest distances of some rows to other rows, ascending. */
export function nearestDistances(
  rows: readonly number[],
  vectors: Float32Array,
  dimensions: number,
  metric: Metric,
  k: number,
): Float64Array[] {
  const lengths = lengthsOf(vectors, dimensions);
  return rows.map((row) => {
    const distances = distancesFrom(row, vectors, dimensions, metric, lengths);
    distances[row] = Infinity;
    return distances.sort().slice(0, k);
  });
}

function lengthsOf(vectors: Float32Array, dimensions: number): Float64Array {
  return Float64Array.from({ length: vectors.length / dimensions }, (_, row) => {
    let square = 0;
    for (let d = 0; d < dimensions; d++) square += vectors[row * dimensions + d] ** 2;
    return Math.sqrt(square);
  });
}
