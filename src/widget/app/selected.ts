import { clusterSizes, flagsOf, UNCLUSTERED, type Cluster, type Content } from "../../scope";

/** What is selected, as the actions on it need to know it. */
export interface Selected {
  readonly rows: Uint32Array;
  /** How many of them are deleted. */
  readonly deleted: number;
  /** The clusters, the largest first, when all their rows are selected that are not deleted, and none of others; else none. */
  readonly clusters: readonly Cluster[];
}

export function describeSelection(content: Content, rows: Uint32Array): Selected {
  const { assignment, deleted: flags } = content;
  const last = content.clusters[content.clusters.length - 1]?.id ?? UNCLUSTERED;
  // by id + 1: -1 holds the outliers
  const counts = new Uint32Array(last + 2);
  let deleted = 0;
  for (let i = 0; i < rows.length; i++)
    if (flags[rows[i]]) deleted++;
    else counts[assignment[rows[i]] + 1]++;
  const sizes = clusterSizes(content);
  const sizeOf = ({ id }: Cluster): number => sizes.get(id)?.size ?? 0;
  const touched = content.clusters.filter(({ id }) => counts[id + 1]);
  const whole = touched.every((cluster) => cluster.id !== UNCLUSTERED && counts[cluster.id + 1] === sizeOf(cluster));
  const clusters = whole ? touched.sort((a, b) => sizeOf(b) - sizeOf(a) || a.id - b.id) : [];
  return { rows, deleted, clusters };
}

/** A tag, and how many of some rows have it. */
export interface TagUse {
  readonly tag: string;
  readonly rows: number;
}

/** Every tag, and how many of the rows have it. */
export function tagsOf({ tags, assignment }: Content, rows: Uint32Array): TagUse[] {
  if (!tags.size) return [];
  const wanted = flagsOf(rows, assignment.length);
  return [...tags].map(([tag, tagged]) => ({ tag, rows: countFlagged(tagged, wanted) }));
}

function countFlagged(rows: Uint32Array, flags: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < rows.length; i++) count += flags[rows[i]];
  return count;
}

/** The tags of a row. */
export function tagsOfRow({ tags }: Content, row: number): string[] {
  return [...tags].filter(([, rows]) => includes(rows, row)).map(([tag]) => tag);
}

/** Whether an ascending list has a row. */
function includes(rows: Uint32Array, row: number): boolean {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] < row) low = middle + 1;
    else high = middle;
  }
  return rows[low] === row;
}
