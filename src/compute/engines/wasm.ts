import { workerFile } from "../worker-task";
import type { UmapEngine } from "./engine";
import { layoutInWorker } from "./worker-engine";

/** Our own kernels, in WebAssembly on all cores. */
export const wasm: UmapEngine = {
  basic: false,
  layout: (task, hooks) => layoutInWorker(workerFile(__dirname, "wasm-worker.js"), task, hooks),
};
