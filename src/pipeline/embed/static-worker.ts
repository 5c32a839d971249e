import { readFileSync } from "node:fs";
import path from "node:path";
import { serveTask } from "../../compute/worker-task";
import { normalise } from "./shared";
import { readTokenizer } from "./encoder/vocabulary";

export interface StaticTask {
  folder: string;
  texts: readonly string[];
  dimensions: number;
  maxTokens: number;
}

/** Vectors of the texts from position `from` on. */
export interface StaticPart {
  from: number;
  vectors: Float32Array;
}

const TEXTS_PER_PART = 512;

serveTask<StaticTask, null>(({ folder, texts, dimensions, maxTokens }, post) => {
  const tokenizer = readTokenizer(path.join(folder, "vocab.txt"));
  const bytes = readFileSync(path.join(folder, "table.i8"));
  const table = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const scales = new Float32Array(new Uint8Array(readFileSync(path.join(folder, "scales.f32"))).buffer);
  for (let from = 0; from < texts.length; from += TEXTS_PER_PART) {
    const part = texts.slice(from, from + TEXTS_PER_PART);
    const vectors = new Float32Array(part.length * dimensions);
    part.forEach((text, i) => {
      const vector = vectors.subarray(i * dimensions, (i + 1) * dimensions);
      for (const token of tokenizer.tokens(text, maxTokens))
        for (let d = 0; d < dimensions; d++) vector[d] += table[token * dimensions + d] * scales[token];
      normalise(vector);
    });
    post({ from, vectors } satisfies StaticPart);
  }
  return null;
});
