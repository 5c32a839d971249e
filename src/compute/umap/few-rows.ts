/** Below this many rows there is no neighbourhood to speak of. */
export const FEWEST_ROWS = 4;

/** Few rows at equal distances on a circle. */
export function circle(rows: number, nComponents: number): Float32Array {
  return Float32Array.from({ length: rows * nComponents }, (_, i) => {
    const angle = (2 * Math.PI * Math.floor(i / nComponents)) / rows;
    return [Math.cos(angle), Math.sin(angle), 0][i % nComponents];
  });
}
