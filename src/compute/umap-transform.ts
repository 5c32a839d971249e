import { LatentScopeError, throwIfAborted } from "../scope";
import { defaultThreads } from "./kernels/threads";
import { checkCoordinates, checkShape, copiesOf, forWorker, wholeNumber } from "./options";
import { umapParameters, type UmapOptions } from "./umap/check-options";
import type { TransformTask } from "./umap/transform";
import { runInWorker, workerFile } from "./worker-task";

/** Options of {@link umapTransform}: those of `umap`, the same as for the layout, and the layout. */
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

/**
 * Places new rows in a finished layout, which does not move: each starts between its nearest reference rows, weighted by their nearness, and
 * is then optimised against them (as umap-learn's `transform` does it). Runs in worker threads.
 * @param vectors `rows` · `dimensions` finite numbers, row after row; 0 rows give an empty layout
 * @returns `nComponents` finite numbers a row, in the coordinates of the layout
 * @throws LatentScopeError `bad-option`, `too-few-rows` (no reference rows), `bad-vectors` (wrong length, or a value that is not finite),
 * `interrupted` when aborted, `worker-failed`
 */
export async function umapTransform(vectors: Float32Array, options: UmapTransformOptions): Promise<Float32Array> {
  const { rows, dimensions, reference, referenceRows, layout, signal } = options;
  const { threads = defaultThreads() } = options;
  wholeNumber("threads", threads, 1);
  const parameters = umapParameters(options);
  checkShape("vectors", vectors, rows, dimensions);
  checkShape("reference vectors", reference, referenceRows, dimensions);
  if (referenceRows < 1)
    throw new LatentScopeError("too-few-rows", "There is no row in the layout to place others by.");
  checkCoordinates("layout", layout, referenceRows, parameters.nComponents);
  if (rows === 0) return new Float32Array(0);
  throwIfAborted(signal, "UMAP");
  const task: TransformTask = {
    ...{ rows, dimensions, referenceRows, layout, threads, ...parameters },
    vectors: forWorker(vectors),
    reference: forWorker(reference),
  };
  return runInWorker(workerFile(__dirname, "umap/transform-worker.js"), task, {
    what: "UMAP",
    signal,
    transfer: copiesOf(task.vectors, task.reference),
  });
}
