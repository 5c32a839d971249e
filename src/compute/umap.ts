import { LatentScopeError, throwIfAborted } from "../scope";
import { isUmapEngine, umapEngines, type UmapEngineName } from "./engines";
import { badOption, checkShape, forWorker, numberFrom, wholeNumber } from "./options";

/** Options of {@link umap}. */
export interface UmapOptions {
  /** Number of vectors. */
  rows: number;
  /** Numbers in each vector. */
  dimensions: number;
  /**
   * Size of the neighbourhood of each row, itself included; at least 2, and no more than `rows` - 1 count. Small values show fine
   * structure, large ones the whole. Defaults to 15.
   */
  nNeighbors?: number;
  /** Smallest distance of points in the layout, 0 to `spread`. Defaults to 0.1. */
  minDist?: number;
  /** Scale of the layout, above 0. Defaults to 1. */
  spread?: number;
  /**
   * Rounds of optimisation, at least 1. Defaults to 500 up to 2,500 rows and 200 above.
   */
  nEpochs?: number;
  /** Seed of all random choices, a whole number. The same seed, options and vectors give the same bytes. Defaults to 42. */
  seed?: number;
  /** What does the work. Defaults to "umap-js". */
  engine?: UmapEngineName;
  /** Called while neighbours are searched, with the number of rows done. */
  onNeighbors?: (done: number, rows: number) => void;
  /** Called after each epoch of the layout: 1 to `nEpochs`. */
  onEpoch?: (epoch: number, nEpochs: number) => void;
  /** Aborting it ends the work within a second. */
  signal?: AbortSignal;
}

/**
 * Lays out vectors in the plane so that similar ones are near each other: UMAP (McInnes, Healy, Melville 2018, arXiv:1802.03426)
 * with the cosine metric, from exact nearest neighbours up to 10,000 rows. Runs in a worker thread.
 *
 * Equal vectors lie close together, but not in the same place. Vectors of zeros count as equal to each other and unlike all others.
 * Two or three rows, too few for a neighbourhood, are put on a circle.
 * @param vectors `rows` · `dimensions` finite numbers, row after row; of any length, since only directions count. Shared memory
 * (`SharedArrayBuffer`) is read in place and must not change meanwhile; other memory is copied once.
 * @returns x and y of each row in turn: `rows` · 2 finite numbers in UMAP's own scale, about -20 to 20
 * @throws LatentScopeError `bad-option`, `too-few-rows` (fewer than 2), `bad-vectors` (wrong length, or a value that is not finite),
 * `interrupted` when aborted, `worker-failed`
 */
export async function umap(vectors: Float32Array, options: UmapOptions): Promise<Float32Array> {
  const { rows, dimensions, nNeighbors = 15, minDist = 0.1, spread = 1, nEpochs, seed = 42 } = options;
  const { engine = "umap-js", onNeighbors, onEpoch, signal } = options;
  if (!isUmapEngine(engine)) throw badOption("engine", engine, `one of ${Object.keys(umapEngines).join(", ")}`);
  wholeNumber("nNeighbors", nNeighbors, 2);
  if (nEpochs !== undefined) wholeNumber("nEpochs", nEpochs, 1);
  if (!Number.isSafeInteger(seed)) throw badOption("seed", seed, "a whole number");
  if (!(Number.isFinite(spread) && spread > 0)) throw badOption("spread", spread, "a number above 0");
  if (numberFrom("minDist", minDist, 0) > spread) throw badOption("minDist", minDist, `at most the spread, ${spread}`);
  checkShape("vectors", vectors, rows, dimensions);
  if (rows < 2) throw new LatentScopeError("too-few-rows", `UMAP needs 2 rows or more; there is ${rows || "none"}.`);
  throwIfAborted(signal, "UMAP");
  const task = { vectors: forWorker(vectors), rows, dimensions, nNeighbors, minDist, spread, nEpochs, seed };
  return umapEngines[engine].layout(task, { onNeighbors, onEpoch, signal });
}
