import type { ContentEdit } from "./edits";
import { UNCLUSTERED, type ClusterId } from "./ids";
import { rowSet } from "./rows";
import type { Content } from "./state";

/**
 * The edits that make one contents out of another, of the same rows and with the same ids: what somebody else has done to it. Ids of clusters
 * that are new in `after` are given by the edits; all edits together do the same whatever the order of these.
 */
export function differences(before: Content, after: Content): ContentEdit[] {
  const edits: ContentEdit[] = [];
  const known = new Set<number>(before.clusters.map(({ id }) => id));
  const moved = new Map<ClusterId, number[]>();
  after.assignment.forEach((to, row) => {
    if (before.assignment[row] === to) return;
    const rows = moved.get(to as ClusterId);
    if (rows) rows.push(row);
    else moved.set(to as ClusterId, [row]);
  });
  // names first: a cluster that all rows leave is gone afterwards
  for (const { id, label, description } of after.clusters) {
    const was = before.clusters.find((cluster) => cluster.id === id);
    if (!was || id === UNCLUSTERED || (was.label === label && was.description === description)) continue;
    edits.push({ kind: "rename", cluster: id, label, ...(was.description === description ? {} : { description }) });
  }
  for (const [to, rows] of [...moved].sort(([a], [b]) => a - b)) {
    const label = after.clusters.find(({ id }) => id === to)?.label ?? `Cluster ${to}`;
    const target = known.has(to) ? { cluster: to } : { label };
    edits.push({ kind: "assign", rows: rowSet(rows), ...target });
  }
  const differ = (flag: 0 | 1): Uint32Array =>
    Uint32Array.from(
      [...after.deleted.keys()].filter((row) => after.deleted[row] === flag && before.deleted[row] !== flag),
    );
  const [deleted, restored] = [differ(1), differ(0)];
  if (deleted.length) edits.push({ kind: "delete", rows: rowSet(deleted) });
  if (restored.length) edits.push({ kind: "restore", rows: rowSet(restored) });
  for (const tag of new Set([...before.tags.keys(), ...after.tags.keys()])) {
    const [was, is] = [before.tags.get(tag) ?? NONE, after.tags.get(tag) ?? NONE];
    const [added, removed] = [without(is, was), without(was, is)];
    if (added.length) edits.push({ kind: "tag", rows: rowSet(added), tag });
    if (removed.length) edits.push({ kind: "untag", rows: rowSet(removed), tag });
  }
  return edits;
}

const NONE = new Uint32Array(0);

function without(rows: Uint32Array, others: Uint32Array): Uint32Array {
  const known = new Set(others);
  return rows.filter((row) => !known.has(row));
}
