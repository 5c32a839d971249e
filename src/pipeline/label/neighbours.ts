/**
 * For the position of a cluster, those of the clusters nearest to it on the map, nearest first.
 * @param members rows of each cluster
 * @param coordinates x and y of each row in turn
 */
export function nearestClusters(
  members: readonly (readonly number[])[],
  coordinates: Float32Array,
  count: number,
): (position: number) => number[] {
  const places = members.map((rows) => [mean(rows, coordinates, 0), mean(rows, coordinates, 1)] as const);
  return (position) => {
    const [x, y] = places[position];
    const distance = places.map(([otherX, otherY]) => (otherX - x) ** 2 + (otherY - y) ** 2);
    return [...places.keys()]
      .filter((other) => other !== position)
      .sort((a, b) => distance[a] - distance[b] || a - b)
      .slice(0, count);
  };
}

function mean(rows: readonly number[], coordinates: Float32Array, axis: 0 | 1): number {
  return rows.reduce((sum, row) => sum + coordinates[row * 2 + axis], 0) / rows.length;
}
