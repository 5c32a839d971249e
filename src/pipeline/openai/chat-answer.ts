import { isObject } from "../../store";
import { BadAnswer } from "./faults";

/** The answer to one prompt. */
export interface ChatAnswer {
  /** "" when the model said nothing. */
  readonly text: string;
  /** True when it was longer than there was room. */
  readonly cut: boolean;
  /** Tokens of the prompt and of the answer; undefined where the endpoint does not count them. */
  readonly tokens: { readonly input: number; readonly output: number } | undefined;
}

/** Reads the body of an answer of /chat/completions. @throws BadAnswer when it is none */
export function readChat(body: string): ChatAnswer {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    throw new BadAnswer("gave an answer that is no JSON");
  }
  const { choices, usage } = isObject(answer) ? answer : {};
  const [choice] = Array.isArray(choices) ? (choices as unknown[]) : [];
  if (!isObject(choice) || !isObject(choice["message"])) throw new BadAnswer("gave an answer without a message");
  return {
    text: textOf(choice["message"]["content"]),
    cut: choice["finish_reason"] === "length",
    tokens: counted(usage),
  };
}

/** Some endpoints give a text in parts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (isObject(part) && typeof part["text"] === "string" ? part["text"] : "")).join("");
}

function counted(usage: unknown): ChatAnswer["tokens"] {
  if (!isObject(usage)) return undefined;
  const { prompt_tokens: input, completion_tokens: output } = usage;
  return typeof input === "number" && typeof output === "number" ? { input, output } : undefined;
}
