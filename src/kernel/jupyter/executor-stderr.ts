/**
 * Errors of cells in a stock tslab kernel. Its executor prints them with console.error and nothing else holds them; so what the executor itself
 * writes to stderr is kept back, to become an `error` message.
 */
import type { Complaint } from "./cell-error";
import type { ComplaintLog } from "./patch";
import type { Write } from "./tslab";

const EXECUTOR_FRAME = /[\\/]tslab[\\/]dist[\\/]executor\.js/;
const NODE_FRAME = /\(?node:/;
/** Enough for console's own frames. */
const STACK_DEPTH = 20;

/** Keeps back what tslab's executor writes. */
export class ExecutorStderr implements ComplaintLog {
  #complaints: Complaint[] = [];

  take(): readonly Complaint[] {
    const taken = this.#complaints;
    this.#complaints = [];
    return taken;
  }

  /** A stream's `write` from which the executor's own texts are kept back. */
  watch(write: Write): Write {
    return (buffer, encoding) => {
      if (!this.#calledByExecutor()) return write(buffer, encoding);
      this.#complaints.push({ text: typeof buffer === "string" ? buffer : Buffer.from(buffer).toString("utf8") });
      return true;
    };
  }

  /** Whether the executor, not the code of a cell that it runs, has called console.error. */
  #calledByExecutor(): boolean {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = STACK_DEPTH;
    const frames = (new Error().stack ?? "").split("\n").slice(1);
    Error.stackTraceLimit = limit;
    const caller = frames.find((frame) => !frame.includes(__filename) && !NODE_FRAME.test(frame));
    return caller !== undefined && EXECUTOR_FRAME.test(caller);
  }
}
