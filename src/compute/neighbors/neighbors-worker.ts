import { threadedKernels } from "../kernels/threads";
import { serveTask } from "../worker-task";
import { findNeighbors, type Neighbors, type NeighborTask } from "./find-neighbors";

/** What the worker is asked. */
export interface NeighborsTask extends NeighborTask {
  vectors: Float32Array;
  threads: number;
}

serveTask<NeighborsTask, Neighbors>((task, post) =>
  findNeighbors(threadedKernels(task.threads), task.vectors, task, post),
);
