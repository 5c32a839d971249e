import { throwIfAborted } from "../scope";
import { defaultThreads } from "./kernels/threads";
import { copiesOf, forWorker, wholeNumber } from "./options";
import { checkUmapTransform, type UmapTransformOptions } from "./umap/check-options";
import type { TransformTask } from "./umap/transform";
import { runInWorker, workerFile } from "./worker-task";

export type { UmapTransformOptions };

/**
 * Places new rows in a finished layout, which does not move: each starts between its nearest reference rows, weighted by their nearness, and
 * is then optimised against them (as umap-learn's `transform` does it). Runs in worker threads.
 * @param vectors `rows` · `dimensions` finite numbers, row after row; 0 rows give an empty layout
 * @returns `nComponents` finite numbers a row, in the coordinates of the layout
 * @throws LatentScopeError `bad-option`, `too-few-rows` (no reference rows), `bad-vectors` (wrong length, or a value that is not finite),
 * `interrupted` when aborted, `worker-failed`
 */
export async function umapTransform(vectors: Float32Array, options: UmapTransformOptions): Promise<Float32Array> {
  const { reference, signal, threads = defaultThreads() } = options;
  const parameters = checkUmapTransform(vectors, options);
  wholeNumber("threads", threads, 1);
  throwIfAborted(signal, "UMAP");
  if (parameters.rows === 0) return new Float32Array(0);
  const task: TransformTask & { threads: number } = {
    ...{ ...parameters, threads },
    vectors: forWorker(vectors),
    reference: forWorker(reference),
  };
  return runInWorker(workerFile(__dirname, "umap/transform-worker.js"), task, {
    what: "UMAP",
    signal,
    transfer: copiesOf(task.vectors, task.reference),
  });
}
