import { threadedKernels } from "../kernels/threads";
import { serveTask } from "../worker-task";
import { placeRows, type TransformTask } from "./transform";

serveTask<TransformTask & { threads: number }, Float32Array>((task) => placeRows(threadedKernels(task.threads), task));
