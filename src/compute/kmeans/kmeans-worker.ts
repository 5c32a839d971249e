import { threadedKernels } from "../kernels/threads";
import { serveTask } from "../worker-task";
import { clusterVectors, type KmeansParameters, type KmeansResult } from "./cluster-vectors";

/** What the worker is asked. */
export interface KmeansTask {
  vectors: Float32Array;
  parameters: KmeansParameters;
  threads: number;
}

serveTask<KmeansTask, KmeansResult>(({ vectors, parameters, threads }, post) =>
  clusterVectors(threadedKernels(threads), vectors, parameters, post),
);
