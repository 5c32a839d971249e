import { clusterQuality } from "../../compute";
import type { Vectors } from "../vectors";

/** How well clusters are told apart, in the words of Latent Scope's files; null where that has no meaning. */
export interface QualityMetrics {
  readonly silhouette: number | null;
  readonly calinski_harabasz: number | null;
  readonly davies_bouldin: number | null;
}

/**
 * The quality of a clustering, measured on what was clustered; rows of no cluster are left out.
 * @param points of the rows that have text
 * @param labels of all rows of the table
 */
export async function qualityOf(
  { values, dimensions }: Vectors,
  rows: Int32Array,
  labels: Int32Array,
  signal: AbortSignal | undefined,
): Promise<QualityMetrics> {
  const quality = await clusterQuality(values, {
    ...{ rows: rows.length, dimensions, signal },
    labels: Int32Array.from(rows, (row) => labels[row]),
  });
  const rounded = (value: number | null, digits: number): number | null => value && Number(value.toFixed(digits));
  return {
    silhouette: rounded(quality.silhouette, 4),
    calinski_harabasz: rounded(quality.calinskiHarabasz, 2),
    davies_bouldin: rounded(quality.daviesBouldin, 4),
  };
}
