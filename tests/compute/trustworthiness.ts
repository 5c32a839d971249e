/**
 * How far the neighbours in a layout are neighbours in the vectors as well, 0 to 1 (Venna, Kaski 2001); about 0.5 for a random layout.
 * @param distance distance of two rows in the vectors
 * @param components numbers of each place of the layout
 */
export function trustworthiness(
  layout: Float32Array,
  distance: (a: number, b: number) => number,
  k: number,
  components = 2,
): number {
  const rows = layout.length / components;
  const inLayout = (a: number, b: number): number => {
    let square = 0;
    for (let d = 0; d < components; d++) square += (layout[a * components + d] - layout[b * components + d]) ** 2;
    return square;
  };
  let penalty = 0;
  for (let row = 0; row < rows; row++) {
    const distances = distancesFrom(row, rows, distance);
    const ascending = distances.slice().sort();
    for (const other of nearest(distancesFrom(row, rows, inLayout), k))
      penalty += Math.max(0, rankIn(ascending, distances[other]) - k);
  }
  return 1 - (2 / (rows * k * (2 * rows - 3 * k - 1))) * penalty;
}

/** Distances of a row to all rows; it is infinitely far from itself. */
function distancesFrom(row: number, rows: number, distance: (a: number, b: number) => number): Float64Array {
  return Float64Array.from({ length: rows }, (_, other) => (other === row ? Infinity : distance(row, other)));
}

/** The rows at the `k` smallest distances. */
function nearest(distances: Float64Array, k: number): number[] {
  const limit = distances.slice().sort()[k - 1];
  const within = [...distances.keys()].filter((row) => distances[row] <= limit);
  return within.sort((a, b) => distances[a] - distances[b]).slice(0, k);
}

/** The first place, counted from 1, of a value that is there. */
function rankIn(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
