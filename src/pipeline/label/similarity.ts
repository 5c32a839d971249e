import path from "node:path";
import { MODELS_FOLDER } from "../embed/model-files";
import { readStaticTable, type StaticTable } from "../embed/static-table";

/** How alike words and texts are in meaning, by the bundled static model: it knows English. */
export interface WordSpace {
  /** Vector of a word or phrase, of length 1. */
  readonly vector: (text: string) => Float32Array;
  /** Mean of the vectors of some texts, at least one. */
  readonly centre: (texts: readonly string[]) => Float32Array;
}

/** What is looked at of a text, and of a term. */
const TEXT_TOKENS = 128;
const TEXT_CHARACTERS = 1000;
const TERM_TOKENS = 16;

/** The space of the bundled static model; undefined where its files cannot be read, for labels need not fail for that. */
export function wordSpace(folder = path.join(MODELS_FOLDER, "static-gte-256")): WordSpace | undefined {
  let table: StaticTable;
  try {
    table = readStaticTable(folder);
  } catch {
    return undefined;
  }
  const { dimensions } = table;
  const known = new Map<string, Float32Array>();
  const embed = (text: string, maxTokens: number): Float32Array => {
    const vector = new Float32Array(dimensions);
    table.embed(text, maxTokens, vector);
    return vector;
  };
  return {
    vector(text) {
      let vector = known.get(text);
      if (!vector) known.set(text, (vector = embed(text, TERM_TOKENS)));
      return vector;
    },
    centre: (texts) => meanOf(texts.map((text) => embed(text.slice(0, TEXT_CHARACTERS), TEXT_TOKENS))),
  };
}

/** Mean of some vectors, at least one. */
export function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0].length);
  for (const vector of vectors) for (let d = 0; d < mean.length; d++) mean[d] += vector[d] / vectors.length;
  return mean;
}

/** Cosine of the angle between two vectors; 0 where one is of zeros. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let d = 0; d < a.length; d++) {
    dot += a[d] * b[d];
    aa += a[d] * a[d];
    bb += b[d] * b[d];
  }
  return aa && bb ? dot / Math.sqrt(aa * bb) : 0;
}
