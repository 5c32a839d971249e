import { serveTask } from "../../compute/worker-task";
import { sharedInt32, sharedUint32 } from "./shared";
import { readTokenizer } from "./vocabulary";

export interface TokenizeTask {
  vocabularyFile: string;
  texts: readonly string[];
  maxTokens: number;
}

/** Token ids of many texts, one after the other, in shared memory. */
export interface TokenizedTexts {
  ids: Int32Array;
  /** Where each text starts in `ids`, and the end of the last. */
  starts: Uint32Array;
}

serveTask<TokenizeTask, TokenizedTexts>(({ vocabularyFile, texts, maxTokens }) => {
  const tokenizer = readTokenizer(vocabularyFile);
  const starts = new Uint32Array(texts.length + 1);
  const encoded = texts.map((text, i) => {
    const ids = tokenizer.encode(text, maxTokens);
    starts[i + 1] = starts[i] + ids.length;
    return ids;
  });
  const ids = sharedInt32({ length: starts[texts.length] });
  encoded.forEach((tokens, i) => ids.set(tokens, starts[i]));
  return { ids, starts: sharedUint32(starts) };
});
