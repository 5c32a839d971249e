import { workerFile } from "../worker-task";
import type { UmapEngine } from "./engine";
import { layoutInWorker } from "./worker-engine";

/** The npm package `umap-js` (Google PAIR), on the nearest neighbours that our kernels find. */
export const umapJs: UmapEngine = {
  basic: true,
  layout: (task, hooks) => layoutInWorker(workerFile(__dirname, "umap-js-worker.js"), task, hooks),
};
