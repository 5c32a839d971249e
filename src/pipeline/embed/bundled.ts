import { checkKnown, checkNumber } from "../check-options";
import type { EmbedOptions } from "./index";
import { bundledModel, weightsOf, type BundledModel } from "./model-files";
import { promptsOf } from "./prompts";
import type { EmbeddingProvider, EmbedJob } from "./provider";

/** What tells one bundled model from another. */
export interface BundledKind {
  readonly folder: string;
  /** Fewest tokens that `maxTokens` may be. */
  readonly leastTokens: number;
  embed(texts: readonly string[], job: EmbedJob, model: BundledModel, maxTokens: number): Promise<void>;
}

/**
 * A model whose weights come with this library, from its folder in `models/`.
 * @param options `maxTokens` up to the model's own limit, which is the default: what is longer is cut
 * @throws LatentScopeError `bad-option`, `model-missing`
 */
export function bundledProvider(kind: BundledKind, options: EmbedOptions): EmbeddingProvider {
  const model = bundledModel(kind.folder);
  const { card } = model;
  checkKnown(`embed with the model "${card.name}"`, options, [
    "model",
    "maxTokens",
    "prefix",
    "queryPrefix",
    "dimensions",
  ]);
  const maxTokens = checkNumber("embed.maxTokens", options.maxTokens ?? card.maxTokens, {
    least: kind.leastTokens,
    greatest: card.maxTokens,
    whole: true,
  });
  return {
    name: card.name,
    modelId: card.modelId,
    identity: { model: card.name, weights: weightsOf(model), maxTokens },
    maxTokens,
    englishOnly: true,
    dimensions: card.dimensions,
    local: true,
    prompts: promptsOf(options),
    async embed(texts, job) {
      await kind.embed(texts, job, model, maxTokens);
      return undefined;
    },
  };
}
