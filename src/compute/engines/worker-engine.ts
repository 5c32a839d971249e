import { copiesOf } from "../options";
import { runInWorker } from "../worker-task";
import type { LayoutHooks, LayoutTask } from "./engine";

/** What the worker of an engine tells while it works. */
export type LayoutProgress =
  | { phase: "neighbors"; done: number; total: number }
  | { phase: "layout"; done: number; total: number; layout: Float32Array | undefined };

/** Lays out in a worker thread. @param file see `workerFile` */
export function layoutInWorker(file: string, task: LayoutTask, hooks: LayoutHooks): Promise<Float32Array> {
  const { signal, onNeighbors, onEpoch } = hooks;
  return runInWorker<LayoutTask, Float32Array>(file, task, {
    what: "UMAP",
    signal,
    transfer: copiesOf(task.vectors),
    onMessage: (message) => {
      const progress = message as LayoutProgress;
      if (progress.phase === "neighbors") onNeighbors?.(progress.done, progress.total);
      else onEpoch?.(progress.done, progress.total, progress.layout);
    },
  });
}
