import type { Kernels } from "../kernels/kernels";
import { seededRandom } from "../random";
import { recordOfRows, setTightness, type SearchIndex } from "./search-index";

/** Trees that candidates come from, at first and each time that they were too few, and the most rows of a leaf. */
const TREES = 48;
const MORE_TREES = 16;
const MOST_TIMES = 4;
const LEAF = 64;
/** Candidates of a row in a round, of new and of known ones each. */
const CANDIDATES = 40;
const MOST_ROUNDS = 12;
/** A round that changes fewer entries than this share of all is the last. */
const CHANGES = 0.001;
/** Rows whose neighbours are searched among all others to estimate the recall. */
const SAMPLE = 128;
/** Share of the nearest rows that may be ruled out by their sketches: the others find most of them. */
const LOST = 0.02;
/** Rows of a block, blocks and leaves that are compared before what they found is applied, and pairs that a block may find for each row. */
const BLOCK = 64;
const BLOCKS = 256;
const LEAVES = 1024;
const PAIRS_A_ROW = 192;
/** Ranges of rows that take updates side by side: a fixed number, so that it does not depend on the threads. */
const CHUNKS = 8;

/** When a descent has found enough. */
export interface DescentOptions {
  seed: number;
  /** The estimated recall that it stops at. */
  recall: number;
}

/** What came of a descent. */
export interface Descent {
  /** The share of the true neighbours in the lists, from a sample. */
  recall: number;
}

/**
 * Fills the lists of an index with neighbours, most of them the true ones: first candidates from random-projection trees, then neighbour
 * descent (Dong, Moses, Li 2011: "Efficient k-nearest neighbor graph construction for generic similarity measures"): neighbours of
 * neighbours are compared, in rounds, until little changes. While the estimated recall is below the wanted one, more trees are planted.
 * @param onShare told about what share is done
 */
export function descend(
  kernels: Kernels,
  index: SearchIndex,
  { seed, recall }: DescentOptions,
  onShare: (share: number) => void,
): Descent {
  const truth = sampleTruth(kernels, index, seed);
  setTightness(kernels, index, tightnessOf(kernels, index, truth));
  onShare(0.05);
  let reached = 0;
  for (let time = 0; time < MOST_TIMES && reached < recall; time++) {
    const trees = time === 0 ? TREES : MORE_TREES;
    kernels.scoped(() => joinTrees(kernels, index, trees, seed + 1000 * time));
    if (time === 0) onShare(0.6);
    reached = kernels.scoped(() => joinNeighborhoods(kernels, index, truth, { seed: seed + time, recall }));
    onShare(0.95);
  }
  const count = index.rows.rows;
  kernels.run({ kernel: "rankAgain", count, grain: 256, scratchBytes: index.k * 4, args: [index.address] });
  onShare(1);
  return { recall: reached };
}

/** Rounds of neighbour descent; returns the estimated recall. */
function joinNeighborhoods(
  kernels: Kernels,
  index: SearchIndex,
  truth: Truth,
  { seed, recall }: DescentOptions,
): number {
  const { rows } = index.rows;
  const groups = makeGroups(kernels, rows);
  const capacity = BLOCK * PAIRS_A_ROW;
  const updates = kernels.allocate(BLOCKS * (capacity * 12 + 16));
  let reached = recallOf(kernels, index, truth);
  for (let round = 1; round <= MOST_ROUNDS && reached < recall; round++) {
    kernels.run({ kernel: "gatherCandidates", count: 1, grain: 1, args: [index.address, groups, seed + round] });
    let changes = 0;
    for (let first = 0; first < rows; first += BLOCKS * BLOCK) {
      const blocks = Math.min(BLOCKS, Math.ceil((rows - first) / BLOCK));
      kernels.run({
        ...{ kernel: "joinCandidates", count: blocks, grain: 1, scratchBytes: joinBytes(index, 2 * CANDIDATES) },
        args: [index.address, groups, first, BLOCK, updates, capacity],
      });
      changes += applyUpdates(kernels, index, updates, blocks, capacity);
    }
    reached = recallOf(kernels, index, truth);
    if (changes < CHANGES * rows * index.k) break;
  }
  return reached;
}

/** All rows, those of a leaf of one tree side by side, and near leaves near each other. */
export function leafOrder(kernels: Kernels, index: SearchIndex, seed: number): Int32Array {
  const { rows } = index.rows;
  return kernels.scoped(() => {
    const order = kernels.allocate(rows * 4);
    plantTrees(kernels, index, 1, seed - 1, order);
    return kernels.int32(order, rows).slice();
  });
}

function plantTrees(kernels: Kernels, index: SearchIndex, count: number, seed: number, orders: number): void {
  const args = [index.address, LEAF, seed | 0, orders];
  const scratchBytes = index.rows.rows * 4 + index.width * 2;
  kernels.run({ kernel: "plantTrees", count, grain: 1, scratchBytes, args });
}

