/** A figure with three digits. */
export const round = (value: number): number => Number(value.toPrecision(3));

/** The median of some figures, and how far they spread. */
export function spread(values: readonly number[]): { median: number; least: number; greatest: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (i: number): number => round(sorted[i]);
  return { median: at(Math.floor(sorted.length / 2)), least: at(0), greatest: at(sorted.length - 1) };
}
