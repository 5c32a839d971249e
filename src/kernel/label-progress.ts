import type { LabelHooks, LabelReport } from "../pipeline";
import { RunProgress } from "./run-progress";
import { withInterrupt } from "./with-interrupt";

/**
 * Has clusters of a scope labelled, which Jupyter's interrupt ends. What a model does is shown in the cell; what remains is one line that says what
 * was sent where, and the warnings.
 * @param scope id, for the line
 */
export async function withLabelProgress<T extends { readonly report: LabelReport | undefined }>(
  scope: string,
  signal: AbortSignal | undefined,
  work: (hooks: LabelHooks) => Promise<T>,
): Promise<T> {
  const progress = new RunProgress();
  const warnings: string[] = [];
  const started = performance.now();
  return withInterrupt(progress, signal, async (aborted) => {
    const outcome = await work({
      signal: aborted,
      onProgress: progress.progress.bind(progress),
      warn: (message) => warnings.push(message),
    });
    const { report } = outcome;
    if (report) {
      const { summary, sent } = report;
      const seconds = (performance.now() - started) / 1000;
      const step = { step: "label", id: scope, reused: false, summary, seconds } as const;
      progress.finishStep(sent === undefined ? step : { ...step, sent }, warnings);
    }
    return outcome;
  });
}
