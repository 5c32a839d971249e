import { LatentScopeError } from "../../scope";
import type { Kernels } from "../kernels/kernels";

/** How two vectors are compared. */
export type Metric = "cosine" | "euclidean";

/** Whether this is the name of a metric. */
export const isMetric = (name: unknown): name is Metric => name === "cosine" || name === "euclidean";

/** Row vectors in the memory of the kernels: `stride` numbers a row, a multiple of 4, zeros after the last dimension. */
export interface StoredRows {
  readonly address: number;
  readonly rows: number;
  readonly stride: number;
}

/** Rows in a unit of their own. */
export interface ScaledRows extends StoredRows {
  /** How long a stored row of length 1 is in the vectors. */
  readonly unit: number;
}

/** Distances by the metric, from squared Euclidean distances of stored rows. */
export function distancesOf(squares: Float32Array, metric: Metric, { unit }: ScaledRows): Float32Array {
  return squares.map(metric === "cosine" ? (square) => square / 2 : (square) => Math.sqrt(square) * unit);
}

const GRAIN = 512;
/** Between these, squares of lengths and of what rounding leaves of them fit single precision. */
const SHORTEST = 2 ** -30;
const LONGEST = 2 ** 50;
/** Distances of vectors up to this length are numbers of single precision. */
const MOST_LENGTH = 1e38;

/**
 * Copies vectors into the memory of the kernels. For the cosine metric they are scaled to length 1: half the squared Euclidean distance is
 * then the cosine distance. A vector of zeros has no direction; all of them get one more dimension to point into, at distance 0 from each
 * other and 1 from everything else, as in umap-learn. For the Euclidean metric they stay as they are, or are all scaled by a power of two
 * where their squared distances would not fit single precision.
 * @throws LatentScopeError `bad-vectors` when a value is not finite, or a vector too long for the Euclidean metric
 */
export function storeRows(
  kernels: Kernels,
  vectors: Float32Array,
  rows: number,
  dimensions: number,
  metric: Metric,
): ScaledRows {
  const stride = Math.ceil((dimensions + (metric === "cosine" ? 1 : 0)) / 4) * 4;
  const tight = Math.ceil(dimensions / 4) * 4;
  let stored = put(kernels, vectors, rows, dimensions, tight);
  const squares = kernels.allocate(rows * 8);
  kernels.run({ kernel: "squaredLengths", count: rows, grain: GRAIN, args: [stored.address, tight, squares] });
  const lengths = kernels.float64(squares, rows);
  const bad = lengths.findIndex((square) => !Number.isFinite(square));
  if (bad >= 0) throw notFinite(vectors, bad, dimensions);
  if (metric === "euclidean") return { ...stored, unit: fitIntoRange(kernels, stored, lengths) };
  if (stride > tight && lengths.includes(0)) stored = spread(kernels, stored, stride);
  const args = [stored.address, stored.stride, squares, dimensions];
  kernels.run({ kernel: "toUnitLength", count: rows, grain: GRAIN, args });
  return { ...stored, unit: 1 };
}

/** Scales the rows unless the longest one is in range; returns the unit. */
function fitIntoRange(kernels: Kernels, { address, rows, stride }: StoredRows, squares: Float64Array): number {
  let longest = 0;
  for (let row = 0; row < rows; row++) if (squares[row] > squares[longest]) longest = row;
  const length = Math.sqrt(squares[longest]);
  if (length > MOST_LENGTH) throw tooLong(longest, length);
  if (length === 0 || (length > SHORTEST && length < LONGEST)) return 1;
  const unit = 2 ** Math.floor(Math.log2(length));
  const values = kernels.float32(address, rows * stride);
  for (let i = 0; i < values.length; i++) values[i] /= unit;
  return unit;
}

function put(kernels: Kernels, vectors: Float32Array, rows: number, dimensions: number, stride: number): StoredRows {
  const address = kernels.allocate(rows * stride * 4);
  const values = kernels.float32(address, rows * stride);
  if (stride === dimensions) values.set(vectors);
  else {
    values.fill(0);
    for (let row = 0; row < rows; row++)
      values.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), row * stride);
  }
  return { address, rows, stride };
}

/** The rows with a longer stride. */
function spread(kernels: Kernels, { address, rows, stride }: StoredRows, wider: number): StoredRows {
  const to = kernels.allocate(rows * wider * 4);
  const values = kernels.float32(to, rows * wider).fill(0);
  for (let row = 0; row < rows; row++) values.set(kernels.float32(address + row * stride * 4, stride), row * wider);
  return { address: to, rows, stride: wider };
}

function notFinite(vectors: Float32Array, row: number, dimensions: number): LatentScopeError {
  const at = vectors.subarray(row * dimensions, (row + 1) * dimensions).findIndex((value) => !Number.isFinite(value));
  return new LatentScopeError(
    "bad-vectors",
    `The vector of row ${row} has the value ${vectors[row * dimensions + at]} in dimension ${at}: vectors need finite numbers. Embed the row again or leave it out.`,
  );
}

function tooLong(row: number, length: number): LatentScopeError {
  return new LatentScopeError(
    "bad-vectors",
    `The vector of row ${row} has the length ${length.toPrecision(3)}: the metric "euclidean" takes lengths up to ${MOST_LENGTH}. Scale the vectors down.`,
  );
}

/** Rows of which no two are equal. */
export interface DistinctRows extends StoredRows {
  /** Which of them each original row is. */
  readonly of: Int32Array;
}

/** Moves the distinct rows together, in the order of their first appearance. */
export function distinctRows(kernels: Kernels, stored: StoredRows): DistinctRows {
  const { address, rows, stride } = stored;
  const hashes = kernels.scoped(() => {
    const at = kernels.allocate(rows * 4);
    kernels.run({ kernel: "hashRows", count: rows, grain: GRAIN, args: [address, stride, at] });
    return kernels.int32(at, rows).slice();
  });
  const words = kernels.int32(address, rows * stride);
  const equal = (a: number, b: number): boolean => {
    for (let d = 0; d < stride; d++) if (words[a * stride + d] !== words[b * stride + d]) return false;
    return true;
  };
  const of = new Int32Array(rows);
  /** The last distinct row with a hash, and for each the one before it. */
  const last = new Map<number, number>();
  const before: number[] = [];
  let count = 0;
  for (let row = 0; row < rows; row++) {
    let found = last.get(hashes[row]) ?? -1;
    while (found >= 0 && !equal(found, row)) found = before[found];
    if (found < 0) {
      found = count++;
      before.push(last.get(hashes[row]) ?? -1);
      last.set(hashes[row], found);
      if (found !== row) words.copyWithin(found * stride, row * stride, (row + 1) * stride);
    }
    of[row] = found;
  }
  return { address, rows: count, stride, of };
}

/** Puts row `order[i]` in place i, in the same memory, where rows take `size` bytes. */
export function permuteRows(kernels: Kernels, address: number, size: number, order: Int32Array): void {
  const bytes = new Uint8Array(kernels.memory.buffer, address, order.length * size);
  const displaced = new Uint8Array(size);
  const done = new Uint8Array(order.length);
  for (let first = 0; first < order.length; first++) {
    if (done[first]) continue;
    displaced.set(bytes.subarray(first * size, (first + 1) * size));
    let to = first;
    for (let from = order[to]; from !== first; to = from, from = order[to]) {
      bytes.copyWithin(to * size, from * size, (from + 1) * size);
      done[to] = 1;
    }
    bytes.set(displaced, to * size);
    done[to] = 1;
  }
}
