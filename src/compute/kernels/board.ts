import type { Kernel, Loop } from "./kernels";

/*
 * How threads take part in a loop. The leader writes it on the board and opens it; whoever is awake enters, takes pieces until none is
 * left, and leaves; the leader closes it when its own pieces are done and waits until all have left. A thread that starts late, or sleeps
 * too long, finds the loop closed and has missed nothing.
 */

/** Places on the board, in 32-bit words. */
const OPEN = 0;
const INSIDE = 1;
const NEXT = 2;
const FAILED = 3;
const KERNEL = 4;
const COUNT = 5;
const GRAIN = 6;
const ARGS = 7;
const SCRATCH = 8;
const SCRATCH_BYTES = 9;
const WORDS = 16;
const MOST_ARGS = 32;
/** Looks at the board so often before it goes to sleep: layouts run some hundred loops of a millisecond. */
const SPINS = 2000;

/** Shared memory in which a loop is announced. */
export class Board {
  private readonly words: Int32Array;
  private readonly args: Float64Array;

  constructor(readonly buffer = new SharedArrayBuffer(WORDS * 4 + MOST_ARGS * 8)) {
    this.words = new Int32Array(buffer, 0, WORDS);
    this.args = new Float64Array(buffer, WORDS * 4, MOST_ARGS);
  }

  /** The leader's side: runs a loop together with whoever enters. */
  lead(loop: Loop, number: number, kernel: Kernel, scratch: number, scratchBytes: number): void {
    const { words } = this;
    words[KERNEL] = number;
    words[COUNT] = loop.count;
    words[GRAIN] = loop.grain;
    words[ARGS] = loop.args.length;
    words[SCRATCH] = scratch;
    words[SCRATCH_BYTES] = scratchBytes;
    this.args.set(loop.args);
    Atomics.store(words, NEXT, 0);
    Atomics.add(words, OPEN, 1); // odd: open
    Atomics.notify(words, OPEN);
    try {
      this.takePieces(kernel, 0);
    } finally {
      Atomics.add(words, OPEN, 1); // even: closed
      for (let inside = Atomics.load(words, INSIDE), spins = 0; inside > 0; inside = Atomics.load(words, INSIDE))
        if (++spins > SPINS) Atomics.wait(words, INSIDE, inside, 10);
    }
    if (Atomics.load(words, FAILED)) throw new Error(`The kernel ${loop.kernel} failed in a thread.`);
  }

  /** A helper's side: takes part in every loop; never returns. @param thread 1, 2, … */
  follow(kernels: readonly Kernel[], thread: number): never {
    const { words } = this;
    for (let seen = 0; ;) {
      for (let spins = 0; spins < SPINS && Atomics.load(words, OPEN) === seen; spins++);
      Atomics.wait(words, OPEN, seen);
      seen = Atomics.load(words, OPEN);
      if (seen % 2 === 0) continue;
      Atomics.add(words, INSIDE, 1);
      // Inside, the board cannot change: the leader waits. It may have closed the loop just before.
      if (Atomics.load(words, OPEN) === seen) {
        try {
          this.takePieces(kernels[words[KERNEL]], thread);
        } catch {
          Atomics.store(words, FAILED, 1);
        }
      }
      Atomics.sub(words, INSIDE, 1);
      Atomics.notify(words, INSIDE);
    }
  }

  private takePieces(kernel: Kernel, thread: number): void {
    const { words } = this;
    const count = words[COUNT];
    const grain = words[GRAIN];
    const scratch = (words[SCRATCH] >>> 0) + thread * words[SCRATCH_BYTES];
    const args = [...this.args.subarray(0, words[ARGS])];
    for (let begin = Atomics.add(words, NEXT, grain); begin < count; begin = Atomics.add(words, NEXT, grain))
      kernel(begin, Math.min(count, begin + grain), scratch, ...args);
  }
}
