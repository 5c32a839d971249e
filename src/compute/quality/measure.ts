import type { ClusterQuality } from "../quality";

export interface QualityTask {
  readonly points: Float32Array;
  readonly labels: Int32Array;
  readonly dimensions: number;
}

/** Points whose silhouette is measured. */
const MOST_SILHOUETTES = 1000;
/** Differences of two numbers that the silhouettes may take: less than a second. Where that is not enough, they are measured against a part. */
const MOST_DIFFERENCES = 1e9;

/** The three measures; see {@link ClusterQuality}. */
export function measure({ points, labels, dimensions }: QualityTask): ClusterQuality {
  const rows = Int32Array.from(labels.keys()).filter((row) => labels[row] >= 0);
  const ids = new Map([...new Set(rows.map((row) => labels[row]))].map((label, id) => [label, id]));
  const clusters = Int32Array.from(rows, (row) => ids.get(labels[row]) ?? 0);
  if (ids.size < 2 || ids.size >= rows.length) return { silhouette: null, calinskiHarabasz: null, daviesBouldin: null };
  const data: Clustered = { points, dimensions, rows, clusters, count: ids.size };
  const centroids = centroidsOf(data);
  return {
    silhouette: silhouette(data),
    calinskiHarabasz: calinskiHarabasz(data, centroids),
    daviesBouldin: daviesBouldin(data, centroids),
  };
}

interface Clustered {
  readonly points: Float32Array;
  readonly dimensions: number;
  /** Rows of points that are in a cluster, and the cluster of each, 0 to `count` - 1. */
  readonly rows: Int32Array;
  readonly clusters: Int32Array;
  readonly count: number;
}

interface Centroids {
  readonly values: Float64Array;
  readonly sizes: Int32Array;
}

function centroidsOf({ points, dimensions, rows, clusters, count }: Clustered): Centroids {
  const values = new Float64Array(count * dimensions);
  const sizes = new Int32Array(count);
  rows.forEach((row, i) => {
    sizes[clusters[i]]++;
    for (let d = 0; d < dimensions; d++) values[clusters[i] * dimensions + d] += points[row * dimensions + d];
  });
  for (let i = 0; i < values.length; i++) values[i] /= sizes[Math.floor(i / dimensions)];
  return { values, sizes };
}

function silhouette(data: Clustered): number {
  const { points, dimensions, rows, clusters, count } = data;
  const chosen = evenly(rows.length, MOST_SILHOUETTES);
  const others = evenly(rows.length, Math.floor(MOST_DIFFERENCES / chosen.length / dimensions));
  const sums = new Float64Array(count);
  const sizes = new Int32Array(count);
  let total = 0;
  for (const i of chosen) {
    sums.fill(0);
    sizes.fill(0);
    for (const j of others) {
      if (i === j) continue;
      sums[clusters[j]] += distance(points, rows[i] * dimensions, points, rows[j] * dimensions, dimensions);
      sizes[clusters[j]]++;
    }
    const own = clusters[i];
    // a point alone in its cluster has silhouette 0
    if (!sizes[own]) continue;
    const inside = sums[own] / sizes[own];
    let nearest = Infinity;
    for (let id = 0; id < count; id++) if (id !== own && sizes[id]) nearest = Math.min(nearest, sums[id] / sizes[id]);
    const larger = Math.max(inside, nearest);
    if (larger > 0 && larger < Infinity) total += (nearest - inside) / larger;
  }
  return total / chosen.length;
}

function calinskiHarabasz(
  { points, dimensions, rows, clusters, count }: Clustered,
  { values, sizes }: Centroids,
): number | null {
  const middle = new Float64Array(dimensions);
  sizes.forEach((size, id) => {
    for (let d = 0; d < dimensions; d++) middle[d] += (values[id * dimensions + d] * size) / rows.length;
  });
  let between = 0;
  sizes.forEach((size, id) => (between += size * distance(values, id * dimensions, middle, 0, dimensions) ** 2));
  let inside = 0;
  rows.forEach(
    (row, i) => (inside += distance(points, row * dimensions, values, clusters[i] * dimensions, dimensions) ** 2),
  );
  return inside > 0 ? (between * (rows.length - count)) / (inside * (count - 1)) : null;
}

function daviesBouldin({ points, dimensions, rows, clusters, count }: Clustered, { values, sizes }: Centroids): number {
  const spread = new Float64Array(count);
  rows.forEach((row, i) => {
    const id = clusters[i];
    spread[id] += distance(points, row * dimensions, values, id * dimensions, dimensions) / sizes[id];
  });
  let total = 0;
  for (let a = 0; a < count; a++) {
    let worst = 0;
    for (let b = 0; b < count; b++) {
      const apart = distance(values, a * dimensions, values, b * dimensions, dimensions);
      if (a !== b && apart > 0) worst = Math.max(worst, (spread[a] + spread[b]) / apart);
    }
    total += worst / count;
  }
  return total;
}

type Numbers = Float32Array | Float64Array;

function distance(a: Numbers, from: number, b: Numbers, to: number, dimensions: number): number {
  let square = 0;
  for (let d = 0; d < dimensions; d++) {
    const difference = a[from + d] - b[to + d];
    square += difference * difference;
  }
  return Math.sqrt(square);
}

/** At most so many of the numbers from 0 on, at even steps. */
function evenly(count: number, most: number): Int32Array {
  const chosen = Math.max(1, Math.min(count, most));
  return Int32Array.from({ length: chosen }, (_, i) => Math.floor((i * count) / chosen));
}
