import { LatentScopeError } from "../../scope";
import type { UmapEngineName } from "../engines";
import type { LayoutTask } from "../engines/engine";
import { isMetric, type Metric } from "../neighbors/stored-rows";
import { badOption, checkCoordinates, checkShape, numberFrom, wholeNumber } from "../options";
import type { TransformTask } from "./transform";

/** Options of `umap`. */
export interface UmapOptions {
  /** Number of vectors. */
  rows: number;
  /** Numbers in each vector. */
  dimensions: number;
  /**
   * Size of the neighbourhood of each row, itself included; at least 2, and no more than `rows` count. Small values show fine
   * structure, large ones the whole. Defaults to 15.
   */
  nNeighbors?: number;
  /** Smallest distance of points in the layout, 0 to `spread`. Defaults to 0.1. */
  minDist?: number;
  /** Scale of the layout, above 0. Defaults to 1. */
  spread?: number;
  /** Numbers in each place of the layout. Defaults to 2. */
  nComponents?: 2 | 3;
  /** How vectors are compared: by their directions ("cosine", the default) or by their differences ("euclidean"). */
  metric?: Metric;
  /** Rounds of optimisation, at least 1. Defaults to 500 up to 10,000 rows and 200 above; with "umap-js", 500 up to 2,500 rows. */
  nEpochs?: number;
  /**
   * Where the layout starts: an earlier layout of the same rows, `rows` · `nComponents` finite numbers in UMAP's own scale (about 0 to 10).
   * Defaults to the spectral embedding of the neighbourhood graph.
   */
  init?: Float32Array;
  /** Seed of all random choices, a whole number. The same seed, options and vectors give the same bytes. Defaults to 42. */
  seed?: number;
  /** Threads that share the work; results do not depend on it. Defaults to the number of cores, at most 16. */
  threads?: number;
  /** What does the work: our own kernels ("wasm", the default), or the npm package "umap-js", slower and only in the plane. */
  engine?: UmapEngineName;
  /** Called while neighbours are searched, with the number of rows done. */
  onNeighbors?: (done: number, rows: number) => void;
  /** Called after each epoch, 1 to `nEpochs`; with the layout as it is then about ten times a second. */
  onEpoch?: (epoch: number, nEpochs: number, layout?: Float32Array) => void;
  /** Aborting it ends the work within 200 ms. */
  signal?: AbortSignal;
}

/** What is computed, given and checked. */
export type UmapParameters = Omit<LayoutTask, "vectors" | "rows" | "dimensions" | "threads">;

/** Checks vectors, all but their values, and the options that say what is computed. @throws LatentScopeError as `umap` */
export function checkUmap(vectors: Float32Array, options: UmapOptions): Omit<LayoutTask, "vectors" | "threads"> {
  const { rows, dimensions } = options;
  const parameters = umapParameters(options);
  checkShape("vectors", vectors, rows, dimensions);
  if (rows < 2) throw new LatentScopeError("too-few-rows", `UMAP needs 2 rows or more; there is ${rows || "none"}.`);
  if (parameters.init) checkCoordinates("places of init", parameters.init, rows, parameters.nComponents);
  return { rows, dimensions, ...parameters };
}

/** Options of `umapTransform`: those of `umap`, the same as for the layout, and the layout. */
export interface UmapTransformOptions extends Omit<
  UmapOptions,
  "init" | "engine" | "onNeighbors" | "onEpoch" | "nEpochs"
> {
  /** Vectors of the rows that the layout was made of, `referenceRows` · `dimensions` numbers. */
  reference: Float32Array;
  /** Number of rows of the layout, at least 1. */
  referenceRows: number;
  /** Their places: `referenceRows` · `nComponents` finite numbers, as `umap` returns them. */
  layout: Float32Array;
  /** Rounds of optimisation, at least 1. Defaults to 100 up to 10,000 reference rows and 30 above. */
  nEpochs?: number;
}

/** Checks vectors, all but their values, and the options that say what is computed. @throws LatentScopeError as `umapTransform` */
export function checkUmapTransform(
  vectors: Float32Array,
  options: UmapTransformOptions,
): Omit<TransformTask, "vectors" | "reference" | "threads"> {
  const { rows, dimensions, reference, referenceRows, layout } = options;
  const parameters = umapParameters(options);
  checkShape("vectors", vectors, rows, dimensions);
  checkShape("reference vectors", reference, referenceRows, dimensions);
  if (referenceRows < 1)
    throw new LatentScopeError("too-few-rows", "There is no row in the layout to place others by.");
  checkCoordinates("places of the layout", layout, referenceRows, parameters.nComponents);
  return { rows, dimensions, referenceRows, layout, ...parameters };
}

/** Checks the options that say what is computed. @throws LatentScopeError `bad-option` */
export function umapParameters(options: UmapOptions): UmapParameters {
  const {
    nNeighbors = 15,
    minDist = 0.1,
    spread = 1,
    nEpochs,
    seed = 42,
    nComponents = 2,
    metric = "cosine",
  } = options;
  const { init } = options;
  wholeNumber("nNeighbors", nNeighbors, 2);
  if (nEpochs !== undefined) wholeNumber("nEpochs", nEpochs, 1);
  if (!Number.isSafeInteger(seed)) throw badOption("seed", seed, "a whole number");
  if (!(Number.isFinite(spread) && spread > 0)) throw badOption("spread", spread, "a number above 0");
  if (numberFrom("minDist", minDist, 0) > spread) throw badOption("minDist", minDist, `at most the spread, ${spread}`);
  if (nComponents !== 2 && nComponents !== 3) throw badOption("nComponents", nComponents, "2 or 3");
  if (!isMetric(metric)) throw badOption("metric", metric, `"cosine" or "euclidean"`);
  return { nNeighbors, minDist, spread, nEpochs, seed, nComponents, metric, init };
}
