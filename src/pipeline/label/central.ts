import { UNCLUSTERED } from "../../scope";

/**
 * The rows of each cluster, nearest to its centre on the map first.
 * @param labels cluster of each row, or -1
 * @param coordinates x and y of each row in turn
 */
export function centralRows(members: readonly (readonly number[])[], coordinates: Float32Array): number[][] {
  return members.map((rows) => {
    let x = 0;
    let y = 0;
    for (const row of rows) {
      x += coordinates[row * 2] / rows.length;
      y += coordinates[row * 2 + 1] / rows.length;
    }
    const distance = new Map(
      rows.map((row) => [row, (coordinates[row * 2] - x) ** 2 + (coordinates[row * 2 + 1] - y) ** 2]),
    );
    return [...rows].sort((a, b) => (distance.get(a) ?? 0) - (distance.get(b) ?? 0) || a - b);
  });
}

/** Rows of no cluster. */
export function outsideRows(labels: Int32Array): number[] {
  return [...labels.keys()].filter((row) => labels[row] === UNCLUSTERED);
}
