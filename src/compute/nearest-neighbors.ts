import { throwIfAborted } from "../scope";
import { defaultThreads } from "./kernels/threads";
import { checkNearestNeighbors, type NearestNeighborsOptions } from "./neighbors/check-options";
import type { Neighbors } from "./neighbors/find-neighbors";
import type { NeighborsTask } from "./neighbors/neighbors-worker";
import type { Metric } from "./neighbors/stored-rows";
import { copiesOf, forWorker, wholeNumber } from "./options";
import { runInWorker, workerFile } from "./worker-task";

export type { Metric, NearestNeighborsOptions, Neighbors };

/**
 * Finds the nearest rows of every row. Up to 20,000 rows all pairs are compared: the result is exact. Above that, or where a smaller recall
 * than 1 is enough, candidates come from cells around centroids, as in an inverted file (Jégou, Douze, Schmid 2011), and are refined by
 * neighbour descent (Dong, Moses, Li 2011), until the estimated recall is reached; up to 4,096 distinct rows the result is exact even so.
 *
 * Equal rows are at distance 0 from each other and are searched as one. With the cosine metric, vectors of zeros are equal to each other and
 * at distance 1 from everything else. Among rows at the same distance an arbitrary but fixed choice is made.
 * @param vectors `rows` · `dimensions` finite numbers, row after row. Shared memory (`SharedArrayBuffer`) is read in place and must not
 * change meanwhile; other memory is copied once.
 * @returns `indices` and `distances`, `k` a row, nearest first, the row itself left out; and the recall: 1 when exact, else estimated
 * @throws LatentScopeError `bad-option`, `too-few-rows` (fewer than 2), `bad-vectors` (wrong length, or a value that is not finite),
 * `interrupted` when aborted, `worker-failed`
 */
export async function nearestNeighbors(vectors: Float32Array, options: NearestNeighborsOptions): Promise<Neighbors> {
  const { threads = defaultThreads(), onNeighbors, signal } = options;
  const parameters = checkNearestNeighbors(vectors, options);
  wholeNumber("threads", threads, 1);
  throwIfAborted(signal, "The search for neighbours");
  const task: NeighborsTask = { ...parameters, vectors: forWorker(vectors), threads };
  return runInWorker(workerFile(__dirname, "neighbors/neighbors-worker.js"), task, {
    what: "The search for neighbours",
    signal,
    transfer: copiesOf(task.vectors),
    onMessage: (done) => onNeighbors?.(done as number, parameters.rows),
  });
}
