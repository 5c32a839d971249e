import { gteSmall } from "../../src/pipeline/embed/gte-small";

/** How well labels name classes: means over the classes, 0 to 1. */
export interface Judgement {
  /** Cosine of the label and the class's name by gte-small, which takes no part in labelling. */
  readonly similarity: number;
  /** Part of the labels that are nearer to the name of their class than to that of any other. */
  readonly told: number;
  /** Part of the labels with a word of the class's name, by Snowball's stems. */
  readonly hit: number;
}

/** Words of names that do not tell what a class is about. */
const JOINING = new Set(["and", "for", "of", "politics"]);

/** Words of labels and names. */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** @param truth the class of each label */
export function judge(
  labels: readonly string[],
  truth: readonly number[],
  names: readonly string[],
  { vectors, stems }: { vectors: ReadonlyMap<string, Float32Array>; stems: Readonly<Record<string, string>> },
): Judgement {
  const vector = (text: string): Float32Array => vectors.get(text) ?? new Float32Array();
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const found = labels.map((label, i) => {
    const own = names[truth[i]];
    const near = names.map((name) => vector(label).reduce((sum, value, d) => sum + value * vector(name)[d], 0));
    const words = new Set(wordsOf(label).map((word) => stems[word]));
    const topical = wordsOf(own).length > 1 ? wordsOf(own).filter((word) => !JOINING.has(word)) : wordsOf(own);
    return {
      similarity: near[truth[i]],
      told: Math.max(...near) === near[truth[i]] ? 1 : 0,
      hit: topical.some((word) => words.has(stems[word])) ? 1 : 0,
    };
  });
  return {
    similarity: mean(found.map(({ similarity }) => similarity)),
    told: mean(found.map(({ told }) => told)),
    hit: mean(found.map(({ hit }) => hit)),
  };
}

/** Vectors of labels and names by gte-small, of length 1. */
export async function vectorsOf(texts: readonly string[]): Promise<Map<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  const ignore = (): void => undefined;
  await gteSmall({}).embed(texts, {
    ...{ known: () => false, signal: new AbortController().signal, warn: ignore, note: ignore },
    deliver: (positions, found) => {
      const dimensions = found.length / positions.length;
      Array.from(positions).forEach((at, i) =>
        vectors.set(texts[at], found.slice(i * dimensions, (i + 1) * dimensions)),
      );
    },
  });
  return vectors;
}
