// A thread that takes part in the loops of a board.
import { workerData } from "node:worker_threads";
import { Board } from "../../../dist/compute/kernels/board.js";

const { board, memory, failing } = workerData;
const kernel = () => {
  Atomics.add(memory, 1, 1);
  // It is the last to finish, by far.
  while (Atomics.load(memory, 0) === 0);
  for (const end = performance.now() + 100; performance.now() < end;);
  Atomics.add(memory, 2, 1);
  if (failing === "helper") throw new Error("the helper's kernel failed");
};
new Board(board).follow([kernel], 1);
