import { runInWorker, workerFile } from "../worker-task";
import type { LayoutTask, UmapEngine } from "./engine";
import type { LayoutProgress } from "./umap-js-layout";

/** The npm package `umap-js` (Google PAIR) in a worker thread. */
export const umapJs: UmapEngine = {
  layout(task, { signal, onNeighbors, onEpoch }) {
    return runInWorker<LayoutTask, Float32Array>(workerFile(__dirname, "umap-js-worker.js"), task, {
      what: "UMAP",
      signal,
      transfer: task.vectors.buffer instanceof SharedArrayBuffer ? [] : [task.vectors.buffer],
      onMessage: (message) => {
        const { phase, done, total } = message as LayoutProgress;
        (phase === "neighbors" ? onNeighbors : onEpoch)?.(done, total);
      },
    });
  },
};
