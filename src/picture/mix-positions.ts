/** Places between those of two layouts of the same rows: `progress` 0 gives the first, 1 the second. Written into `into`. */
export function mixPositions(from: Uint16Array, to: Uint16Array, progress: number, into: Uint16Array): Uint16Array {
  const share = Math.min(1, Math.max(0, progress));
  for (let i = 0; i < to.length; i++) into[i] = Math.round(from[i] + (to[i] - from[i]) * share);
  return into;
}
