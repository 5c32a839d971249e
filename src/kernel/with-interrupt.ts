import { LatentScopeError } from "../scope";
import { jupyter } from "./notebook";
import type { RunProgress } from "./run-progress";

/** Does work that Jupyter's interrupt, or a signal, aborts. When it ends early, the reason stays below its progress. */
export async function withInterrupt<T>(
  progress: RunProgress,
  signal: AbortSignal | undefined,
  work: (aborted: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const stopListening = jupyter()?.onInterrupt(abort);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    return await work(controller.signal);
  } catch (error) {
    if (error instanceof LatentScopeError) progress.stop(error.message);
    throw error;
  } finally {
    stopListening?.();
    signal?.removeEventListener("abort", abort);
  }
}
