/**
 * New numbers for clusters: from the largest to the smallest, equal ones by their first row; those without rows come last.
 * @param labels cluster of each row, 0 to `clusters` - 1; negative for none
 * @returns the new number of each cluster
 */
export function numberBySize(labels: Int32Array, clusters: number): Int32Array {
  const sizes = new Int32Array(clusters);
  /** Clusters by their first row. */
  const found: number[] = [];
  for (const label of labels) if (label >= 0 && sizes[label]++ === 0) found.push(label);
  for (let cluster = 0; cluster < clusters; cluster++) if (sizes[cluster] === 0) found.push(cluster);
  // Sorting keeps the order of equals.
  found.sort((a, b) => sizes[b] - sizes[a]);
  const numbers = new Int32Array(clusters);
  found.forEach((cluster, number) => (numbers[cluster] = number));
  return numbers;
}
