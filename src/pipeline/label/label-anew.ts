import { LatentScopeError } from "../../scope";
import type { StepProgress } from "../types";
import { ANSWERS_FILE, labellerOf, sentBy, summaryWords, type LabelOptions } from "./index";
import { makeLabels, type ClusterLabel, type Group, type LabellingOptions, type RowTexts } from "./make-labels";
import type { Dataset } from "../../store";

/** What a labelling of clusters of a scope tells while it goes on. */
export interface LabelHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: StepProgress) => void;
  /** Tells a person what they should know. */
  readonly warn?: (message: string) => void;
}

/** What a model did, for people. */
export interface LabelReport {
  /** "2 labels, openai:gpt-4o-mini at api.openai.com/v1, 240 tokens" */
  readonly summary: string;
  /** What was sent where, when anything left this machine. */
  readonly sent: string | undefined;
}

/** Labels, and what a model did for them; undefined for keywords. */
export interface LabelledAnew {
  readonly made: readonly ClusterLabel[];
  readonly report: LabelReport | undefined;
}

/**
 * Labels some clusters of a scope that is being edited. Answers are kept beside those of the runs.
 * @throws LatentScopeError as the labelling of a run
 */
export async function labelAnew(
  dataset: Dataset,
  groups: readonly Group[],
  background: RowTexts,
  options: LabelOptions,
  how: Pick<LabellingOptions, "neighbours" | "taken">,
  { signal, onProgress, warn }: LabelHooks,
): Promise<LabelledAnew> {
  const labeller = await labellerOf(options, signal);
  const total = groups.filter(({ wanted = true }) => wanted).length;
  let done = 0;
  const tell = (note?: string): void => {
    if (labeller)
      onProgress?.({ step: "label", done, total, unit: "clusters", ...(note === undefined ? {} : { note }) });
  };
  const { made, usage } = await makeLabels(groups, background, labeller, {
    ...how,
    signal,
    note: tell,
    ...(warn ? { warn } : {}),
    onLabel(now) {
      done = now;
      tell();
    },
    answersFile: dataset.path("clusters", ANSWERS_FILE),
  });
  if (!labeller) return { made, report: undefined };
  const failed = made.filter(({ error }) => error !== null).length;
  const { title: model } = labeller;
  const summary = summaryWords({ labels: made.length, failed, model, tokens: usage?.tokens, cost: usage?.cost });
  return { made, report: { summary, sent: sentBy(labeller, usage) } };
}

/** The error of a labelling that gave nothing. */
export function labellingFailed(reason: string): LatentScopeError {
  return new LatentScopeError("labelling-failed", `No label was changed: ${reason}`);
}
