import { serveTask } from "../../../compute/worker-task";
import { LatentScopeError } from "../../../scope";
import { sharedInt32, sharedUint32 } from "../shared";
import { readJsonTokenizer, type TokenizerFiles } from "./tokenizer-json";
import { readTokenizer } from "./vocabulary";

export interface TokenizeTask {
  /** The `vocab.txt` of an uncased English BERT, or the files of any tokenizer. */
  tokenizer: { vocabulary: string } | TokenizerFiles;
  texts: readonly string[];
  maxTokens: number;
  /** What all texts begin with. */
  prompt: string;
}

/** Token ids of many texts, one after the other, in shared memory. */
export interface TokenizedTexts {
  ids: Int32Array;
  /** Where each text starts in `ids`, and the end of the last. */
  starts: Uint32Array;
  /** Tokens at the beginning of every text that are the prompt's, special ones with them; 0 without a prompt. */
  promptTokens: number;
  /** Share of tokens that stand for what the tokenizer does not know, special tokens aside; 0 for a `vocab.txt`. */
  unknownShare: number;
}

serveTask<TokenizeTask, TokenizedTexts>(async ({ tokenizer: source, texts, maxTokens, prompt }) => {
  if ("vocabulary" in source) {
    const tokenizer = readTokenizer(source.vocabulary);
    return { ...inSharedMemory(texts, (text) => tokenizer.encode(text, maxTokens)), promptTokens: 0, unknownShare: 0 };
  }
  const { encode, tokens, before, after, unknown } = await readJsonTokenizer(source);
  if (maxTokens <= before + after)
    throw new LatentScopeError(
      "bad-option",
      `embed.maxTokens is ${maxTokens}, but the model has ${before + after} special tokens around every text: give at least ${before + after + 1}.`,
    );
  let own = 0;
  let unknowns = 0;
  const encoded = inSharedMemory(texts, (text) => {
    const ids = encode(text, maxTokens);
    for (let i = before; i < ids.length - after; i++) if (ids[i] === unknown) unknowns++;
    own += Math.max(0, ids.length - before - after);
    return ids;
  });
  return {
    ...encoded,
    promptTokens: prompt ? before + tokens(prompt).length : 0,
    unknownShare: unknowns / Math.max(1, own),
  };
});

function inSharedMemory(
  texts: readonly string[],
  encode: (text: string) => readonly number[],
): Pick<TokenizedTexts, "ids" | "starts"> {
  const starts = new Uint32Array(texts.length + 1);
  const encoded = texts.map((text, i) => {
    const ids = encode(text);
    starts[i + 1] = starts[i] + ids.length;
    return ids;
  });
  const ids = sharedInt32({ length: starts[texts.length] });
  encoded.forEach((tokens, i) => ids.set(tokens, starts[i]));
  return { ids, starts: sharedUint32(starts) };
}
