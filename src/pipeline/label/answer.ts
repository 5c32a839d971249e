import { cleanLabel } from "../../scope";
import { excerpt } from "../format";
import { NoLabel } from "./language-model";
import type { Prompt } from "./prompt";

/** What a model said of a cluster, fit to be shown. */
export interface LabelAnswer {
  readonly label: string;
  readonly description?: string;
}

/** An answer that was to be JSON, and is not. */
export class NotJson extends NoLabel {
  constructor(said: string) {
    super(unusable("no JSON", said).message);
  }
}

const LONGEST_LABEL = 80;
const MOST_WORDS = 8;
const LONGEST_DESCRIPTION = 200;
/** So many characters of a prompt are no accident. */
const ECHO_LENGTH = 16;

/** What models say instead of a label. */
const NO_LABEL =
  /^(label|description|the label|title|topic|group|cluster|heading|string|none|null|n\/a|unknown|untitled|undefined|(i'?m |i am )?sorry\b.*|i (cannot|can't|can not|am unable)\b.*|as an ai\b.*)$/i;

/** What is said of any group says nothing of this one: "The group has 79 texts". Words of other scripts are none of these. */
const ANY_GROUP =
  /^(?:the|this|a|an|of|in|on|has|have|is|are|that|and|all|with|by|group|groups|cluster|text|texts|label|description|topic|theme|\d+)$/i;

/**
 * Reads an answer strictly.
 * @param text what the model wrote, with or without its reasoning
 * @param prompt what it was asked: to be told from an echo of it
 * @throws NotJson; NoLabel when there is no usable label in it
 */
export function readAnswer(text: string, prompt: Prompt): LabelAnswer {
  const answer = withoutReasoning(text);
  // some give JSON whatever they are asked for
  const { label, description } =
    prompt.format === "json" || answer.startsWith("{") ? fromJson(answer) : fromLines(answer);
  const clean = checkedLabel(label, prompt);
  const sentence = typeof description === "string" ? cleanDescription(description, prompt) : "";
  return sentence ? { label: clean, description: sentence } : { label: clean };
}

/** Models think aloud between these marks; where the end is missing, nothing else follows. */
function withoutReasoning(text: string): string {
  return text
    .replace(/<(think|thinking|reasoning)>[\s\S]*?<\/\1>/gi, "")
    .replace(/<(think|thinking|reasoning)>[\s\S]*$/i, "")
    .replace(/^[\s\S]*<\/(think|thinking|reasoning)>/i, "")
    .trim();
}

function fromJson(answer: string): { label: unknown; description: unknown } {
  const fenced = /^```(?:json)?\s*([\s\S]*?)\s*```$/i.exec(answer)?.[1] ?? answer;
  // some say a sentence before or after
  const object = fenced.slice(Math.max(0, fenced.indexOf("{")), fenced.lastIndexOf("}") + 1);
  let value: unknown;
  try {
    value = JSON.parse(object);
  } catch {
    throw new NotJson(answer);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unusable("no JSON object", answer);
  const { label, description } = value as Record<string, unknown>;
  if (typeof label !== "string") throw unusable('a JSON object without a text "label"', answer);
  return { label, description };
}

function fromLines(answer: string): { label: string; description: string | undefined } {
  const [label = "", description] = answer
    .split("\n")
    .map((line) => line.replace(/^\s*(label|title|description)\s*:/i, "").trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line));
  return { label, description };
}

function checkedLabel(label: unknown, prompt: Prompt): string {
  const plain = plainText(String(label)).replace(/(?<![.…])[.。]$/u, "");
  if (!/[\p{L}\p{N}]/u.test(plain)) throw unusable("an empty label", String(label));
  if (plain.length > LONGEST_LABEL || plain.split(" ").length > MOST_WORDS)
    throw unusable("a text that is too long for a label", plain);
  if (NO_LABEL.test(plain) || isOfAnyGroup(plain)) throw unusable("no label", plain);
  if (isEcho(plain, prompt)) throw unusable("a part of the question", plain);
  return cleanLabel(plain);
}

/** A number alone may be a year. */
function isOfAnyGroup(label: string): boolean {
  const words = label.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.every((word) => ANY_GROUP.test(word)) && words.some((word) => /\p{L}/u.test(word));
}

function cleanDescription(description: string, prompt: Prompt): string {
  const plain = plainText(description);
  if (!/[\p{L}\p{N}]/u.test(plain) || NO_LABEL.test(plain) || isEcho(plain, prompt)) return "";
  const sentence = /^.{12,}?[.!?。！？](?=\s|$)/su.exec(plain)?.[0] ?? plain;
  return excerpt(sentence, LONGEST_DESCRIPTION);
}

/** On one line, without the signs of Markdown and HTML, and without quotation marks around it. */
function plainText(text: string): string {
  return text
    .replace(/<\/?[a-z!][^>]*>|<\|[^|]*\|>/gi, " ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*<>]|__|~~/g, "")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .replace(/^(#+|-|•|\d+[.)])\s+/u, "")
    .replace(/^["'“”„«»‘’「『]+|["'“”„«»‘’」』]+$/gu, "")
    .trim();
}

/** The instruction repeated, or the marks around the texts. */
function isEcho(text: string, { system, user }: Prompt): boolean {
  const fence = /^[0-9a-f]{16}(?=(-other)?$)/m.exec(user)?.[0];
  if (fence !== undefined && text.includes(fence)) return true;
  return text.length >= ECHO_LENGTH && system.toLowerCase().includes(text.toLowerCase());
}

function unusable(what: string, said: string): NoLabel {
  return new NoLabel(`The model gave ${what}${said ? `: ${JSON.stringify(excerpt(said, 80))}` : ""}.`);
}
