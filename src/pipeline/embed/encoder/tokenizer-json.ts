import { readFile } from "node:fs/promises";
import { LatentScopeError } from "../../../scope";

/** The files of a tokenizer as Hugging Face stores it. */
export interface TokenizerFiles {
  /** `tokenizer.json` */
  readonly tokenizer: string;
  /** `tokenizer_config.json`, where there is one. */
  readonly config: string | undefined;
}

/** What is used of `@huggingface/tokenizers`, whose declarations TypeScript cannot follow in this kind of module. */
type MakeTokenizer = new (
  tokenizer: object,
  config: object,
) => {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: (number | undefined)[] };
  token_to_id(token: string): number | undefined;
};

/** Splits texts as a `tokenizer.json` says, by `@huggingface/tokenizers`. */
export interface JsonTokenizer {
  /** Token ids of a text, cut to `maxTokens` with the special tokens around them, which stay. */
  readonly encode: (text: string, maxTokens: number) => number[];
  /** Token ids of a text alone. */
  readonly tokens: (text: string) => number[];
  /** Number of special tokens before and after every text. */
  readonly before: number;
  readonly after: number;
  /** The token for what the tokenizer does not know; undefined where it knows all. */
  readonly unknown: number | undefined;
}

/** Two words that any tokenizer makes some tokens of, whatever stands around them. */
const PROBE = "a b";

/** @throws LatentScopeError `model-damaged` */
export async function readJsonTokenizer(files: TokenizerFiles): Promise<JsonTokenizer> {
  try {
    const tokenizerJson = await readObject(files.tokenizer);
    const config = files.config === undefined ? {} : await readObject(files.config);
    // a module of the newer kind, which the older kind cannot require
    const { Tokenizer } = (await import("@huggingface/tokenizers")) as unknown as { Tokenizer: MakeTokenizer };
    const tokenizer = new Tokenizer({ added_tokens: [], ...tokenizerJson }, config);
    const ids = (text: string, special: boolean): number[] =>
      // what has no token, nor one for the unknown, is left out
      tokenizer.encode(text, { add_special_tokens: special }).ids.filter((id) => id !== undefined);
    const tokens = (text: string): number[] => ids(text, false);
    const { before, after } = around(ids(PROBE, true), tokens(PROBE));
    const fromEnd = config["truncation_side"] === "left";
    // for a text that is nothing but what the tokenizer leaves out
    const nothing = tokenizer.token_to_id(String(config["pad_token"])) ?? 0;
    return {
      tokens,
      before: before.length,
      after: after.length,
      unknown: unknownToken(tokenizerJson["model"], (token) => tokenizer.token_to_id(token)),
      encode(text, maxTokens) {
        const own = tokens(text);
        const room = maxTokens - before.length - after.length;
        const kept = own.length <= room ? own : fromEnd ? own.slice(own.length - room) : own.slice(0, room);
        const encoded = [...before, ...kept, ...after];
        return encoded.length ? encoded : [nothing];
      },
    };
  } catch (error) {
    throw new LatentScopeError(
      "model-damaged",
      `The tokenizer ${files.tokenizer} cannot be used: ${(error as Error).message}. Get the model's files again.`,
      { cause: error },
    );
  }
}

async function readObject(file: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
}

/** The special tokens around a text, given what it is made of with and without them. */
function around(whole: readonly number[], own: readonly number[]): { before: number[]; after: number[] } {
  for (let start = 0; start + own.length <= whole.length; start++)
    if (own.every((id, i) => whole[start + i] === id))
      return { before: whole.slice(0, start), after: whole.slice(start + own.length) };
  throw new Error("it changes the tokens of a text when it puts special tokens around it");
}

/** WordPiece, BPE and WordLevel name the token, Unigram gives its number. */
function unknownToken(model: unknown, idOf: (token: string) => number | undefined): number | undefined {
  const { unk_token: token, unk_id: id } = model as { unk_token?: unknown; unk_id?: unknown };
  if (typeof id === "number") return id;
  return typeof token === "string" ? idOf(token) : undefined;
}
