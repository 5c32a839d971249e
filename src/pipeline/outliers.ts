import { runInWorker, workerFile } from "../compute/worker-task";
import { rowSet, UNCLUSTERED, type ClusterId, type Content, type OutliersEdit } from "../scope";
import type { RowVectors } from "./row-vectors";

export interface OutliersTask {
  readonly coordinates: Float32Array;
  readonly assignment: Int32Array;
  readonly deleted: Uint8Array;
  readonly outliers: Uint32Array;
}

/** The cluster that each outlier likeliest belongs to, the most probable first. */
export interface OutlierTable {
  readonly rows: Uint32Array;
  readonly clusters: Int32Array;
  /**
   * How dense the cluster would be where the outlier joins it, against how dense it is in its middle: 0 to 1. The spacing of a cluster is the
   * median distance of its rows to their fifth neighbour in it; the probability is that spacing over the distance to the nearest row of the
   * cluster, as the membership probability of HDBSCAN is a ratio of densities (McInnes, Healy 2017).
   */
  readonly probabilities: Float32Array;
}

/**
 * Where each outlier belongs, by the places of rows on the map, where clusters are found. Rows without text belong nowhere, nor do deleted
 * ones.
 */
export async function outlierTable(
  { content, rows, coordinates }: { content: Content; rows: RowVectors; coordinates: Float32Array },
  signal?: AbortSignal,
): Promise<OutlierTable> {
  const { assignment, deleted } = content;
  const { rows: withText } = await rows.texts();
  const outliers = Uint32Array.from(withText.filter((row) => assignment[row] === UNCLUSTERED && !deleted[row]));
  const task: OutliersTask = { coordinates, assignment, deleted, outliers };
  return runInWorker(workerFile(__dirname, "outliers-worker.js"), task, {
    what: "Placing outliers",
    ...(signal ? { signal } : {}),
  });
}

/** The first `count` outliers of a table to their clusters. */
export function outliersEdit({ rows, clusters }: OutlierTable, count: number): OutliersEdit {
  const moves = new Map<number, number[]>();
  for (let i = 0; i < Math.min(count, rows.length); i++) {
    const to = moves.get(clusters[i]);
    if (to) to.push(rows[i]);
    else moves.set(clusters[i], [rows[i]]);
  }
  return {
    kind: "outliers",
    moves: [...moves]
      .sort(([a], [b]) => a - b)
      .map(([cluster, moved]) => ({ cluster: cluster as ClusterId, rows: rowSet(moved) })),
  };
}
