import { throwIfAborted } from "../scope";
import { badOption, checkShape, copiesOf, forWorker } from "./options";
import type { QualityTask } from "./quality/measure";
import { runInWorker, workerFile } from "./worker-task";

/** What is measured. */
export interface ClusterQualityOptions {
  /** Number of points. */
  rows: number;
  /** Numbers in each point. */
  dimensions: number;
  /** The cluster of each point; points of negative ones are left out. */
  labels: Int32Array;
  /** Aborting it ends the work. */
  signal?: AbortSignal;
}

/** How well clusters are told apart. All are null for fewer than two clusters, or where every point is a cluster of its own. */
export interface ClusterQuality {
  /** Mean silhouette, -1 to 1, higher is better (Rousseeuw 1987): of at most 1,000 points, evenly chosen. */
  readonly silhouette: number | null;
  /** Ratio of the variance between clusters to that inside, higher is better (Caliński and Harabasz 1974); null when there is none inside. */
  readonly calinskiHarabasz: number | null;
  /** Mean likeness of each cluster to the one most like it, from 0, lower is better (Davies and Bouldin 1979). */
  readonly daviesBouldin: number | null;
}

/**
 * Measures a clustering, by Euclidean distances. Runs in a worker thread.
 * @param points `rows` · `dimensions` finite numbers
 * @throws LatentScopeError `bad-vectors` (wrong length), `bad-option` (labels of another length), `interrupted`, `worker-failed`
 */
export async function clusterQuality(points: Float32Array, options: ClusterQualityOptions): Promise<ClusterQuality> {
  const { rows, dimensions, labels, signal } = options;
  checkShape("points", points, rows, dimensions);
  if (labels.length !== rows) throw badOption("labels", labels.length, `an array of ${rows} labels`);
  throwIfAborted(signal, "Measuring clusters");
  const task: QualityTask = { points: forWorker(points), labels, dimensions };
  return runInWorker(workerFile(__dirname, "quality/quality-worker.js"), task, {
    ...{ what: "Measuring clusters", signal },
    transfer: copiesOf(task.points),
  });
}
