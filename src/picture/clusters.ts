import { assignSwatches, UNCLUSTERED, type ClusterId, type Content } from "../scope";
import { densestPlace } from "./densest-place";

/** Palette slot of the rows that belong to no cluster. */
export const OUTLIER_SLOT = 0;
/** Palette slot of the deleted rows, whatever their cluster. */
export const DELETED_SLOT = 1;

/** What the map needs to know of each cluster beside its label. Indexed by palette slot (see {@link slotOf}). */
export interface ClusterGeometry {
  /** Palette slot of each row. */
  readonly slots: Uint16Array;
  /** Number of rows in each slot. */
  readonly sizes: Uint32Array;
  /** Where the label of each slot belongs, x and y in turn in quantised units: the middle of the densest part of the cluster. */
  readonly anchors: Float32Array;
  /** Rows ordered by slot; those of slot `s` are `order[starts[s] … starts[s + 1] - 1]`, ascending. */
  readonly order: Uint32Array;
  readonly starts: Uint32Array;
}

/** Palette slot of the rows of a cluster that are not deleted. */
export function slotOf(cluster: number): number {
  return cluster < 0 ? OUTLIER_SLOT : cluster + 2;
}

/** The inverse of {@link slotOf}. */
export function clusterOf(slot: number): number {
  return slot <= DELETED_SLOT ? UNCLUSTERED : slot - 2;
}

/**
 * @param before that of contents of the same rows from which these have come: what is known of clusters whose rows are the same is not computed
 * again, which is most of the work
 */
export function clusterGeometry(content: Content, positions: Uint16Array, before?: ClusterGeometry): ClusterGeometry {
  const { assignment, deleted, clusters } = content;
  const slotCount = clusters.reduce((count, { id }) => Math.max(count, slotOf(id) + 1), DELETED_SLOT + 1);
  const slots = new Uint16Array(assignment.length);
  const starts = new Uint32Array(slotCount + 1);
  const changed = new Uint8Array(Math.max(slotCount, before?.sizes.length ?? 0));
  const slotsBefore = before?.slots;
  if (!slotsBefore) changed.fill(1);
  for (let row = 0; row < slots.length; row++) {
    // a cluster without an entry in the table would be a broken scope: show its rows as outliers
    const own = slotOf(assignment[row]);
    const slot = deleted[row] ? DELETED_SLOT : own < slotCount ? own : OUTLIER_SLOT;
    slots[row] = slot;
    starts[slot + 1]++;
    if (slotsBefore && slotsBefore[row] !== slot) changed[slot] = changed[slotsBefore[row]] = 1;
  }
  const sizes = starts.slice(1);
  for (let s = 0; s < slotCount; s++) starts[s + 1] += starts[s];
  const next = starts.slice();
  const order = new Uint32Array(slots.length);
  for (let row = 0; row < slots.length; row++) order[next[slots[row]]++] = row;
  const anchors = new Float32Array(slotCount * 2);
  for (let s = DELETED_SLOT + 1; s < slotCount; s++)
    anchors.set(
      before && !changed[s] && s < before.sizes.length
        ? before.anchors.subarray(2 * s, 2 * s + 2)
        : densestPlace(positions, order.subarray(starts[s], starts[s + 1])),
      2 * s,
    );
  return { slots, sizes, anchors, order, starts };
}

/** Rows of a cluster that are not deleted, ascending. */
export function rowsOfCluster(geometry: ClusterGeometry, cluster: number): Uint32Array {
  const slot = slotOf(cluster);
  return geometry.order.slice(geometry.starts[slot], geometry.starts[slot + 1]);
}

/**
 * A swatch for each slot: that of its cluster, or one that suits its size and place. Slots without a cluster have 0, which nobody sees.
 * @param chosen what was chosen before for clusters that bring none, which is kept, and is added to
 */
export function swatchesOf(content: Content, geometry: ClusterGeometry, chosen: Map<ClusterId, number>): Uint8Array {
  const clusters = content.clusters.filter(({ id }) => id !== UNCLUSTERED);
  const places = clusters.map(({ id, swatch }) => {
    const slot = slotOf(id);
    const [x, y] = [geometry.anchors[2 * slot] / 32768, geometry.anchors[2 * slot + 1] / 32768];
    return { x, y, size: geometry.sizes[slot], swatch: swatch ?? chosen.get(id) ?? null };
  });
  const swatches = new Uint8Array(geometry.sizes.length);
  assignSwatches(places).forEach((swatch, i) => {
    const { id, swatch: own } = clusters[i];
    swatches[slotOf(id)] = swatch;
    if (own === null) chosen.set(id, swatch);
  });
  return swatches;
}
