import type { OpenAI } from "openai" with { "resolution-mode": "import" };
import { throwIfAborted } from "../../scope";
import { NoLabel, PromptTooLong, type LanguageModel, type ModelRun, type Reply } from "../label/language-model";
import { promptTokens, type Prompt } from "../label/prompt";
import { count, plural } from "../format";
import { readChat, type ChatAnswer } from "./chat-answer";
import { connect } from "./client";
import type { Caller } from "./endpoint";
import { faultOf, RefusedInput, refusedFor } from "./faults";
import { Requests, type Timing } from "./requests";
import { dollars, type Spending } from "./spending";
import { estimateTokens } from "./tokens";

/** Room for a label and a description, in tokens. */
export const ANSWER_TOKENS = 256;
/** Room for a model that thinks before it answers. */
const MOST_ANSWER_TOKENS = 2048;

/** The form of an answer, as JSON Schema. */
const ANSWER_FORMAT = {
  type: "json_schema",
  json_schema: {
    name: "label",
    strict: true,
    schema: {
      type: "object",
      properties: { label: { type: "string" }, description: { type: "string" } },
      required: ["label", "description"],
      additionalProperties: false,
    },
  },
} as const;

/** What a request has beside its messages. What the endpoint does not know is left out from then on. */
interface Features {
  readonly schema: boolean;
  readonly temperature: boolean;
  readonly limit: "max_tokens" | "max_completion_tokens" | undefined;
}

/** How an endpoint is asked for answers. */
export interface ChatOptions {
  /** As the endpoint knows it. */
  readonly model: string;
  /** Requests at a time. */
  readonly concurrency: number;
}

/** A model at an endpoint that answers prompts. */
export async function openChat(
  caller: Caller,
  options: ChatOptions,
  spending: Spending,
  timing: Timing,
  run: ModelRun,
): Promise<LanguageModel> {
  const client = await connect(caller.endpoint, timing.timeoutMs);
  return new Chat(caller, options, spending, timing, run, client);
}

class Chat implements LanguageModel {
  readonly concurrency: number;
  private readonly requests: Requests;
  private features: Features;
  private answerTokens = ANSWER_TOKENS;

  constructor(
    private readonly caller: Caller,
    private readonly options: ChatOptions,
    private readonly spending: Spending,
    timing: Timing,
    private readonly run: ModelRun,
    private readonly client: OpenAI,
  ) {
    this.concurrency = options.concurrency;
    const { signal, halt, note } = run;
    const waiting = AbortSignal.any([signal, halt]);
    this.requests = new Requests(caller, { ...options, signal, halt: waiting, note, timing });
    // OpenAI's newer models know only the newer name, servers of one's own only the older
    const limit = caller.endpoint.isOpenAI ? "max_completion_tokens" : "max_tokens";
    this.features = { schema: true, temperature: true, limit };
  }

  announce(prompts: readonly Prompt[]): void {
    const input = prompts.reduce((sum, prompt) => sum + promptTokens(prompt), 0);
    const output = prompts.length * ANSWER_TOKENS;
    this.spending.check(plural(prompts.length, "prompt"), input, output);
    const cost = this.spending.costOf(input, output);
    const price = cost === undefined ? "" : `, at most about ${dollars(cost)}`;
    this.run.note(
      `${plural(prompts.length, "prompt")} of about ${count(input)} tokens${price}, to ${this.caller.endpoint.name}`,
    );
  }

  async ask(prompt: Prompt, onSend: () => void): Promise<Reply> {
    let features = this.features;
    let tokens = 0;
    let cost: number | undefined;
    for (;;) {
      const room = this.answerTokens;
      const settle = this.spending.reserve("The next prompt", promptTokens(prompt), room);
      let answer: ChatAnswer;
      try {
        answer = await this.requests.send((signal) => this.request(prompt, features, room, signal, onSend));
      } catch (error) {
        if (!(error instanceof RefusedInput)) throw error;
        throwIfAborted(this.run.signal, this.caller.what);
        features = this.without(features, prompt.format, error.message);
        continue;
      } finally {
        settle();
      }
      this.features = both(this.features, features);
      const used = answer.tokens ?? { input: promptTokens(prompt), output: estimateTokens(answer.text) };
      const paid = this.spending.add(used.input, used.output);
      tokens += used.input + used.output;
      if (paid !== undefined) cost = (cost ?? 0) + paid;
      if (!answer.cut || room >= MOST_ANSWER_TOKENS) return { text: answer.text, tokens, cost, cut: answer.cut };
      this.answerTokens = MOST_ANSWER_TOKENS;
    }
  }

  private async request(
    { system, user, format }: Prompt,
    features: Features,
    room: number,
    signal: AbortSignal,
    onSend: () => void,
  ): Promise<ChatAnswer> {
    const { schema, temperature, limit } = features;
    const request = this.client.chat.completions.create(
      {
        model: this.options.model,
        messages: [
          { role: "system", content: system },
          { role: "user", content: user },
        ],
        ...(schema && format === "json" ? { response_format: ANSWER_FORMAT } : {}),
        ...(temperature ? { temperature: 0 } : {}),
        ...(limit ? { [limit]: room } : {}),
      },
      { signal },
    );
    try {
      const response = await request.asResponse();
      onSend();
      return readChat(await response.text());
    } catch (error) {
      const fault = faultOf(error, this.caller, false);
      if (fault.kind !== "transient" || !fault.nobodyThere) onSend();
      throw error;
    }
  }

  /**
   * The features without the one that a request was refused for. What it was is believed when a request without it was answered.
   * @throws PromptTooLong; NoLabel when it is none of them
   */
  private without(features: Features, format: Prompt["format"], message: string): Features {
    const { schema, temperature, limit } = features;
    if (limit === "max_tokens" && /max_completion_tokens|max_tokens.{0,40}(not supported|unsupported)/i.test(message))
      return { ...features, limit: "max_completion_tokens" };
    if (refusedFor(message) === "length") throw new PromptTooLong(this.refusal(message));
    if (temperature && /temperature/i.test(message)) return { ...features, temperature: false };
    if (limit && message.includes(limit)) return { ...features, limit: undefined };
    // servers say this in many ways
    if (schema && format === "json") return { ...features, schema: false };
    throw new NoLabel(this.refusal(message));
  }

  private refusal(message: string): string {
    return `The endpoint ${this.caller.endpoint.name} does not take the prompt: ${message}`;
  }
}

/** What of two requests at the same time was found out. */
function both(a: Features, b: Features): Features {
  return {
    schema: a.schema && b.schema,
    temperature: a.temperature && b.temperature,
    limit: a.limit === "max_tokens" ? b.limit : a.limit,
  };
}
