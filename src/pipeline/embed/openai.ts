import { LatentScopeError } from "../../scope";
import { checkKnown, checkNumber } from "../check-options";
import { embedTexts } from "../openai/embed-texts";
import { endpointOf, type Caller } from "../openai/endpoint";
import { TIMING, type Timing } from "../openai/requests";
import { knownPrice, Spending } from "../openai/spending";
import { estimateTokens } from "../openai/tokens";
import { promptsOf } from "./prompts";
import type { EmbeddingProvider, ProviderSetup } from "./provider";

const DEFAULT_BATCH_SIZE = 256;
/** OpenAI's own limit. */
const MOST_TEXTS = 2048;
const DEFAULT_CONCURRENCY = 4;
const MOST_CONCURRENCY = 64;
/** US dollars. */
const DEFAULT_MAX_COST = 1;

/**
 * A model behind the OpenAI API: OpenAI's own, Azure's v1 URL, Ollama, vLLM, llama.cpp, LM Studio, TEI, … The key, the user of a base URL and
 * its query are in no identity, file or message.
 * @param setup `of` is the model as the endpoint knows it; `options` as in EmbedOptions
 * @throws LatentScopeError `bad-option`; `endpoint-refused` when OpenAI's endpoint would be asked without a key
 */
export function openaiModel({ of: model, options }: ProviderSetup, timing: Timing = TIMING): EmbeddingProvider {
  const name = `openai:${model}`;
  checkKnown(`embed with the model "${name}"`, options, [
    ...["model", "baseURL", "apiKey", "dimensions", "maxTokens", "prefix", "queryPrefix"],
    ...["batchSize", "concurrency", "maxCost", "pricePerMillionTokens"],
  ]);
  const { dimensions, maxTokens } = options;
  const number = (
    option: "batchSize" | "concurrency" | "maxCost" | "pricePerMillionTokens" | "maxTokens",
    preset: number,
    range: { least: number; greatest?: number; whole?: boolean },
  ): number => checkNumber(`embed.${option}`, options[option] ?? preset, range);
  const batchSize = number("batchSize", DEFAULT_BATCH_SIZE, { least: 1, greatest: MOST_TEXTS, whole: true });
  const concurrency = number("concurrency", DEFAULT_CONCURRENCY, { least: 1, greatest: MOST_CONCURRENCY, whole: true });
  const maxCost = number("maxCost", DEFAULT_MAX_COST, { least: 0 });
  if (maxTokens !== undefined) checkNumber("embed.maxTokens", maxTokens, { least: 8, whole: true });
  const prompts = promptsOf(options);

  const endpoint = endpointOf(options, { name, option: "embed" });
  const price =
    options.pricePerMillionTokens === undefined
      ? endpoint.isOpenAI
        ? knownPrice(model)
        : undefined
      : number("pricePerMillionTokens", 0, { least: 0 });
  if (price === undefined && options.maxCost !== undefined)
    throw new LatentScopeError(
      "bad-option",
      `embed.maxCost needs to know the price of "${name}" at ${endpoint.name}: pass embed.pricePerMillionTokens, in US dollars.`,
    );
  const caller: Caller = { name, option: "embed", what: "Embedding", failure: "embedding-failed", endpoint };
  // over all parts of a long table
  const spending = new Spending(price, maxCost, "embed");
  return {
    name,
    modelId: `openai-${model.replaceAll("/", "___")}`,
    identity: {
      model: name,
      endpoint: endpoint.name,
      ...(dimensions === undefined ? {} : { dimensions }),
      ...(maxTokens === undefined ? {} : { maxTokens }),
    },
    maxTokens: maxTokens ?? null,
    sendsTo: endpoint.name,
    englishOnly: false,
    dimensions,
    prompts,
    estimate(sample, texts) {
      const each = sample.map((text) => Math.min(maxTokens ?? Infinity, estimateTokens(prompts.text + text)));
      const tokens = Math.ceil((each.reduce((sum, n) => sum + n, 0) / Math.max(1, each.length)) * texts);
      const cost = spending.costOf(tokens);
      return { tokens, ...(cost === undefined ? {} : { cost }) };
    },
    embed(texts, job) {
      if (price === undefined && endpoint.isOpenAI)
        job.warn(
          `The price of "${name}" is not known here, so that nothing limits the cost: pass embed.pricePerMillionTokens, in US dollars, and embed.maxCost.`,
        );
      return embedTexts(texts, job, caller, { model, dimensions, maxTokens, batchSize, concurrency }, spending, timing);
    },
  };
}
