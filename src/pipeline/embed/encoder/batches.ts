/** Texts of similar length, to be embedded together. */
export interface Batches {
  /** Positions of the texts of all batches, one after the other. */
  readonly positions: Uint32Array;
  /** Where each batch starts in `positions`, and the end of the last. */
  readonly starts: Uint32Array;
}

/** Most tokens of one batch, padding included: small batches stay in the processor's cache. */
export const BATCH_TOKENS = 512;
/** Most texts of one batch. */
export const BATCH_TEXTS = 32;

/**
 * Groups texts by length, so that little padding is needed: that alone is worth a factor of two. Which texts come together depends on the
 * texts only, never on timing, because a vector depends a little on its batch mates; for the same reason batches are made of all texts
 * and then lose those that are known, so that an interrupted run goes on with the very batches that were left.
 *
 * The batches come in a mixed order: with the short ones at one end, no rate shown on the way would say how long the rest takes.
 * @param lengths tokens of each text
 */
export function makeBatches(lengths: ArrayLike<number>, known: (position: number) => boolean): Batches {
  const order = Uint32Array.from({ length: lengths.length }, (_, i) => i).sort(
    (a, b) => lengths[a] - lengths[b] || a - b,
  );
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const position of order) {
    // ascending lengths: this text is the longest of the batch so far
    if (batch.length && (batch.length >= BATCH_TEXTS || (batch.length + 1) * lengths[position] > BATCH_TOKENS)) {
      batches.push(batch);
      batch = [];
    }
    batch.push(position);
  }
  if (batch.length) batches.push(batch);
  const left = mix(batches)
    .map((texts) => texts.filter((position) => !known(position)))
    .filter((texts) => texts.length);
  const starts = new Uint32Array(left.length + 1);
  left.forEach((texts, i) => (starts[i + 1] = starts[i] + texts.length));
  return { positions: Uint32Array.from(left.flat()), starts };
}

/** Every element once, neighbours far apart: steps of the golden section through the list. */
function mix<T>(list: readonly T[]): T[] {
  const step = coprime(Math.max(1, Math.round(list.length * 0.618)), list.length);
  return list.map((_, i) => list[(i * step) % list.length]);
}

/** The first number from `start` on that has no divisor in common with `n`. */
function coprime(start: number, n: number): number {
  const divisor = (a: number, b: number): number => (b ? divisor(b, a % b) : a);
  let step = start;
  while (n > 1 && divisor(step, n) !== 1) step++;
  return step;
}
