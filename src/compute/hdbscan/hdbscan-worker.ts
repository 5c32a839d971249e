import type { Kernels } from "../kernels/kernels";
import { threadedKernels } from "../kernels/threads";
import { serveTask } from "../worker-task";
import { clusterPoints, type Clustering, type ClusterParameters } from "./cluster-points";

/** What the worker is asked. One worker always works on the same number of threads. */
export interface HdbscanTask {
  points: Float32Array;
  parameters: ClusterParameters;
  threads: number;
}

let kernels: Kernels | undefined;

serveTask<HdbscanTask, Clustering[]>(({ points, parameters, threads }) => {
  kernels ??= threadedKernels(threads);
  return clusterPoints(kernels, points, parameters);
});
