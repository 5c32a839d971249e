import { throwIfAborted } from "../scope";
import { defaultThreads } from "./kernels/threads";
import { checkKmeans, type KmeansOptions } from "./kmeans/check-options";
import type { KmeansResult } from "./kmeans/cluster-vectors";
import type { KmeansTask } from "./kmeans/kmeans-worker";
import { copiesOf, forWorker, wholeNumber } from "./options";
import { runInWorker, workerFile } from "./worker-task";

export type { KmeansOptions, KmeansResult };

/**
 * Parts vectors into `k` clusters, so that each is near the mean of its cluster: k-means (Lloyd 1982), seeded by k-means++ (Arthur,
 * Vassilvitskii 2007) with several draws for each centroid; for the cosine metric spherical k-means (Dhillon, Modha 2001). One run: for a
 * better one of several, compare the inertia of some seeds. Runs in worker threads.
 *
 * Equal vectors are in the same cluster. Where a cluster loses all of its vectors, the one that is farthest from its centroid begins it
 * anew. With the cosine metric, vectors of zeros are equal to each other and at distance 1 from everything else.
 * @param vectors `rows` · `dimensions` finite numbers, row after row. Shared memory (`SharedArrayBuffer`) is read in place and must not
 * change meanwhile; other memory is copied once.
 * @throws LatentScopeError `bad-option` (also when `k` is larger than the number of distinct vectors), `too-few-rows` (none),
 * `bad-vectors` (wrong length, or a value that is not finite), `interrupted` when aborted, `worker-failed`
 */
export async function kmeans(vectors: Float32Array, options: KmeansOptions): Promise<KmeansResult> {
  const { threads = defaultThreads(), onIteration, signal } = options;
  const parameters = checkKmeans(vectors, options);
  wholeNumber("threads", threads, 1);
  throwIfAborted(signal, "K-means");
  const task: KmeansTask = { vectors: forWorker(vectors), parameters, threads };
  return runInWorker(workerFile(__dirname, "kmeans/kmeans-worker.js"), task, {
    what: "K-means",
    signal,
    transfer: copiesOf(task.vectors),
    onMessage: (iteration) => onIteration?.(iteration as number, parameters.maxIterations),
  });
}
