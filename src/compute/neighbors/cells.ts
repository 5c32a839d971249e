import type { Kernels } from "../kernels/kernels";
import { seededRandom } from "../random";
import { makeIndex, RADIUS, type SearchIndex } from "./search-index";

/** Rows of a cell, about. */
const CELL = 112;
/** Rows for each cell that the centroids are found from, and in how many rounds. */
const SAMPLE = 16;
const ROUNDS = 3;

/** Rows in cells of the same nearest centroid. */
export interface Cells {
  /** Cell c has rows `order[bounds[c]]` to `order[bounds[c + 1] - 1]`. */
  readonly order: Int32Array;
  readonly bounds: Int32Array;
  /** The cells of the nearest centroids, its own first: `m` for each row. */
  readonly nearest: Int32Array;
  readonly m: number;
}

/** Rows, group after group: group g has `order[bounds[g]]` to `order[bounds[g + 1] - 1]`. */
type Groups = Pick<Cells, "order" | "bounds">;

/**
 * Parts the rows of an index in cells by k-means (Lloyd's algorithm on a sample). Centroids that have much more of the sample than others
 * become several, however alike their rows are, so that no cell has many times the rows of others.
 * @param most how many nearest centroids of each row are found
 */
export function partition(kernels: Kernels, index: SearchIndex, most: number, seed: number): Cells {
  const random = seededRandom(seed);
  const { rows, width } = index;
  const wanted = Math.max(1, Math.round(rows / CELL));
  const each = Math.min(SAMPLE, Math.floor(rows / wanted));
  const step = rows / (wanted * each);
  const sample = Int32Array.from({ length: wanted * each }, (_, i) => Math.floor((i + random()) * step));
  return kernels.scoped(() => {
    const means = kernels.allocate(wanted * width * 4);
    const order = sample.filter((_, i) => i % each === 0);
    fillMeans(kernels, index, { order, bounds: Int32Array.from({ length: wanted + 1 }, (_, c) => c) }, means);
    let groups: Groups = { order, bounds: Int32Array.of(0, wanted) };
    for (let round = 0; round < ROUNDS; round++) {
      const nearest = nearestCentroids(kernels, index, { means, count: wanted, m: 1 }, sample);
      const { starts, members } = groupBy(nearest, wanted);
      groups = { order: members.map((i) => sample[i]), bounds: starts };
      fillMeans(kernels, index, groups, means);
    }
    const parts = halveLarge(kernels, index, groups, 2 * each, seed);
    const count = parts.bounds.length - 1;
    const partMeans = kernels.allocate(count * width * 4);
    fillMeans(kernels, index, parts, partMeans);
    const m = Math.min(most, count);
    const nearest = nearestCentroids(kernels, index, { means: partMeans, count, m });
    const own = nearest.filter((_, i) => i % m === 0);
    const { starts, members } = groupBy(own, count);
    return { order: members, bounds: starts, nearest, m };
  });
}

/** The items of each group, ascending: `members[starts[g]]` to `members[starts[g + 1] - 1]`. */
export function groupBy(of: Int32Array, groups: number): { starts: Int32Array; members: Int32Array } {
  const starts = new Int32Array(groups + 1);
  for (const group of of) starts[group + 1]++;
  for (let g = 0; g < groups; g++) starts[g + 1] += starts[g];
  const next = starts.slice(0, groups);
  const members = new Int32Array(of.length);
  of.forEach((group, item) => (members[next[group]++] = item));
  return { starts, members };
}

/** The `m` nearest of some centroids, nearest first, for some rows of an index, or for all. */
function nearestCentroids(
  kernels: Kernels,
  index: SearchIndex,
  { means, count, m }: { means: number; count: number; m: number },
  rows?: Int32Array,
): Int32Array {
  return kernels.scoped(() => {
    const { width } = index;
    const source = { address: means, rows: count, stride: width, origin: new Float32Array(width) };
    // Means of sketches stay as they are.
    const centroids = makeIndex(kernels, { ...source, meanDistance: RADIUS / 3 }, 0);
    const queries = rows?.length ?? index.rows;
    const out = kernels.allocate(queries * m * 4);
    const args = [index.address, centroids.address, rows ? kernels.put(rows) : 0, queries, m, out];
    const scratchBytes = width * 8 + 128 + 16 * m;
    kernels.run({ kernel: "nearestCentroids", count: Math.ceil(queries / 4), grain: 32, scratchBytes, args });
    return kernels.int32(out, queries * m).slice();
  });
}

/** The means of the sketches of groups; a group without rows keeps what is there. */
function fillMeans(kernels: Kernels, index: SearchIndex, { order, bounds }: Groups, means: number): void {
  kernels.scoped(() => {
    const args = [index.address, kernels.put(order), kernels.put(bounds), means];
    kernels.run({ kernel: "cellMeans", count: bounds.length - 1, grain: 8, args });
  });
}

/** Halves groups, at the medians of random projections, until none has more than `most` rows; leaves empty ones out. */
function halveLarge(
  kernels: Kernels,
  index: SearchIndex,
  { order, bounds }: Groups,
  most: number,
  seed: number,
): Groups {
  const ends: number[] = [];
  const large: number[] = [];
  let largest = 0;
  for (let g = 0; g + 1 < bounds.length; g++) {
    const [first, past] = [bounds[g], bounds[g + 1]];
    if (first === past) continue;
    halve(first, past, most, ends);
    if (past - first > most) large.push(first, past);
    largest = Math.max(largest, past - first);
  }
  return kernels.scoped(() => {
    const at = kernels.put(order);
    const args = [index.address, at, kernels.put(Int32Array.from(large)), most, seed | 0];
    const scratchBytes = largest * 4 + index.width * 2;
    kernels.run({ kernel: "splitGroups", count: large.length / 2, grain: 1, scratchBytes, args });
    return { order: kernels.int32(at, order.length).slice(), bounds: Int32Array.of(0, ...ends) };
  });
}

/** The ends of the parts of a range that is halved until none is too large: as in the kernel. */
function halve(first: number, past: number, most: number, ends: number[]): void {
  if (past - first <= most) ends.push(past);
  else {
    const middle = first + ((past - first) >> 1);
    halve(first, middle, most, ends);
    halve(middle, past, most, ends);
  }
}
