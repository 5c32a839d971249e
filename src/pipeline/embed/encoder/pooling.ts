import { normalise } from "../shared";

/** Ways to make one vector of the token vectors of a text, as sentence-transformers names them. */
export const POOLING_MODES = ["cls", "max", "mean", "mean_sqrt_len", "weightedmean", "lasttoken"] as const;
export type PoolingMode = (typeof POOLING_MODES)[number];

/** How the vector of a text is made. */
export interface Pooling {
  /** One after the other in the vector, in the order of {@link POOLING_MODES}. */
  readonly modes: readonly PoolingMode[];
  /** Whether it gets the length 1. */
  readonly normalise: boolean;
  /** Tokens at the beginning that do not count: those of a prompt, for models that were trained so. They do for "cls". */
  readonly skip: number;
}

/** Token vectors of some texts, which are padded at the right to one width. */
export interface TokenVectors {
  /** Text by text, token by token. */
  readonly values: Float32Array;
  /** Tokens of each text without padding, at least 1. */
  readonly lengths: readonly number[];
  /** Tokens of each text with padding. */
  readonly width: number;
  /** Length of a token's vector. */
  readonly size: number;
}

/**
 * One vector for each text, as `models/Pooling.py` of sentence-transformers makes it (Reimers & Gurevych 2019; "weightedmean": Muennighoff
 * 2022, token n weighs n).
 * @returns the vectors one after the other, each of `size` times the number of modes
 */
export function pool(tokens: TokenVectors, { modes, normalise: toLengthOne, skip }: Pooling): Float32Array {
  const { lengths, size } = tokens;
  const dimensions = size * modes.length;
  const pooled = new Float32Array(lengths.length * dimensions);
  // a factor is lost anyway when a vector of one mode is brought to length 1
  const scaled = modes.length > 1 || !toLengthOne;
  lengths.forEach((length, text) => {
    const first = Math.min(skip, length - 1);
    const vector = pooled.subarray(text * dimensions, (text + 1) * dimensions);
    modes.forEach((mode, i) => {
      poolInto[mode](vector.subarray(i * size, (i + 1) * size), tokens, text, first, scaled);
    });
    if (toLengthOne) normalise(vector);
  });
  return pooled;
}

type PoolInto = (into: Float32Array, tokens: TokenVectors, text: number, first: number, scaled: boolean) => void;

const poolInto: Readonly<Record<PoolingMode, PoolInto>> = {
  cls: (into, tokens, text) => into.set(vectorOf(tokens, text, 0)),
  max(into, tokens, text, first) {
    into.fill(-Infinity);
    for (let token = first; token < tokens.lengths[text]; token++) {
      const vector = vectorOf(tokens, text, token);
      for (let d = 0; d < into.length; d++) if (vector[d] > into[d]) into[d] = vector[d];
    }
  },
  mean(into, tokens, text, first, scaled) {
    sum(into, tokens, text, first);
    if (scaled) divide(into, tokens.lengths[text] - first);
  },
  mean_sqrt_len(into, tokens, text, first, scaled) {
    sum(into, tokens, text, first);
    if (scaled) divide(into, Math.sqrt(tokens.lengths[text] - first));
  },
  weightedmean(into, tokens, text, first, scaled) {
    let weights = 0;
    for (let token = first; token < tokens.lengths[text]; token++) {
      const vector = vectorOf(tokens, text, token);
      for (let d = 0; d < into.length; d++) into[d] += (token + 1) * vector[d];
      weights += token + 1;
    }
    if (scaled) divide(into, weights);
  },
  lasttoken: (into, tokens, text) => into.set(vectorOf(tokens, text, tokens.lengths[text] - 1)),
};

function vectorOf({ values, width, size }: TokenVectors, text: number, token: number): Float32Array {
  const offset = (text * width + token) * size;
  return values.subarray(offset, offset + size);
}

function sum(into: Float32Array, { values, lengths, width, size }: TokenVectors, text: number, first: number): void {
  for (let token = first; token < lengths[text]; token++) {
    const offset = (text * width + token) * size;
    for (let d = 0; d < size; d++) into[d] += values[offset + d];
  }
}

function divide(vector: Float32Array, by: number): void {
  for (let d = 0; d < vector.length; d++) vector[d] /= by;
}
