import { TaskWorker, workerFile, type TaskOptions } from "../worker-task";
import type { Clustering } from "./cluster-points";
import type { HdbscanTask } from "./hdbscan-worker";

/** How long a worker that has nothing to do is kept. Starting one takes longer than clustering some thousand points. */
const KEPT_MS = 5000;
/** After more numbers than this, a worker holds too much memory to be kept for nothing. */
const MOST_NUMBERS = 300_000;

/** A worker without a task. */
interface IdleWorker {
  worker: TaskWorker<HdbscanTask, Clustering[]>;
  threads: number;
  timer: NodeJS.Timeout;
}

let idle: IdleWorker | undefined;

/**
 * Runs a task in a worker of `task.threads` threads: in that of the last one when it is at hand, else in a new one. Neither it nor its timer
 * keeps the process alive.
 * @throws as `runInWorker`
 */
export async function runInIdleWorker(task: HdbscanTask, options: TaskOptions): Promise<Clustering[]> {
  const { threads } = task;
  const small = task.points.length <= MOST_NUMBERS;
  const worker = takeIdle(threads) ?? new TaskWorker(workerFile(__dirname, "hdbscan-worker.js"));
  let done = false;
  try {
    const clusterings = await worker.run(task, options);
    done = true;
    return clusterings;
  } finally {
    if (done && small && !idle) keep(worker, threads);
    else void worker.close();
  }
}

function takeIdle(threads: number): IdleWorker["worker"] | undefined {
  if (idle?.threads !== threads) return undefined;
  clearTimeout(idle.timer);
  const { worker } = idle;
  idle = undefined;
  return worker;
}

function keep(worker: IdleWorker["worker"], threads: number): void {
  const timer = setTimeout(() => {
    idle = undefined;
    void worker.close();
  }, KEPT_MS);
  timer.unref();
  idle = { worker, threads, timer };
}
