import {
  assignSwatches,
  clusterSizes,
  matchClusters,
  savedContent,
  UNCLUSTERED,
  type Cluster,
  type ClusterId,
  type SavedContent,
  type ScopeState,
} from "../scope";
import { isObject, provenance, type JsonObject } from "../store";

/** What became of one cluster when a new scope followed an earlier one. */
export interface ClusterChange {
  /** "kept": matched with a cluster of before; "new"; "gone". */
  readonly change: "kept" | "new" | "gone";
  readonly cluster: number;
  /** Label now; for one that is gone, its last. */
  readonly label: string;
  readonly previous_label: string | null;
  /** True when a person's label was kept in place of the one that the model gave. */
  readonly label_kept: boolean;
  /** Rows now and before, and in both, deleted ones included. */
  readonly rows: number;
  readonly previous_rows: number;
  readonly shared: number;
  /** Rows in both, of those in either: 0 to 1. */
  readonly overlap: number;
}

/** A new scope with what it has from the one before. */
export interface CarriedOver {
  readonly saved: SavedContent;
  /** The ids that the new clusters have got, by their numbers. */
  readonly ids: readonly ClusterId[];
  readonly changes: readonly ClusterChange[];
}

/**
 * A new clustering of the same rows as the one before: clusters that share most rows keep their ids, colours and the labels that persons gave;
 * others get ids that no cluster had. Deleted rows, tags and named selections stay.
 * @param labels cluster of each row by the new clustering, from 0; -1 is none
 * @param clusters the new clusters by these numbers
 * @param before the earlier scope as it is now; undefined for the first
 */
export function carryOver(
  labels: Int32Array,
  clusters: readonly Omit<Cluster, "id">[],
  before: ScopeState | undefined,
): CarriedOver {
  if (!before) {
    const own = clusters.map((cluster, id): Cluster => ({ ...cluster, id: id as ClusterId }));
    return { saved: savedContent(own, labels), ids: own.map(({ id }) => id), changes: [] };
  }
  const { content } = before;
  const matches = new Map(matchClusters(content.assignment, labels).map((match) => [match.after as number, match]));
  let next = before.nextCluster;
  const changes: ClusterChange[] = [];
  const sizes = new Uint32Array(clusters.length);
  for (const label of labels) if (label !== UNCLUSTERED) sizes[label]++;
  const sizesBefore = clusterSizes(content);
  const carried = clusters.map((cluster, number): Cluster => {
    const match = matches.get(number);
    const was = match && content.clusters.find(({ id }) => id === match.before);
    const kept = was?.labelSource === "user";
    const id = was?.id ?? (next++ as ClusterId);
    const { label, description, labelSource } = kept ? was : cluster;
    changes.push({
      change: was ? "kept" : "new",
      cluster: id,
      label,
      previous_label: was?.label ?? null,
      label_kept: kept,
      rows: sizes[number],
      previous_rows: was ? (sizesBefore.get(was.id)?.rows ?? 0) : 0,
      shared: match?.shared ?? 0,
      overlap: match?.overlap ?? 0,
    });
    const byModel = kept ? { labelModel: null, labelError: null, labelOrigin: undefined } : {};
    return { ...cluster, ...byModel, id, label, description, labelSource, swatch: was?.swatch ?? null };
  });
  const staying = new Set(carried.map(({ id }) => id));
  for (const { id, label } of content.clusters) {
    if (id === UNCLUSTERED || staying.has(id)) continue;
    const rows = sizesBefore.get(id)?.rows ?? 0;
    const nothing = { label_kept: false, rows: 0, previous_rows: rows, shared: 0, overlap: 0 };
    changes.push({ change: "gone", cluster: id, label, previous_label: label, ...nothing });
  }
  const assignment = labels.map((label) => (label === UNCLUSTERED ? label : carried[label].id));
  const { deleted, tags, selections } = content;
  const saved = savedContent(carried, assignment, { deleted, tags, selections, nextCluster: next });
  return { saved, ids: carried.map(({ id }) => id), changes };
}

/** The same scope with a colour for each cluster that has none, by where it lies. @param coordinates x and y of each row in turn */
export function withSwatches(saved: SavedContent, coordinates: Float32Array): SavedContent {
  if (saved.clusters.every(({ id, swatch }) => id === UNCLUSTERED || swatch !== null)) return saved;
  const inside = saved.clusters.filter(({ id }) => id !== UNCLUSTERED);
  const sums = new Map(inside.map(({ id }) => [id as number, { x: 0, y: 0, size: 0 }]));
  saved.assignment.forEach((id, row) => {
    const sum = sums.get(id);
    if (!sum) return;
    sum.x += coordinates[2 * row];
    sum.y += coordinates[2 * row + 1];
    sum.size++;
  });
  const places = inside.map(({ id, swatch }) => {
    const { x = 0, y = 0, size = 0 } = sums.get(id) ?? {};
    return { x: x / Math.max(1, size), y: y / Math.max(1, size), size, swatch };
  });
  const swatches = assignSwatches(places);
  const coloured = new Map(inside.map(({ id }, i) => [id, swatches[i]]));
  return {
    ...saved,
    clusters: saved.clusters.map((cluster) => ({ ...cluster, swatch: coloured.get(cluster.id) ?? cluster.swatch })),
  };
}

/** What became of the clusters of the scope before, as the JSON of a scope records it; none for the first scope, or one of another tool. */
export function changesOf(metadata: JsonObject): readonly ClusterChange[] {
  const carried = provenance(metadata)?.["carried"];
  const changes: unknown = isObject(carried) ? carried["changes"] : undefined;
  return Array.isArray(changes) ? (changes as ClusterChange[]) : [];
}
