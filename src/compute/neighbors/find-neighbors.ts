import type { Kernels } from "../kernels/kernels";
import { centreOf } from "./centre";
import { groupBy, partition, type Cells } from "./cells";
import { descend } from "./descent";
import { compareAll } from "./exact-search";
import { principalBasis } from "./projected";
import {
  makeIndex,
  measureRows,
  permuteIndex,
  setResidualShare,
  type SearchIndex,
  type SketchSource,
} from "./search-index";
import { distancesOf, distinctRows, storeRows, type DistinctRows, type Metric } from "./stored-rows";
import { recallOf, residualShareOf, sampleTruth, sketchesAreFaithful, type Truth } from "./truth";
import { compareCells, visitCells } from "./visits";

/** Up to this many distinct rows comparing all pairs takes no time. */
const MOST_EXACT_ROWS = 4096;
/** How near cells have to be to be visited, in steps; and how often rows are parted in cells. */
const STEPS = [2, 4, 7, 12, 20];
const MOST_TIMES = 4;
/** Share of the neighbours that need not be found which may be ruled out by their sketches. */
const LOST = 1 / 3;

/** What is searched. */
export interface NeighborTask {
  rows: number;
  dimensions: number;
  /** Neighbours of each row, itself not counted: 1 to `rows` - 1. */
  k: number;
  metric: Metric;
  seed: number;
  /** Share of the true neighbours that have to be found, as it estimates; 1 for all of them. */
  recall: number;
}

/** The nearest rows of each row, nearest first, `k` a row; the row itself is not among them. */
export interface Neighbors {
  indices: Uint32Array;
  distances: Float32Array;
  /** Share of the true neighbours that were found: 1 where all pairs were measured, else estimated. */
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
      recall === 1 || distinct.rows <= MOST_EXACT_ROWS
        ? searchExactly(kernels, distinct, own, among, onShare)
        : searchCells(kernels, distinct, own, { k: among, seed, recall }, onShare);
    onRows(rows);
    const ids = kernels.int32(index.ids, distinct.rows * among);
    const distances = distancesOf(kernels.float32(index.distances, distinct.rows * among), metric, stored);
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

/** All pairs; sketches rule out none that are near enough. */
function searchExactly(
  kernels: Kernels,
  distinct: DistinctRows,
  own: SketchSource,
  k: number,
  onShare: (share: number) => void,
): Searched {
  const index = makeIndex(kernels, own, k);
  compareAll(kernels, index, onShare);
  return { index, of: distinct.of, reached: 1 };
}

/**
 * Rows of near cells, in steps, so that lists are nearly good before most rows are compared; then neighbours of neighbours. A sample of rows
 * that are searched among all others tells when it is enough.
 */
function searchCells(
  kernels: Kernels,
  distinct: DistinctRows,
  own: SketchSource,
  { k, seed, recall }: Pick<NeighborTask, "k" | "seed" | "recall">,
  onShare: (share: number) => void,
): Searched {
  const basis = principalBasis(kernels, distinct, seed);
  const index = makeIndex(kernels, own, k, { basis });
  const parted = partition(kernels, index, STEPS[STEPS.length - 1], seed);
  // Rows that are compared often should lie near each other: those of a cell side by side.
  const { places, cells } = inOrder(parted);
  permuteIndex(kernels, index, parted.order);
  const truth = sampleTruth(kernels, index, seed);
  if (!sketchesAreFaithful(kernels, index, truth)) measureRows(kernels, index);
  if (basis) setResidualShare(kernels, index, residualShareOf(kernels, index, truth, (1 - recall) * LOST));
  onShare(0.2);
  compareCells(kernels, index, cells);
  visitAndDescend(kernels, index, cells, truth, { recall, seed }, (share) => onShare(0.2 + 0.75 * share));
  kernels.run({ kernel: "rankAgain", count: index.rows, grain: 256, scratchBytes: k * 4, args: [index.address] });
  return { index, of: distinct.of.map((row) => places[row]), reached: recallOf(kernels, index, truth) };
}

/** Compares rows of near cells and neighbours of neighbours, if need be with other cells again, until enough neighbours are found. */
function visitAndDescend(
  kernels: Kernels,
  index: SearchIndex,
  cells: Cells,
  truth: Truth,
  { recall, seed }: Pick<NeighborTask, "recall" | "seed">,
  onShare: (share: number) => void,
): void {
  let reached = 0;
  for (let time = 0; time < MOST_TIMES && reached < recall; time++) {
    // The rows of the first cells have been compared with each other.
    const visited = time === 0 ? cells : partition(kernels, index, STEPS[STEPS.length - 1], seed + time);
    let from = time === 0 ? 1 : 0;
    for (const to of STEPS) {
      visitCells(kernels, index, visited, from, to);
      from = to;
      reached = recallOf(kernels, index, truth);
      if (reached >= recall) break;
      if (time === 0) onShare((0.8 * to) / STEPS[STEPS.length - 1]);
    }
    if (reached < recall) reached = descend(kernels, index, truth, recall, seed + time);
  }
}

/** Where the rows of cells are when they lie side by side, and the cells then. */
function inOrder({ order, bounds, nearest, m }: Cells): { places: Int32Array; cells: Cells } {
  const places = new Int32Array(order.length);
  const moved = new Int32Array(nearest.length);
  order.forEach((row, place) => {
    places[row] = place;
    moved.set(nearest.subarray(row * m, (row + 1) * m), place * m);
  });
  return { places, cells: { order: order.map((_, place) => place), bounds, nearest: moved, m } };
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
