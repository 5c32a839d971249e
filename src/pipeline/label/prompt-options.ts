import { LatentScopeError } from "../../scope";
import { checkNumber } from "../check-options";
import { estimateTokens } from "../openai/tokens";
import type { LabelOptions } from "./index";
import type { PromptOptions } from "./prompt";

/** Options of all language models. */
export const PROMPTING = ["samples", "context", "maxTokensPerText", "maxPromptTokens"] as const;

const DEFAULT_SAMPLES = 10;
const DEFAULT_TOKENS_PER_TEXT = 128;
/** With its answer, it fits the 4,096 tokens that small models and Ollama have. */
const DEFAULT_PROMPT_TOKENS = 2500;
const LEAST_PROMPT_TOKENS = 600;
/** Part of a prompt that the context may take. */
const CONTEXT_SHARE = 0.25;

/** What of a cluster a model is shown. @throws LatentScopeError `bad-option` */
export function promptOptionsOf({
  samples = DEFAULT_SAMPLES,
  context = "",
  maxTokensPerText = DEFAULT_TOKENS_PER_TEXT,
  maxPromptTokens = DEFAULT_PROMPT_TOKENS,
}: LabelOptions): PromptOptions & { samples: number } {
  checkNumber("label.samples", samples, { least: 1, whole: true });
  checkNumber("label.maxTokensPerText", maxTokensPerText, { least: 8, whole: true });
  checkNumber("label.maxPromptTokens", maxPromptTokens, { least: LEAST_PROMPT_TOKENS, whole: true });
  if (typeof context !== "string")
    throw new LatentScopeError(
      "bad-option",
      `label.context is a text about the texts, not ${JSON.stringify(context)}.`,
    );
  const most = Math.floor(maxPromptTokens * CONTEXT_SHARE);
  const tokens = estimateTokens(context);
  if (tokens > most)
    throw new LatentScopeError(
      "bad-option",
      `label.context has about ${tokens} tokens; at most ${most} fit, a quarter of label.maxPromptTokens. Say it in a sentence or two.`,
    );
  return { samples, context: context.trim(), maxTokensPerText, maxPromptTokens };
}
