import path from "node:path";
import { parentPort, Worker, type TransferListItem } from "node:worker_threads";
import { interrupted, LatentScopeError, throwIfAborted, type ErrorCode } from "../scope";

/** How one task is run. */
export interface TaskOptions {
  /** What is being done, as the subject of an error message: "UMAP", "Embedding". */
  what: string;
  /** Aborting it terminates the worker and rejects with `interrupted`. */
  signal?: AbortSignal;
  /** Receives what the task posts while it runs, in order. */
  onMessage?: (message: unknown) => void;
  /** Buffers that are moved to the worker instead of copied. Memory in a `SharedArrayBuffer` is shared and needs no entry. */
  transfer?: readonly TransferListItem[];
}

type Request = { id: number; input: unknown };
type Reply =
  | { id: number; kind: "message"; message: unknown }
  | { id: number; kind: "output"; output: unknown }
  | { id: number; kind: "error"; error: PlainError };
interface PlainError {
  code?: ErrorCode;
  message: string;
  stack?: string;
}

/**
 * Path of a built worker: `workerFile(__dirname, "umap-worker.js")`. Workers run compiled files, so that a path under `src/`
 * (when a test runner transforms the sources) becomes its counterpart under `dist/`.
 */
export function workerFile(dirname: string, name: string): string {
  const root = path.resolve(__dirname, "..");
  const built = path.basename(root) === "src" ? path.join(root, "..", "dist") : root;
  return path.join(built, path.relative(root, dirname), name);
}

/**
 * Runs one task in a worker thread of its own and ends the thread.
 *
 * A running task keeps the process alive until its promise settles.
 * @param file absolute path of a compiled module that calls {@link serveTask}; see {@link workerFile}
 * @param input anything that can be cloned
 * @throws LatentScopeError `interrupted` when the signal is aborted, before or during the task; `worker-failed` when the thread
 * dies or the task throws; a LatentScopeError that the task throws keeps its code and message
 */
export async function runInWorker<Input, Output>(file: string, input: Input, options: TaskOptions): Promise<Output> {
  throwIfAborted(options.signal, options.what);
  const worker = new TaskWorker<Input, Output>(file);
  try {
    return await worker.run(input, options);
  } finally {
    void worker.close();
  }
}

/**
 * A worker thread that does one task after the other and keeps what it loaded in between. While it is idle, it does not keep the
 * process alive. After an abort or a failure it is closed: make another one.
 */
export class TaskWorker<Input, Output> {
  private readonly worker: Worker;
  private current: { id: number; settle(reply: Reply | Error): void } | undefined;
  private lastId = 0;
  private failure: Error | undefined;

  /**
   * @param file absolute path of a compiled module that calls {@link serveTask}; see {@link workerFile}
   * @param workerData what the module finds as `workerData` of `node:worker_threads`
   */
  constructor(file: string, workerData?: unknown) {
    // Flags of the parent (a loader, an inspector, `--input-type`) are about the parent's code.
    this.worker = new Worker(file, { workerData, execArgv: [] });
    this.worker.unref();
    this.worker.on("message", (reply: Reply) => {
      if (reply.id === this.current?.id) this.current.settle(reply);
    });
    this.worker.on("messageerror", (error) => this.fail(error));
    this.worker.on("error", (error) => this.fail(error));
    this.worker.on("exit", (code) => this.fail(new Error(`The worker thread ended with code ${code}.`)));
  }

  /**
   * Runs a task. One at a time: wait for it to settle before the next.
   * @throws as {@link runInWorker}
   */
  run(input: Input, options: TaskOptions): Promise<Output> {
    const { what, signal, onMessage, transfer = [] } = options;
    return new Promise<Output>((resolve, reject) => {
      throwIfAborted(signal, what);
      if (this.failure) throw workerFailed(what, this.failure);
      if (this.current) throw new LatentScopeError("worker-failed", `${what}: this worker is still at another task.`);
      const id = ++this.lastId;
      const finish = (): void => {
        this.current = undefined;
        signal?.removeEventListener("abort", onAbort);
        this.worker.unref();
      };
      const onAbort = (): void => {
        finish();
        void this.close();
        reject(interrupted(what));
      };
      const settle = (reply: Reply | Error): void => {
        if (!(reply instanceof Error) && reply.kind === "message") return onMessage?.(reply.message);
        finish();
        if (reply instanceof Error) reject(workerFailed(what, reply));
        else if (reply.kind === "output") resolve(reply.output as Output);
        else reject(revive(what, reply.error));
      };
      // First of all, because it throws when the input cannot be cloned.
      this.worker.postMessage({ id, input } satisfies Request, transfer);
      this.current = { id, settle };
      signal?.addEventListener("abort", onAbort);
      this.worker.ref();
    });
  }

  /** Ends the thread, at once: a running task is rejected as `worker-failed`. Resolves when the thread is gone. */
  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.current?.settle(this.failure);
  }
}

/**
 * The worker's side: answers each task with what `run` returns or throws. Call it once, at the top level of the worker's module.
 * `post` sends a message to the `onMessage` of the task.
 */
export function serveTask<Input, Output>(
  run: (input: Input, post: (message: unknown) => void) => Output | Promise<Output>,
): void {
  const port = parentPort;
  if (!port) throw new Error("serveTask is for modules that run in a worker thread.");
  const reply = (message: Reply): void => port.postMessage(message);
  const answer = async ({ id, input }: Request): Promise<void> => {
    try {
      const output = await run(input as Input, (message) => reply({ id, kind: "message", message }));
      reply({ id, kind: "output", output });
    } catch (error) {
      reply({ id, kind: "error", error: plain(error) });
    }
  };
  port.on("message", (request: Request) => void answer(request));
}

/** Cloning an error drops its class and its code. */
function plain(error: unknown): PlainError {
  if (error instanceof LatentScopeError) return { code: error.code, message: error.message, stack: error.stack };
  return error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
}

function revive(what: string, { code, message, stack }: PlainError): Error {
  const original = new Error(message);
  if (stack !== undefined) original.stack = stack;
  return code ? new LatentScopeError(code, message, { cause: original }) : workerFailed(what, original);
}

function workerFailed(what: string, cause: Error): LatentScopeError {
  return new LatentScopeError("worker-failed", `${what} failed: ${cause.message}`, { cause });
}
