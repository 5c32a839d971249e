/** Points of a map as each system takes them, and a polygon. */
export interface Points {
  readonly rows: number;
  /** Uint16 x, y pairs over the whole square. */
  readonly positions: Uint16Array;
  readonly assignment: Int32Array;
  readonly clusters: number;
}

/** Rows in round clusters, a tenth of them scattered. Seeded. */
export function blobs(rows: number, clusters: number): Points {
  let seed = 1;
  const next = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const centres = Array.from({ length: clusters }, () => [0.08 + next() * 0.84, 0.08 + next() * 0.84] as const);
  const positions = new Uint16Array(2 * rows);
  const assignment = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const id = next() < 0.1 ? -1 : Math.floor(next() ** 1.5 * clusters);
    const [x, y] = id < 0 ? [next(), next()] : centres[id];
    const spread = id < 0 ? 0 : 0.06;
    assignment[row] = id;
    for (const [axis, middle] of [x, y].entries()) {
      const place = middle + (next() + next() + next() - 1.5) * spread;
      positions[2 * row + axis] = Math.round(Math.min(1, Math.max(0, place)) * 65535);
    }
  }
  return { rows, positions, assignment, clusters };
}

/** A wavy ring of 48 corners around the middle of the square, x and y in turn from 0 to 1. */
export function lassoPolygon(): number[] {
  return Array.from({ length: 48 }, (_, i) => {
    const angle = (i / 48) * 2 * Math.PI;
    const radius = 0.3 + 0.05 * Math.sin(5 * angle);
    return [0.5 + radius * Math.cos(angle), 0.5 + radius * Math.sin(angle)];
  }).flat();
}
