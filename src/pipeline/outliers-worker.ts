import { serveTask } from "../compute/worker-task";
import type { OutliersTask, OutlierTable } from "./outliers";

/** Neighbours of an outlier whose clusters are looked at. */
const NEIGHBORS = 12;
/** The spacing of a cluster is the distance to the so-manieth neighbour in it, as HDBSCAN's core distance. */
const CORE = 5;
/** Its median over so many rows of the cluster, evenly chosen. */
const SAMPLE = 200;

serveTask<OutliersTask, OutlierTable>(async ({ coordinates, assignment, deleted, outliers }) => {
  const { default: Flatbush } = await import("flatbush");
  const inside: number[] = [];
  assignment.forEach((cluster, row) => {
    if (cluster >= 0 && !deleted[row]) inside.push(row);
  });
  if (!inside.length || !outliers.length) return table([]);
  const index = new Flatbush(inside.length, 16, Float32Array);
  const x = (row: number): number => coordinates[2 * row];
  const y = (row: number): number => coordinates[2 * row + 1];
  for (const row of inside) index.add(x(row), y(row));
  index.finish();
  const distance = (a: number, b: number): number => Math.hypot(x(a) - x(b), y(a) - y(b));

  const members = new Map<number, number[]>();
  for (const row of inside) {
    const rows = members.get(assignment[row]);
    if (rows) rows.push(row);
    else members.set(assignment[row], [row]);
  }
  const spacing = new Map<number, number>();
  for (const [cluster, rows] of members) {
    const step = Math.max(1, Math.floor(rows.length / SAMPLE));
    const cores = rows
      .filter((_, i) => i % step === 0)
      .map((row) => {
        const near = index.neighbors(x(row), y(row), CORE + 1, Infinity, (i) => assignment[inside[i]] === cluster);
        return distance(row, inside[near[near.length - 1]]);
      })
      .sort((a, b) => a - b);
    // rows in one place have no spacing: their cluster is denser than all others
    spacing.set(cluster, cores[cores.length >> 1]);
  }

  const found = Array.from(outliers, (row) => {
    let best = { row, cluster: -1, probability: -1 };
    for (const i of index.neighbors(x(row), y(row), NEIGHBORS)) {
      const cluster = assignment[inside[i]];
      const reach = distance(row, inside[i]);
      const probability = reach > 0 ? Math.min(1, (spacing.get(cluster) ?? 0) / reach) : 1;
      if (probability > best.probability) best = { row, cluster, probability };
    }
    return best;
  });
  return table(found.sort((a, b) => b.probability - a.probability || a.row - b.row));
});

function table(found: readonly { row: number; cluster: number; probability: number }[]): OutlierTable {
  return {
    rows: Uint32Array.from(found, ({ row }) => row),
    clusters: Int32Array.from(found, ({ cluster }) => cluster),
    probabilities: Float32Array.from(found, ({ probability }) => probability),
  };
}
