import { LatentScopeError } from "../../scope";
import { badOption, checkShape, wholeNumber } from "../options";
import type { NeighborTask } from "./find-neighbors";
import { isMetric, type Metric } from "./stored-rows";

/** Options of `nearestNeighbors`. */
export interface NearestNeighborsOptions {
  /** Number of vectors. */
  rows: number;
  /** Numbers in each vector. */
  dimensions: number;
  /** Neighbours of each row, itself not counted: 1 to 100, and at most `rows` - 1. Defaults to 15, or `rows` - 1 where that is less. */
  k?: number;
  /** "cosine" (the default): 1 minus the cosine of the angle, 0 to 2; or "euclidean". */
  metric?: Metric;
  /**
   * Share of the true neighbours that the search aims at, above 0 to 1, as it estimates from 128 rows; it ends below when four attempts did
   * not reach it. With 1 all pairs are compared: the result is exact, in time that grows with the square of the rows. Defaults to 1 up to
   * 20,000 rows and to 0.96 above.
   */
  recall?: number;
  /** Seed of all random choices, a whole number. Defaults to 42. */
  seed?: number;
  /** Threads that share the work; results do not depend on it. Defaults to the number of cores, at most 16. */
  threads?: number;
  /** Called now and then with the number of rows' worth of work that is done. */
  onNeighbors?: (done: number, rows: number) => void;
  /** Aborting it ends the work within 200 ms. */
  signal?: AbortSignal;
}

const MOST_NEIGHBORS = 100;
const RECALL = 0.96;
/** Up to so many rows comparing all pairs takes no longer than a second or two. */
const MOST_EXACT_ROWS = 20_000;

/** Checks vectors, all but their values, and the options that say what is computed. @throws LatentScopeError as `nearestNeighbors` */
export function checkNearestNeighbors(vectors: Float32Array, options: NearestNeighborsOptions): NeighborTask {
  const { rows, dimensions, metric = "cosine", seed = 42 } = options;
  checkShape("vectors", vectors, rows, dimensions);
  if (rows < 2)
    throw new LatentScopeError(
      "too-few-rows",
      `A search for neighbours needs 2 rows or more; there is ${rows || "none"}.`,
    );
  const { k = Math.min(15, rows - 1) } = options;
  const { recall = rows <= MOST_EXACT_ROWS ? 1 : RECALL } = options;
  const most = Math.min(MOST_NEIGHBORS, rows - 1);
  if (wholeNumber("k", k, 1) > most) throw badOption("k", k, `at most ${most}: there are ${rows} rows`);
  if (!isMetric(metric)) throw badOption("metric", metric, `"cosine" or "euclidean"`);
  if (!(recall > 0 && recall <= 1)) throw badOption("recall", recall, "above 0, and at most 1");
  if (!Number.isSafeInteger(seed)) throw badOption("seed", seed, "a whole number");
  return { rows, dimensions, k, metric, recall, seed };
}
