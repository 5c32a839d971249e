import type { Dataset } from "../store";
import { RunContext } from "./context";
import type { RunHooks, StepName, StepReport } from "./types";

/** What came of a step that was done alone. */
export interface SingleStep<Output> {
  readonly output: Output;
  readonly report: StepReport;
  readonly warnings: readonly string[];
}

/**
 * Does one step while no other run writes its dataset.
 * @param where the dataset and the step; none for the step that makes the dataset
 */
export async function singleStep<Output>(
  where: { dataset: Dataset; step: StepName } | undefined,
  hooks: RunHooks,
  work: (context: RunContext) => Promise<Output>,
): Promise<SingleStep<Output>> {
  const context = new RunContext(hooks);
  try {
    if (where) await context.lock(where.dataset, where.step);
    const output = await work(context);
    return { output, report: context.steps[0], warnings: context.warnings };
  } finally {
    await context.unlock();
  }
}