function joinTrees(kernels: Kernels, index: SearchIndex, trees: number, seed: number): void {
  const { rows } = index.rows;
  const orders = kernels.allocate(trees * rows * 4);
  plantTrees(kernels, index, trees, seed, orders);
  const bounds = leafBounds(rows);
  const boundsAt = kernels.put(bounds);
  const capacity = (LEAF * (LEAF - 1)) / 2;
  const updates = kernels.allocate(LEAVES * (capacity * 12 + 16));
  for (let tree = 0; tree < trees; tree++) {
    for (let first = 0; first < bounds.length - 1; first += LEAVES) {
      const leaves = Math.min(LEAVES, bounds.length - 1 - first);
      kernels.run({
        ...{ kernel: "joinLeaves", count: leaves, grain: 4, scratchBytes: joinBytes(index, LEAF) },
        args: [index.address, orders + tree * rows * 4, boundsAt + first * 4, updates, capacity],
      });
      applyUpdates(kernels, index, updates, leaves, capacity);
    }
  }
}

/** Where the leaves of a tree begin: a range is halved until no part has more rows than a leaf may. */
function leafBounds(rows: number): Int32Array {
  const bounds: number[] = [];
  const halve = (start: number, end: number): void => {
    if (end - start <= LEAF) bounds.push(start);
    else {
      const middle = (start + end) >> 1;
      halve(start, middle);
      halve(middle, end);
    }
  };
  halve(0, rows);
  return Int32Array.from([...bounds, rows]);
}

/** Scratch memory for comparing so many rows: their products, three words and a sketch each. */
function joinBytes(index: SearchIndex, rows: number): number {
  return 128 + Math.ceil(rows / 8) * 8 * (12 + index.width * 2);
}

function applyUpdates(
  kernels: Kernels,
  index: SearchIndex,
  updates: number,
  regions: number,
  capacity: number,
): number {
  return kernels.scoped(() => {
    const changes = kernels.allocate(CHUNKS * 4);
    const args = [index.address, updates, regions, capacity, CHUNKS, changes];
    kernels.run({ kernel: "applyUpdates", count: CHUNKS, grain: 1, args });
    return kernels.int32(changes, CHUNKS).reduce((sum, count) => sum + count, 0);
  });
}

/** Lists of candidates; returns the address of their record. */
function makeGroups(kernels: Kernels, rows: number): number {
  const lists = rows * CANDIDATES * 4;
  const words = [
    CANDIDATES,
    kernels.allocate(lists),
    kernels.allocate(rows * 4),
    kernels.allocate(lists),
    kernels.allocate(rows * 4),
  ];
  return kernels.put(Int32Array.from(words));
}

/** The nearest rows, of all, of some. */
interface Truth {
  queries: Int32Array;
  /** k a query, and their squared distances. */
  ids: Int32Array;
  squares: Float32Array;
}

/** Searches all rows, leaving out none that could be near enough. */
function sampleTruth(kernels: Kernels, index: SearchIndex, seed: number): Truth {
  const { k } = index;
  const { rows } = index.rows;
  const random = seededRandom(seed);
  const count = Math.min(SAMPLE, rows);
  const queries = Int32Array.from({ length: count }, (_, i) => Math.floor(((i + random()) * rows) / count));
  return kernels.scoped(() => {
    const queriesAt = kernels.put(queries);
    const ids = kernels.allocate(count * k * 4);
    const squares = kernels.allocate(count * k * 4);
    const args = [recordOfRows(kernels, index), queriesAt, rows, k, ids, squares];
    kernels.run({ kernel: "searchRows", count, grain: 1, args });
    return {
      queries,
      ids: kernels.int32(ids, count * k).slice(),
      squares: kernels.float32(squares, count * k).slice(),
    };
  });
}

/**
 * By which factor, at least, the squared distances of nearest rows are larger than those of their sketches, which leave dimensions out; but
 * for a few of them, {@link LOST}.
 */
function tightnessOf(kernels: Kernels, { sketches, width, k, rows, toSketch }: SearchIndex, truth: Truth): number {
  const values = new Int16Array(kernels.memory.buffer, sketches, rows.rows * width);
  const factors: number[] = [];
  truth.ids.forEach((id, i) => {
    const row = truth.queries[Math.floor(i / k)];
    let square = 0;
    for (let d = 0; d < width; d++) square += (values[row * width + d] - values[id * width + d]) ** 2;
    if (square > width) factors.push((truth.squares[i] * toSketch * toSketch) / square);
  });
  factors.sort((a, b) => a - b);
  return Math.max(1, factors[Math.floor(factors.length * LOST)] ?? 1);
}

function recallOf(kernels: Kernels, { ids, k, rows }: SearchIndex, truth: Truth): number {
  const lists = kernels.int32(ids, rows.rows * k);
  let found = 0;
  truth.queries.forEach((row, i) => {
    const list = new Set(lists.subarray(row * k, (row + 1) * k));
    for (let at = i * k; at < (i + 1) * k; at++) if (list.has(truth.ids[at])) found++;
  });
  return found / truth.ids.length;
}
