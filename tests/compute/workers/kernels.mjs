// A worker that leads a team of threads as its input says.
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Board } from "../../../dist/compute/kernels/board.js";
import { threadedKernels } from "../../../dist/compute/kernels/threads.js";
import { centreOf } from "../../../dist/compute/neighbors/centre.js";
import { makeIndex } from "../../../dist/compute/neighbors/search-index.js";
import { storeRows } from "../../../dist/compute/neighbors/stored-rows.js";
import { serveTask } from "../../../dist/compute/worker-task.js";

let started = 0;
process.on("worker", () => started++);

serveTask(async (input) => {
  switch (input.do) {
    case "start": {
      const kernels = threadedKernels(input.threads);
      await nextTurn();
      return { threads: kernels.threads, started };
    }
    case "use every thread":
      return threadsAtWork(threadedKernels(input.threads));
    case "fail": {
      const kernels = threadedKernels(input.threads);
      // All threads are busy with a loop that works, then meet one that leaves the memory.
      threadsAtWork(kernels);
      kernels.run({ kernel: "hashRows", count: 1000, grain: 1, args: [2 ** 31, 4, 0] });
      return "never";
    }
    case "lead":
      return lead(input);
  }
});

/** Runs a loop until each thread has written to its scratch memory. @returns how many have */
function threadsAtWork(kernels) {
  const [rows, parts] = [3000, 32];
  // More than the kernel needs.
  const scratchBytes = 2 ** 16;
  const vectors = Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(i * i));
  const stored = storeRows(kernels, vectors, rows, 4, "euclidean");
  const index = makeIndex(kernels, centreOf(kernels, stored), 5);
  const orders = kernels.put(Int32Array.from({ length: parts * rows }, (_, i) => i % rows));
  const bounds = kernels.put(Int32Array.from({ length: 2 * parts }, (_, i) => Math.ceil(i / 2) * rows));
  const args = [index.address, orders, bounds, 16, 1];
  const scratch = kernels.scoped(() => kernels.allocate(scratchBytes * kernels.threads));
  const written = () =>
    Array.from({ length: kernels.threads }, (_, thread) =>
      kernels.int32(scratch + thread * scratchBytes, scratchBytes / 4).some((word) => word !== -1),
    );
  kernels.int32(scratch, (scratchBytes / 4) * kernels.threads).fill(-1);
  for (const end = performance.now() + 10_000; performance.now() < end && !written().every(Boolean);)
    kernels.run({ kernel: "splitGroups", count: parts, grain: 1, scratchBytes, args });
  return written().filter(Boolean).length;
}

/** Leads a kernel of JavaScript in which a thread fails. */
async function lead({ failing }) {
  const board = new Board();
  const memory = new Int32Array(new SharedArrayBuffer(12));
  const workerData = { board: board.buffer, memory, failing };
  const helper = new Worker(new URL("./board-helper.mjs", import.meta.url), { workerData });
  const kernel = () => {
    // The helper has to take a piece too.
    for (const end = performance.now() + 10_000; performance.now() < end && !Atomics.load(memory, 1););
    Atomics.add(memory, 0, 1);
    if (failing === "leader") throw new Error("the leader's kernel failed");
  };
  try {
    board.lead({ kernel: "test", count: 2, grain: 1, args: [] }, 0, kernel, 0, 0);
  } finally {
    await helper.terminate();
  }
  return { byLeader: memory[0], byHelper: memory[1], finishedByHelper: memory[2] };
}
