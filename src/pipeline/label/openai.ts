import { LatentScopeError } from "../../scope";
import { checkKnown, checkNumber } from "../check-options";
import { NAMING } from "../naming";
import { openChat } from "../openai/chat";
import { endpointOf, type Caller } from "../openai/endpoint";
import { TIMING, type Timing } from "../openai/requests";
import { knownChatPrice, Spending, type Price } from "../openai/spending";
import { estimateLabels } from "./estimate";
import type { LabelOptions } from "./index";
import type { Labeller } from "./labeller";
import { promptOptionsOf, PROMPTING } from "./prompt-options";
import { modelLabeller } from "./model-labeller";

const DEFAULT_CONCURRENCY = 4;
const MOST_CONCURRENCY = 64;
/** US dollars. */
const DEFAULT_MAX_COST = 1;

/** Options of models at an endpoint. */
export const ENDPOINT_OPTIONS = [
  ...["baseURL", "apiKey", "concurrency", "maxCost", "pricePerMillionTokens", "pricePerMillionOutputTokens"],
];

/**
 * A chat model behind the OpenAI API: OpenAI's own, Azure's v1 URL, Ollama, vLLM, llama.cpp, LM Studio, … The key, the user of a base URL and its
 * query are in no identity, file or message.
 * @param model as the endpoint knows it
 * @throws LatentScopeError `bad-option`; `endpoint-refused` when OpenAI's endpoint would be asked without a key
 */
export function openaiLabeller(model: string, options: LabelOptions, timing: Timing = TIMING): Labeller {
  const name = `openai:${model}`;
  checkKnown(`label with the model "${name}"`, options, ["model", ...PROMPTING, ...ENDPOINT_OPTIONS, ...NAMING]);
  const prompting = promptOptionsOf(options);
  const { concurrency = DEFAULT_CONCURRENCY, maxCost = DEFAULT_MAX_COST } = options;
  checkNumber("label.concurrency", concurrency, { least: 1, greatest: MOST_CONCURRENCY, whole: true });
  checkNumber("label.maxCost", maxCost, { least: 0 });
  const endpoint = endpointOf(options, { name, option: "label" });
  const price = givenPrice(options) ?? (endpoint.isOpenAI ? knownChatPrice(model) : undefined);
  if (price === undefined && options.maxCost !== undefined)
    throw new LatentScopeError(
      "bad-option",
      `label.maxCost needs to know the price of "${name}" at ${endpoint.name}: pass label.pricePerMillionTokens and label.pricePerMillionOutputTokens, in US dollars.`,
    );
  const caller: Caller = { name, option: "label", what: "Labelling", failure: "labelling-failed", endpoint };
  const labeller = modelLabeller({
    ...prompting,
    modelId: `openai-${model.replaceAll("/", "___")}`,
    title: `${name} at ${endpoint.name}`,
    sendsTo: endpoint.name,
    identity: { model: name, endpoint: endpoint.name },
    open(run) {
      if (price === undefined && endpoint.isOpenAI)
        run.warn(
          `The price of "${name}" is not known here, so that nothing limits the cost: pass label.pricePerMillionTokens and label.pricePerMillionOutputTokens, in US dollars, and label.maxCost.`,
        );
      return openChat(caller, { model, concurrency }, new Spending(price, maxCost, "label"), timing, run);
    },
  });
  return {
    ...labeller,
    estimate(texts) {
      const estimate = estimateLabels(texts, prompting);
      const cost = new Spending(price, maxCost, "label").costOf(estimate.promptTokens, estimate.answerTokens);
      return { ...estimate, to: endpoint.name, cost };
    },
  };
}

function givenPrice({
  pricePerMillionTokens: input,
  pricePerMillionOutputTokens: output,
}: LabelOptions): Price | undefined {
  if (input !== undefined) checkNumber("label.pricePerMillionTokens", input, { least: 0 });
  if (output !== undefined) checkNumber("label.pricePerMillionOutputTokens", output, { least: 0 });
  if (input !== undefined && output !== undefined) return { input, output };
  if (input === undefined && output === undefined) return undefined;
  // a guess would make a limit that does not hold: answers cost several times as much as prompts
  throw new LatentScopeError(
    "bad-option",
    "A price has two parts: pass label.pricePerMillionTokens, that of prompts, and label.pricePerMillionOutputTokens, that of answers.",
  );
}
