import { setTimeout as delay } from "node:timers/promises";
import { interrupted, throwIfAborted } from "../scope";

/**
 * Worker threads that run native code (onnxruntime, LanceDB) must not be terminated while they are inside it: the whole process would
 * crash, and with it the notebook's kernel. They are asked to stop instead, and stop at their next step. The same holds when the process
 * exits while they work.
 */
export type ThreadControl = Int32Array;

/** Positions in a {@link ThreadControl}: 1 when the threads shall stop, and the number of threads that have not ended. */
const STOP = 0;
const WORKING = 1;
/** How long an interrupted caller waits for the threads to end by themselves. */
const GRACE_MS = 500;
/** How long the process waits for them when it exits. */
const EXIT_WAIT_MS = 3000;

/** The control of a task that will run in so many threads; in shared memory, a part of each thread's input. */
export function threadControl(threads: number): ThreadControl {
  const control = new Int32Array(new SharedArrayBuffer(8));
  control[WORKING] = threads;
  return control;
}

/**
 * Waits for the threads of a task. When the signal is aborted or one of them fails, the others are asked to stop.
 * @param start starts the threads, none of which may heed the signal itself
 * @throws LatentScopeError `interrupted` within a second of the abort; else what the first thread to fail throws
 */
export async function runThreads<T>(
  control: ThreadControl,
  start: () => readonly Promise<T>[],
  { what, signal }: { what: string; signal?: AbortSignal },
): Promise<T[]> {
  throwIfAborted(signal, what);
  const threads = start();
  const ended = Promise.allSettled(threads);
  working.add(control);
  if (working.size === 1) process.on("exit", stopAtExit);
  void ended.then(() => {
    working.delete(control);
    if (!working.size) process.off("exit", stopAtExit);
  });
  try {
    return await unlessAborted(Promise.all(threads), signal, what);
  } catch (error) {
    Atomics.store(control, STOP, 1);
    await Promise.race([ended, delay(GRACE_MS)]);
    throw error;
  }
}

/** In a thread: does its work, and says when it has ended. */
export async function inThread<T>(control: ThreadControl, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    Atomics.sub(control, WORKING, 1);
    Atomics.notify(control, WORKING);
  }
}

/** In a thread: whether it shall stop. */
export function stopAsked(control: ThreadControl): boolean {
  return Atomics.load(control, STOP) === 1;
}

/** A promise that is left behind when the signal is aborted. @throws LatentScopeError `interrupted` */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined, what: string): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(interrupted(what));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}

const working = new Set<ThreadControl>();

function stopAtExit(): void {
  const until = performance.now() + EXIT_WAIT_MS;
  for (const control of working) Atomics.store(control, STOP, 1);
  for (const control of working)
    for (
      let left = Atomics.load(control, WORKING);
      left > 0 && performance.now() < until;
      left = Atomics.load(control, WORKING)
    )
      Atomics.wait(control, WORKING, left, Math.max(0, until - performance.now()));
}
