/**
 * How far the neighbours in a layout are neighbours in the vectors as well, 0 to 1 (Venna, Kaski 2001); about 0.5 for a random layout.
 * @param distance distance of two rows in the vectors
 */
export function trustworthiness(layout: Float32Array, distance: (a: number, b: number) => number, k: number): number {
  const rows = layout.length / 2;
  const inLayout = (a: number, b: number): number =>
    Math.hypot(layout[2 * a] - layout[2 * b], layout[2 * a + 1] - layout[2 * b + 1]);
  let penalty = 0;
  for (let row = 0; row < rows; row++) {
    const ranks = new Map(nearest(row, rows, distance).map((other, rank) => [other, rank + 1]));
    for (const other of nearest(row, rows, inLayout).slice(0, k)) penalty += Math.max(0, ranks.get(other)! - k);
  }
  return 1 - (2 / (rows * k * (2 * rows - 3 * k - 1))) * penalty;
}

function nearest(row: number, rows: number, distance: (a: number, b: number) => number): number[] {
  const others = Array.from({ length: rows }, (_, other) => other).filter((other) => other !== row);
  const distances = new Map(others.map((other) => [other, distance(row, other)]));
  return others.sort((a, b) => distances.get(a)! - distances.get(b)!);
}
