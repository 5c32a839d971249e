import type { Kernels } from "../kernels/kernels";
import { distinctRows, storeRows, type DistinctRows, type Metric, type StoredRows } from "../neighbors/stored-rows";
import { numberBySize } from "../number-by-size";
import { badOption } from "../options";
import { Centroids, type WeightedRows } from "./centroids";
import { seedCentroids } from "./seed-centroids";

/** Parameters of k-means, all given and checked. */
export interface KmeansParameters {
  rows: number;
  dimensions: number;
  k: number;
  metric: Metric;
  seed: number;
  maxIterations: number;
  tolerance: number;
}

/** What k-means finds. */
export interface KmeansResult {
  /** Cluster of each row: 0, 1, 2, … from the largest to the smallest, equal ones by their first row. None is empty. */
  labels: Int32Array;
  /**
   * The middle of each cluster, `k` · `dimensions` numbers: the mean of its rows, or, with the metric "cosine", their mean direction, of
   * length 1 (0 for vectors of zeros). They are those that the labels were found with, so that each row is in the cluster of the nearest.
   */
  centroids: Float32Array;
  /** Sum over all rows of the squared Euclidean distance, or of the cosine distance, to the centroid. */
  inertia: number;
  /** Times that the centroids were moved. */
  iterations: number;
  /** Whether they came to rest before `maxIterations`. */
  converged: boolean;
}

/**
 * K-means (Lloyd 1982) of finite vectors, in the calling thread and those of the kernels. Equal rows are one, of as much weight.
 * @param onIteration told the number of each iteration
 * @throws LatentScopeError `bad-vectors` when a value is not finite, `bad-option` when `k` is larger than the number of distinct rows
 */
export function clusterVectors(
  kernels: Kernels,
  vectors: Float32Array,
  parameters: KmeansParameters,
  onIteration: (iteration: number) => void = () => {},
): KmeansResult {
  const { rows, dimensions, k, metric, seed } = parameters;
  return kernels.scoped(() => {
    const stored = storeRows(kernels, vectors, rows, dimensions, metric);
    const distinct = weighted(kernels, withoutNegativeZeros(kernels, stored));
    if (k > distinct.rows) throw badOption("k", k, `at most ${distinct.rows}, the number of rows that are distinct`);
    const centroids = new Centroids(kernels, distinct, seedCentroids(kernels, distinct, k, seed), metric === "cosine");
    const { iterations, converged } = iterate(centroids, parameters, onIteration);
    const found = distinct.of.map((row) => centroids.labels[row]);
    const numbers = numberBySize(found, k);
    return {
      labels: found.map((label) => numbers[label]),
      centroids: renumbered(centroids, numbers, dimensions, stored.unit),
      inertia: metric === "cosine" ? centroids.inertia() / 2 : centroids.inertia() * stored.unit ** 2,
      iterations,
      converged,
    };
  });
}

function iterate(
  centroids: Centroids,
  { maxIterations, tolerance }: KmeansParameters,
  onIteration: (iteration: number) => void,
): Pick<KmeansResult, "iterations" | "converged"> {
  const enough = tolerance === 0 ? 0 : tolerance * centroids.meanVariance();
  centroids.assign();
  for (let iteration = 1; ; iteration++) {
    centroids.fillEmpty();
    const moved = centroids.move();
    const changed = centroids.assign();
    onIteration(iteration);
    const converged = !changed || (tolerance > 0 && moved <= enough && !centroids.hasEmpty());
    if (!converged && iteration < maxIterations) continue;
    if (centroids.fillEmpty()) centroids.move();
    return { iterations: iteration, converged };
  }
}

function withoutNegativeZeros(kernels: Kernels, stored: StoredRows): DistinctRows {
  const count = stored.rows * stored.stride;
  kernels.run({ kernel: "withoutNegativeZeros", count, grain: 1 << 16, args: [stored.address] });
  return distinctRows(kernels, stored);
}

function weighted(kernels: Kernels, distinct: DistinctRows): WeightedRows & DistinctRows {
  const counts = new Int32Array(distinct.rows);
  for (const row of distinct.of) counts[row]++;
  return { ...distinct, weights: kernels.put(counts), weight: distinct.of.length };
}

/** The centroids by their new numbers, in the caller's units. */
function renumbered(centroids: Centroids, numbers: Int32Array, dimensions: number, unit: number): Float32Array {
  const out = new Float32Array(numbers.length * dimensions);
  numbers.forEach((number, from) => {
    const centroid = centroids.row(from);
    for (let d = 0; d < dimensions; d++) out[number * dimensions + d] = centroid[d] * unit;
  });
  return out;
}
