import type { Labeller } from "./labeller";
import type { LanguageModel, ModelRun } from "./language-model";
import { labelClusters } from "./label-clusters";
import { PROMPT_VERSION, type PromptOptions } from "./prompt";
import { chooseSamples } from "./samples";

/** A language model that labels. */
export interface ModelSetup extends PromptOptions {
  /** As in files. */
  readonly modelId: string;
  /** For people, and where the texts go. */
  readonly title: string;
  /** Who gets the texts; undefined where they stay on this machine. */
  readonly sendsTo?: string;
  /** All that decides what the model answers to a prompt. No keys. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly samples: number;
  /** Makes the model ready. It is called only when something is to be asked. */
  readonly open: (run: ModelRun) => Promise<LanguageModel>;
}

/** A language model as what labels clusters. */
export function modelLabeller(setup: ModelSetup): Labeller {
  const { modelId, title, sendsTo, identity, samples, context, maxTokensPerText, maxPromptTokens } = setup;
  return {
    ...{ modelId, title, sendsTo, samples },
    identity: { ...identity, samples, context, maxTokensPerText, maxPromptTokens, prompts: PROMPT_VERSION },
    choose: (texts) => chooseSamples(texts, samples),
    parameters: { samples, maxTokensPerText, maxPromptTokens, temperature: 0 },
    triesAgain: true,
    label: (clusters, job) => labelClusters(clusters, job, setup),
  };
}
