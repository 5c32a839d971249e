import { ANSWER_TOKENS } from "../openai/chat";
import type { ClusterToLabel } from "./labeller";
import { labelPrompt, promptTokens, type PromptOptions } from "./prompt";
import { numberOfThemes } from "./themes";

/** What labels will take, before the clusters are known. */
export interface LabelEstimate {
  /** Texts in all prompts. */
  readonly texts: number;
  /** Tokens of all prompts, by an estimate that is rather too high. */
  readonly promptTokens: number;
  /** Most tokens of all answers; of models that think before they answer, more. */
  readonly answerTokens: number;
}

/** Texts of a table, and into how many clusters they will fall. */
export interface ToEstimate {
  /** Some of the distinct texts. */
  readonly sample: readonly string[];
  /** Number of all distinct texts. */
  readonly distinct: number;
  readonly clusters: number;
}

/** Groups of the sample that prompts are made for. */
const GROUPS = 20;
const KEYWORDS = 8;
/** Words of the keyword labels of other groups, as those have. */
const NAME_WORDS = 3;
const NEIGHBOURS = 6;

/** Makes prompts of groups of the sample as if they were clusters: half of such a group's texts may be anything, as in a cluster. */
export function estimateLabels(
  { sample, distinct, clusters }: ToEstimate,
  options: PromptOptions & { readonly samples: number },
): LabelEstimate {
  const each = Math.max(1, Math.min(options.samples, Math.ceil(distinct / Math.max(1, clusters))));
  const groups = Array.from({ length: Math.min(GROUPS, Math.ceil(sample.length / each)) }, (_, group) =>
    sample.slice(group * each, (group + 1) * each),
  );
  const shown = groups.map((texts) => labelPrompt(asCluster(texts, Math.ceil(distinct / clusters)), "json", options));
  const mean = (of: (made: (typeof shown)[number]) => number): number =>
    shown.reduce((sum, made) => sum + of(made), 0) / Math.max(1, shown.length);
  // the prompt for a theme is about as long as that for a cluster: it shows some clusters, each by a name and a sentence
  const prompts = clusters + numberOfThemes(clusters);
  return {
    texts: Math.min(distinct, Math.round(mean(({ texts }) => texts) * clusters)),
    promptTokens: Math.ceil(mean(({ prompt }) => promptTokens(prompt)) * prompts),
    answerTokens: prompts * ANSWER_TOKENS,
  };
}

function asCluster(texts: readonly string[], size: number): ClusterToLabel {
  const words = [...new Set(texts.flatMap((text) => text.slice(0, 200).match(/[\p{L}\p{M}\p{N}]{4,30}/gu) ?? []))];
  const name = words.slice(0, NAME_WORDS).join(", ");
  return {
    ...{ id: 0, size, texts, rows: [], keywords: words.slice(0, KEYWORDS), keywordLabel: name },
    neighbours: name ? Array<string>(NEIGHBOURS).fill(name) : [],
  };
}
