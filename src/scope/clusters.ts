import type { Change } from "./change";
import { LatentScopeError } from "./errors";
import { UNCLUSTERED, type ClusterId } from "./ids";
import type { Cluster, Content } from "./state";

/** How many rows a cluster has. */
export interface ClusterSize {
  /** All of them. */
  readonly rows: number;
  /** Those that are not deleted. */
  readonly size: number;
}

const EMPTY: ClusterSize = { rows: 0, size: 0 };
const known = new WeakMap<Content, ReadonlyMap<ClusterId, ClusterSize>>();

/** The sizes of all clusters that have rows. Counted once for each contents. */
export function clusterSizes(content: Content): ReadonlyMap<ClusterId, ClusterSize> {
  const before = known.get(content);
  if (before) return before;
  const last = lastId(content);
  const [rows, live] = [new Uint32Array(last + 2), new Uint32Array(last + 2)];
  const { assignment, deleted } = content;
  for (let row = 0; row < assignment.length; row++) {
    rows[assignment[row] + 1]++;
    live[assignment[row] + 1] += 1 - deleted[row];
  }
  const sizes = new Map<ClusterId, ClusterSize>();
  rows.forEach((count, slot) => {
    if (count) sizes.set((slot - 1) as ClusterId, { rows: count, size: live[slot] });
  });
  known.set(content, sizes);
  return sizes;
}

/** The greatest id of a cluster. */
function lastId({ clusters }: Content): number {
  return clusters[clusters.length - 1]?.id ?? UNCLUSTERED;
}

/**
 * The sizes in `after`, from those of `before`, when these are known: rows of a change are fewer than all rows.
 * @param sign 1 when the change was made, -1 when it was taken back
 */
export function carrySizes(before: Content, after: Content, { moved, deleted }: Change, sign: 1 | -1): void {
  const sizes = known.get(before);
  if (!sizes) return;
  if (!moved && !deleted) {
    known.set(after, sizes);
    return;
  }
  const last = Math.max(lastId(before), lastId(after));
  // by id + 1: -1 holds the outliers
  const [more, live] = [new Int32Array(last + 2), new Int32Array(last + 2)];
  if (moved)
    for (let i = 0; i < moved.rows.length; i++) {
      const counts = sign * (1 - after.deleted[moved.rows[i]]);
      more[moved.before[i] + 1] -= sign;
      live[moved.before[i] + 1] -= counts;
      more[moved.after[i] + 1] += sign;
      live[moved.after[i] + 1] += counts;
    }
  if (deleted) {
    const counts = deleted.after ? -sign : sign;
    for (let i = 0; i < deleted.rows.length; i++) live[after.assignment[deleted.rows[i]] + 1] += counts;
  }
  const next = new Map(sizes);
  for (let id = UNCLUSTERED; id <= last; id++) {
    const now = next.get(id) ?? EMPTY;
    const rows = now.rows + more[id + 1];
    if (rows) next.set(id, { rows, size: now.size + live[id + 1] });
    else next.delete(id);
  }
  known.set(after, next);
}

/** The size of one cluster. */
export function sizeOf(content: Content, id: ClusterId): ClusterSize {
  return clusterSizes(content).get(id) ?? EMPTY;
}

/** Rows of some clusters, ascending. @param live leaves deleted rows out */
export function rowsInClusters(content: Content, ids: Iterable<number>, { live = false } = {}): Uint32Array {
  const { assignment, deleted } = content;
  // by id + 1: -1 holds the outliers
  const wanted = new Uint8Array(lastId(content) + 2);
  for (const id of ids) wanted[id + 1] = 1;
  const found = new Uint32Array(assignment.length);
  let count = 0;
  for (let row = 0; row < assignment.length; row++)
    if (wanted[assignment[row] + 1] && !(live && deleted[row])) found[count++] = row;
  return found.slice(0, count);
}

/** Rows of each cluster that are not deleted, ascending; clusters without any are absent. */
export function liveMembers({ assignment, deleted }: Content): Map<ClusterId, number[]> {
  const members = new Map<ClusterId, number[]>();
  assignment.forEach((id, row) => {
    if (deleted[row]) return;
    const rows = members.get(id as ClusterId);
    if (rows) rows.push(row);
    else members.set(id as ClusterId, [row]);
  });
  return members;
}

/** The cluster with this id. @throws LatentScopeError `unknown-cluster` */
export function findCluster(content: Content, id: number): Cluster {
  const cluster = content.clusters.find((c) => c.id === id);
  if (cluster) return cluster;
  const ids = content.clusters.map((c) => c.id).filter((c) => c !== UNCLUSTERED);
  const there = ids.length
    ? `The clusters are ${ids.length > 12 ? `${ids.slice(0, 12).join(", ")}, … ${ids[ids.length - 1]}` : ids.join(", ")}.`
    : "This scope has no clusters.";
  throw new LatentScopeError("unknown-cluster", `There is no cluster ${id}. ${there}`);
}

/** A cluster with rows that belong together: any but the outliers. @throws LatentScopeError `unknown-cluster`; `bad-cluster` for -1 */
export function findInside(content: Content, id: number, what: string): Cluster {
  if (id !== UNCLUSTERED) return findCluster(content, id);
  throw new LatentScopeError(
    "bad-cluster",
    `Cluster -1 holds the outliers and cannot be ${what}. Take another cluster.`,
  );
}
