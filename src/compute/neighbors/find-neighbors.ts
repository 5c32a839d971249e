import type { Kernels } from "../kernels/kernels";
import { descend, leafOrder, type DescentOptions } from "./descent";
import { compareAll } from "./exact-search";
import { projectedSource } from "./projected";
import { makeIndex, type SearchIndex, type SketchSource } from "./search-index";
import { centreOf } from "./centre";
import { distinctRows, permuteRows, storeRows, type DistinctRows, type Metric } from "./stored-rows";

/** Up to this many distinct rows all pairs are compared. */
const MOST_EXACT_ROWS = 20_000;

/** What is searched. */
export interface NeighborTask {
  rows: number;
  dimensions: number;
  /** Neighbours of each row, itself not counted: 1 to `rows` - 1. */
  k: number;
  metric: Metric;
  seed: number;
  /** Share of the true neighbours that a search of many rows has to find, as it estimates. */
  recall: number;
}

/** The nearest rows of each row, nearest first, `k` a row; the row itself is not among them. */
export interface Neighbors {
  indices: Uint32Array;
  distances: Float32Array;
  /** Share of the true neighbours that were found: 1 where all pairs were compared, else estimated. */
  recall: number;
}

/**
 * Finds the nearest rows of every row. Equal rows are searched as one and share their neighbours.
 * @param onRows told now and then how many rows' worth of the work is done
 * @throws LatentScopeError `bad-vectors` when a value is not finite
 */
export function findNeighbors(
  kernels: Kernels,
  vectors: Float32Array,
  { rows, dimensions, k, metric, seed, recall }: NeighborTask,
  onRows: (done: number) => void = () => {},
): Neighbors {
  return kernels.scoped(() => {
    const stored = storeRows(kernels, vectors, rows, dimensions, metric);
    const distinct = distinctRows(kernels, stored);
    const among = Math.min(k, distinct.rows - 1);
    const onShare = (share: number): void => onRows(Math.round(rows * share));
    if (among === 0) return { ...expand(distinct.of, 1, noLists, 0, k), recall: 1 };
    const own = centreOf(kernels, distinct);
    const { index, of, reached } =
      distinct.rows <= MOST_EXACT_ROWS
        ? searchAll(kernels, distinct, own, among, onShare)
        : searchMost(kernels, distinct, own, among, { seed, recall }, onShare);
    onRows(rows);
    const ids = kernels.int32(index.ids, distinct.rows * among);
    const squares = kernels.float32(index.distances, distinct.rows * among);
    const distances = squares.map(
      metric === "cosine" ? (square) => square / 2 : (square) => Math.sqrt(square) * stored.unit,
    );
    return { ...expand(of, distinct.rows, { ids, distances }, among, k), recall: reached };
  });
}

/** What a search leaves behind. */
interface Searched {
  index: SearchIndex;
  /** Which row of the index each original row is. */
  of: Int32Array;
  reached: number;
}

function searchAll(
  kernels: Kernels,
  distinct: DistinctRows,
  own: SketchSource,
  k: number,
  onShare: (share: number) => void,
): Searched {
  const index = makeIndex(kernels, distinct, own, k);
  compareAll(kernels, index, onShare);
  return { index, of: distinct.of, reached: 1 };
}

function searchMost(
  kernels: Kernels,
  distinct: DistinctRows,
  own: SketchSource,
  k: number,
  options: DescentOptions,
  onShare: (share: number) => void,
): Searched {
  const projected = projectedSource(kernels, distinct, own, options.seed);
  // Rows that are compared often should lie near each other: those of a leaf side by side. An order needs no lists.
  const order = kernels.scoped(() => leafOrder(kernels, makeIndex(kernels, distinct, projected, 1), options.seed));
  permuteRows(kernels, distinct, order);
  if (projected.address !== distinct.address) permuteRows(kernels, { ...projected, rows: distinct.rows }, order);
  const places = new Int32Array(distinct.rows);
  order.forEach((row, place) => (places[row] = place));
  const index = makeIndex(kernels, distinct, projected, k, own);
  const { recall } = descend(kernels, index, options, onShare);
  return { index, of: distinct.of.map((row) => places[row]), reached: recall };
}

/** Neighbours of distinct rows. */
interface Lists {
  ids: Int32Array;
  distances: Float32Array;
}

const noLists: Lists = { ids: new Int32Array(0), distances: new Float32Array(0) };

/**
 * From the neighbours of distinct rows to those of all rows: first the rows that are equal, the next ones in turn so that none is
 * everybody's neighbour, then those that each neighbour stands for.
 * @param of which of the `count` distinct rows each row is
 * @param among length of their lists
 */
function expand(
  of: Int32Array,
  count: number,
  { ids, distances }: Lists,
  among: number,
  k: number,
): Omit<Neighbors, "recall"> {
  const { starts, members } = groupBy(of, count);
  const out = { indices: new Uint32Array(of.length * k), distances: new Float32Array(of.length * k) };
  const turn = new Int32Array(count);
  for (let row = 0; row < of.length; row++) {
    const own = of[row];
    const place = turn[own]++;
    let to = row * k;
    const end = to + k;
    const add = (group: number, from: number, most: number, distance: number): void => {
      const size = starts[group + 1] - starts[group];
      for (let i = 0; i < most && to < end; i++, to++) {
        out.indices[to] = members[starts[group] + ((from + i) % size)];
        out.distances[to] = distance;
      }
    };
    add(own, place + 1, starts[own + 1] - starts[own] - 1, 0);
    for (let i = own * among; i < (own + 1) * among && to < end; i++)
      add(ids[i], place, starts[ids[i] + 1] - starts[ids[i]], distances[i]);
  }
  return out;
}

/** The rows of each group, ascending: `members[starts[g]]` to `members[starts[g + 1] - 1]`. */
function groupBy(of: Int32Array, groups: number): { starts: Int32Array; members: Int32Array } {
  const starts = new Int32Array(groups + 1);
  for (const group of of) starts[group + 1]++;
  for (let g = 0; g < groups; g++) starts[g + 1] += starts[g];
  const next = starts.slice(0, groups);
  const members = new Int32Array(of.length);
  of.forEach((group, row) => (members[next[group]++] = row));
  return { starts, members };
}
