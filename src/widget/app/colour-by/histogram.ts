import type { ValueScale } from "./value-scale";

/** How many values are in each bin of a scale; NaN is in none, and what lies beyond an end in the bin there. */
export function histogram(values: ArrayLike<number>, scale: ValueScale, skip?: Uint8Array): Uint32Array {
  const counts = new Uint32Array(scale.bins);
  for (let row = 0; row < values.length; row++) {
    if (skip?.[row]) continue;
    const place = scale.place(values[row]);
    if (place === place) counts[Math.min(scale.bins - 1, Math.floor(place * scale.bins))]++;
  }
  return counts;
}

/** Bins from `first` to before `end`. */
export interface Bins {
  readonly first: number;
  readonly end: number;
}

/** The values of some bins, both ends included. Bins at the ends of the scale take what lies beyond; all bins together take every value. */
export function rangeOf(scale: ValueScale, { first, end }: Bins): { from: number; to: number } {
  const from = first <= 0 ? -Infinity : scale.value(first / scale.bins);
  const to = end >= scale.bins ? Infinity : scale.value(end / scale.bins);
  return scale.whole ? { from: Math.ceil(from), to: Math.ceil(to) - 1 } : { from, to };
}

/** The bins that a range of values covers: the inverse of {@link rangeOf}. */
export function binsOf(scale: ValueScale, { from, to }: { from: number; to: number }): Bins {
  const bin = (value: number): number => Math.round(scale.place(value) * scale.bins);
  const first = from === -Infinity ? 0 : bin(from - (scale.whole ? 0.5 : 0));
  const end = to === Infinity ? scale.bins : bin(to + (scale.whole ? 0.5 : 0));
  return { first: Math.min(first, scale.bins - 1), end: Math.max(first + 1, end) };
}
