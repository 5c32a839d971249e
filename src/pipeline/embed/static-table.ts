import { readFileSync } from "node:fs";
import path from "node:path";
import { readTokenizer } from "./encoder/vocabulary";
import { normalise } from "./shared";

/** The token vectors of a static model. */
export interface StaticTable {
  readonly dimensions: number;
  /** Writes the vector of a text, of length 1, over zeros. */
  embed(text: string, maxTokens: number, vector: Float32Array): void;
}

/** Reads a static model from its folder: a few milliseconds. */
export function readStaticTable(folder: string): StaticTable {
  const tokenizer = readTokenizer(path.join(folder, "vocab.txt"));
  const bytes = readFileSync(path.join(folder, "table.i8"));
  const table = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const scales = new Float32Array(new Uint8Array(readFileSync(path.join(folder, "scales.f32"))).buffer);
  const dimensions = table.length / scales.length;
  return {
    dimensions,
    embed(text, maxTokens, vector) {
      for (const token of tokenizer.tokens(text, maxTokens))
        for (let d = 0; d < dimensions; d++) vector[d] += table[token * dimensions + d] * scales[token];
      normalise(vector);
    },
  };
}
