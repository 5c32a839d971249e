import { ApiEndpoint, type Misbehaviour as MisbehaviourOf, type ReceivedRequest, type Script } from "./api-endpoint";

/** One request as the endpoint got it. */
export interface ChatRequest extends ReceivedRequest {
  readonly model: string;
  readonly system: string;
  readonly user: string;
  /** The texts that it shows of the group that is to be named. */
  readonly texts: string[];
  /** Whether it asks for structured output. */
  readonly structured: boolean;
  /** All of the body. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ChatAnswer {
  object: "chat.completion";
  choices: { index: 0; finish_reason: string; message: { role: "assistant"; content: unknown } }[];
  usage?: { prompt_tokens: number; completion_tokens: number };
}

export type Misbehaviour = MisbehaviourOf<ChatAnswer>;

/** Tokens of each prompt and each answer, as the endpoint counts them. */
export const TOKENS = { prompt: 100, answer: 20 };

/** A server on this machine that speaks OpenAI's /v1/chat/completions, and misbehaves as its script says. */
export class ChatEndpoint extends ApiEndpoint<ChatRequest, ChatAnswer> {
  /** The label for a group. */
  label = ({ texts }: ChatRequest): string => `About ${texts[0].split(/\s+/).slice(0, 4).join(" ")}`.slice(0, 60);

  static async start(script: Script<ChatRequest, ChatAnswer> = () => undefined): Promise<ChatEndpoint> {
    return new ChatEndpoint(script).listen();
  }

  protected read(body: unknown, received: ReceivedRequest): ChatRequest {
    const { model, messages, response_format } = body as {
      model: string;
      messages: { role: string; content: string }[];
      response_format?: { type: string };
    };
    const said = (role: string): string => messages.find((message) => message.role === role)?.content ?? "";
    const user = said("user");
    const fence = /between the lines ([0-9a-f]+):/.exec(user)?.[1] ?? "";
    const lines = user.split("\n");
    const texts = lines
      .slice(lines.indexOf(fence) + 1, lines.lastIndexOf(fence))
      .map((line) => JSON.parse(line) as string);
    return {
      ...received,
      ...{ model, system: said("system"), user, texts, body: body as ChatRequest["body"] },
      structured: response_format?.type === "json_schema",
    };
  }

  protected answer(request: ChatRequest): ChatAnswer {
    const label = this.label(request);
    const description = /[a-z]/i.test(label) ? `Texts about ${label}.` : "";
    const json = request.system.includes("JSON object and nothing else");
    return saying(json ? JSON.stringify({ label, description }) : `${label}\n${description}`);
  }
}

/** An answer with this content. */
export function saying(content: unknown, finish_reason = "stop"): ChatAnswer {
  return {
    object: "chat.completion",
    choices: [{ index: 0, finish_reason, message: { role: "assistant", content } }],
    usage: { prompt_tokens: TOKENS.prompt, completion_tokens: TOKENS.answer },
  };
}
