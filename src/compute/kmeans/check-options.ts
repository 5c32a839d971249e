import { LatentScopeError } from "../../scope";
import { isMetric, type Metric } from "../neighbors/stored-rows";
import { badOption, checkShape, numberFrom, wholeNumber } from "../options";
import type { KmeansParameters } from "./cluster-vectors";

/** Options of `kmeans`. */
export interface KmeansOptions {
  /** Number of vectors. */
  rows: number;
  /** Numbers in each vector. */
  dimensions: number;
  /** Number of clusters, at least 1 and at most as many as there are distinct vectors. */
  k: number;
  /**
   * How vectors are compared: by their differences ("euclidean", the default), or by their directions ("cosine": spherical k-means, whose
   * centroids have length 1).
   */
  metric?: Metric;
  /** Seed of all random choices, a whole number. The same seed, options and vectors give the same bytes. Defaults to 42. */
  seed?: number;
  /** Times that centroids are moved at most, at least 1. Defaults to 100. */
  maxIterations?: number;
  /**
   * It ends when the squares of the centroids' last moves add up to this part of the mean variance of a dimension, or less; with 0, when
   * no row changes its cluster. Defaults to 0.0001.
   */
  tolerance?: number;
  /** Threads that share the work; results do not depend on it. Defaults to the number of cores, at most 16. */
  threads?: number;
  /** Called after each iteration, 1 to `maxIterations`. */
  onIteration?: (iteration: number, maxIterations: number) => void;
  /** Aborting it ends the work within 200 ms. */
  signal?: AbortSignal;
}

/** Checks vectors, all but their values, and the options that say what is computed. @throws LatentScopeError as `kmeans` */
export function checkKmeans(vectors: Float32Array, options: KmeansOptions): KmeansParameters {
  const { rows, dimensions, k, metric = "euclidean", seed = 42, maxIterations = 100, tolerance = 1e-4 } = options;
  checkShape("vectors", vectors, rows, dimensions);
  if (rows < 1) throw new LatentScopeError("too-few-rows", "K-means needs 1 row or more; there is none.");
  if (wholeNumber("k", k, 1) > rows) throw badOption("k", k, `at most ${rows}, the number of rows`);
  if (!isMetric(metric)) throw badOption("metric", metric, `"cosine" or "euclidean"`);
  if (!Number.isSafeInteger(seed)) throw badOption("seed", seed, "a whole number");
  wholeNumber("maxIterations", maxIterations, 1);
  numberFrom("tolerance", tolerance, 0);
  return { rows, dimensions, k, metric, seed, maxIterations, tolerance };
}
