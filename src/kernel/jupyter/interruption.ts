import type { Hub } from "./hub";
import type { TslabExecutor } from "./tslab";

/** Time that interrupted work has to end with its own error, which says what is kept, before the cell is ended. */
const GRACE_MS = 500;

/** Jupyter's interrupt: work that listens is told to stop, then the running cell ends. */
export function handleInterrupts(hub: Hub, executor: TslabExecutor): void {
  process.on("SIGINT", () => {
    const { cell } = hub;
    if (hub.interrupt() === 0) return executor.interrupt();
    setTimeout(() => {
      if (hub.cell === cell) executor.interrupt();
    }, GRACE_MS).unref();
  });
}
