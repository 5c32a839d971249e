import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { Board } from "./board";
import { Kernels } from "./kernels";
import { instantiate, WebAssembly, type WasmExports, type WasmMemory, type WasmModule } from "./web-assembly";

/** What a helping thread is given. */
export interface HelperData {
  module: WasmModule;
  memory: WasmMemory;
  board: SharedArrayBuffer;
  thread: number;
}

/** More threads than this wait for memory rather than for each other. */
const MOST_THREADS = 16;

/** As many threads as the machine has cores, but no more than are of use. */
export const defaultThreads = (): number => Math.min(availableParallelism(), MOST_THREADS);

/**
 * The kernels on `threads` threads that share memory. The calling thread is one of them and blocks while a loop runs: it has to be a
 * worker. The others end with it.
 */
export function threadedKernels(threads: number): Kernels {
  const module = new WebAssembly.Module(readFileSync(path.join(__dirname, "..", "kernels.wasm")));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const exports = instantiate(module, memory);
  const board = new Board();
  for (let thread = 1; thread < threads; thread++) {
    const workerData: HelperData = { module, memory, board: board.buffer, thread };
    new Worker(path.join(__dirname, "helper-worker.js"), { workerData, execArgv: [] }).unref();
  }
  const names = kernelNames(exports);
  return new Kernels(exports, memory, {
    threads,
    run: (loop, scratch, scratchBytes) =>
      board.lead(loop, names.indexOf(loop.kernel), exports[loop.kernel], scratch, scratchBytes),
  });
}

/** A number for each kernel, the same in all threads: its place here. */
export function kernelNames(exports: WasmExports): string[] {
  return Object.keys(exports).sort();
}
