import { assignSwatches, UNCLUSTERED, type Content } from "../../scope";

/** What the map needs to know of each cluster beside its label. Indexed by palette slot: slot 0 holds the outliers, slot `id + 1` cluster `id`. */
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

export function slotOf(cluster: number): number {
  return cluster + 1;
}

export function clusterGeometry(content: Content, positions: Uint16Array): ClusterGeometry {
  const { assignment, clusters } = content;
  const slotCount = Math.max(1, ...clusters.map((c) => slotOf(c.id) + 1));
  const slots = new Uint16Array(assignment.length);
  const starts = new Uint32Array(slotCount + 1);
  for (let row = 0; row < slots.length; row++) {
    // a cluster without an entry in the table would be a broken scope: show its rows as outliers
    const slot = slotOf(assignment[row]);
    slots[row] = slot < slotCount ? slot : slotOf(UNCLUSTERED);
    starts[slots[row] + 1]++;
  }
  const sizes = starts.slice(1);
  for (let s = 0; s < slotCount; s++) starts[s + 1] += starts[s];
  const next = starts.slice();
  const order = new Uint32Array(slots.length);
  for (let row = 0; row < slots.length; row++) order[next[slots[row]]++] = row;
  const anchors = new Float32Array(slotCount * 2);
  for (let s = 0; s < slotCount; s++)
    anchors.set(densestPlace(positions, order.subarray(starts[s], starts[s + 1])), 2 * s);
  return { slots, sizes, anchors, order, starts };
}

/** Rows of a cluster, ascending. */
export function rowsOfCluster(geometry: ClusterGeometry, cluster: number): Uint32Array {
  const slot = slotOf(cluster);
  return geometry.order.slice(geometry.starts[slot], geometry.starts[slot + 1]);
}

/** A swatch for each slot, by size and place; slot 0 has none of its own. */
export function swatchesOf(geometry: ClusterGeometry): Uint8Array {
  const places = Array.from({ length: geometry.sizes.length - 1 }, (_, id) => ({
    x: geometry.anchors[2 * slotOf(id)] / 32768,
    y: geometry.anchors[2 * slotOf(id) + 1] / 32768,
    size: geometry.sizes[slotOf(id)],
    swatch: null,
  }));
  return Uint8Array.from([0, ...assignSwatches(places)]);
}

const BINS = 12;

/** The mean of the rows in the densest 3 x 3 bins of a histogram over the rows' box. */
function densestPlace(positions: Uint16Array, rows: Uint32Array): [number, number] {
  if (!rows.length) return [0, 0];
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < rows.length; i++) {
    const x = positions[2 * rows[i]];
    const y = positions[2 * rows[i] + 1];
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  const [columnsPerUnit, bandsPerUnit] = [BINS / (x1 - x0 + 1), BINS / (y1 - y0 + 1)];
  const bins = new Uint8Array(rows.length);
  const counts = new Uint32Array(BINS * BINS);
  for (let i = 0; i < rows.length; i++) {
    const column = Math.floor((positions[2 * rows[i]] - x0) * columnsPerUnit);
    const band = Math.floor((positions[2 * rows[i] + 1] - y0) * bandsPerUnit);
    bins[i] = band * BINS + column;
    counts[bins[i]]++;
  }
  const around = densestBins(counts);
  let [sumX, sumY, n] = [0, 0, 0];
  for (let i = 0; i < rows.length; i++)
    if (around[bins[i]]) {
      sumX += positions[2 * rows[i]];
      sumY += positions[2 * rows[i] + 1];
      n++;
    }
  return [sumX / n, sumY / n];
}

/** 1 for each of the 3 x 3 bins that together hold most. */
function densestBins(counts: Uint32Array): Uint8Array {
  let most = 0;
  let densest = new Uint8Array(counts.length);
  for (let band = 0; band < BINS; band++)
    for (let column = 0; column < BINS; column++) {
      const around = new Uint8Array(counts.length);
      let sum = 0;
      for (let b = Math.max(0, band - 1); b <= Math.min(BINS - 1, band + 1); b++)
        for (let c = Math.max(0, column - 1); c <= Math.min(BINS - 1, column + 1); c++) {
          around[b * BINS + c] = 1;
          sum += counts[b * BINS + c];
        }
      if (sum > most) [most, densest] = [sum, around];
    }
  return densest;
}
