import { hashPair } from "../random";
import { distanceOfProduct, type UnitVectors } from "./unit-vectors";

/** Rows of a tile: two tiles of 384 dimensions in double precision fit a level 2 cache. */
const TILE = 64;

/** The nearest rows of each row, itself first, nearest first: `k` a row. */
export interface NeighbourLists {
  readonly k: number;
  readonly indices: Int32Array;
  /** Cosine distances, 0 to 2; exactly 0 for equal vectors. */
  readonly distances: Float64Array;
}

/**
 * The exact `k` nearest rows of every row by cosine distance, the row itself included, from all dot products: half of
 * rows² · dimensions multiplications. `k` is at least 2 and at most the number of rows.
 *
 * Among equal distances an arbitrary but fixed choice is made that prefers no row: thousands of equal texts become one heap, not a
 * star around the first of them.
 * @param onRows told now and then how many rows' worth of the work is done
 */
export function exactNeighbours(vectors: UnitVectors, k: number, onRows: (done: number) => void): NeighbourLists {
  const { rows, dimensions } = vectors;
  const lists = new Lists(rows, k);
  const tileA = new Float64Array(TILE * dimensions);
  const tileB = new Float64Array(TILE * dimensions);
  const products = new Float64Array(TILE * TILE);
  const pairs = (rows * rows) / 2;
  for (let a = 0; a < rows; a += TILE) {
    const rowsA = load(tileA, vectors, a);
    for (let b = a; b < rows; b += TILE) {
      const rowsB = load(tileB, vectors, b);
      multiply(products, tileA, tileB, dimensions);
      for (let i = 0; i < rowsA; i++) {
        for (let j = a === b ? i + 1 : 0; j < rowsB; j++) {
          lists.offer(a + i, b + j, distanceOfProduct(products[i * TILE + j]));
        }
      }
    }
    const left = rows - Math.min(rows, a + TILE);
    onRows(Math.round(rows * (1 - (left * left) / 2 / pairs)));
  }
  return lists;
}

/** Lists of the nearest rows, kept in order. */
class Lists implements NeighbourLists {
  readonly indices: Int32Array;
  readonly distances: Float64Array;

  constructor(
    rows: number,
    readonly k: number,
  ) {
    this.indices = new Int32Array(rows * k).fill(-1);
    this.distances = new Float64Array(rows * k).fill(Infinity);
    for (let row = 0; row < rows; row++) {
      this.indices[row * k] = row;
      this.distances[row * k] = 0;
    }
  }

  offer(a: number, b: number, distance: number): void {
    if (distance <= this.distances[a * this.k + this.k - 1]) this.insert(a, b, distance);
    if (distance <= this.distances[b * this.k + this.k - 1]) this.insert(b, a, distance);
  }

  private insert(row: number, neighbour: number, distance: number): void {
    const { indices, distances } = this;
    const first = row * this.k + 1;
    let at = first + this.k - 2;
    if (!this.isBefore(row, neighbour, distance, at)) return;
    for (; at > first && this.isBefore(row, neighbour, distance, at - 1); at--) {
      indices[at] = indices[at - 1];
      distances[at] = distances[at - 1];
    }
    indices[at] = neighbour;
    distances[at] = distance;
  }

  private isBefore(row: number, neighbour: number, distance: number, at: number): boolean {
    if (distance !== this.distances[at]) return distance < this.distances[at];
    return hashPair(row, neighbour) < hashPair(row, this.indices[at]);
  }
}

/**
 * Copies rows `first` and following into a tile, four rows side by side: dimension 0 of four rows, dimension 1 of the same four, and
 * so on, in the order in which {@link multiply} reads them. Places of rows that do not exist keep what was there.
 */
function load(tile: Float64Array, { values, rows, dimensions }: UnitVectors, first: number): number {
  const count = Math.min(TILE, rows - first);
  for (let row = 0; row < count; row++) {
    const from = (first + row) * dimensions;
    const to = (row - (row % 4)) * dimensions + (row % 4);
    for (let d = 0; d < dimensions; d++) tile[to + d * 4] = values[from + d];
  }
  return count;
}

/**
 * The dot products of all rows of one tile with all rows of the other, four by four: sixteen sums share eight loads.
 * Taking several variables from one array literal in the loop would make it seven times slower.
 */
function multiply(products: Float64Array, a: Float64Array, b: Float64Array, dimensions: number): void {
  for (let i = 0; i < TILE; i += 4) {
    for (let j = 0; j < TILE; j += 4) {
      // prettier-ignore
      let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
      // prettier-ignore
      let s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
      let p = i * dimensions;
      let q = j * dimensions;
      for (const end = p + 4 * dimensions; p < end; p += 4, q += 4) {
        const b0 = b[q];
        const b1 = b[q + 1];
        const b2 = b[q + 2];
        const b3 = b[q + 3];
        const a0 = a[p];
        s00 += a0 * b0;
        s01 += a0 * b1;
        s02 += a0 * b2;
        s03 += a0 * b3;
        const a1 = a[p + 1];
        s10 += a1 * b0;
        s11 += a1 * b1;
        s12 += a1 * b2;
        s13 += a1 * b3;
        const a2 = a[p + 2];
        s20 += a2 * b0;
        s21 += a2 * b1;
        s22 += a2 * b2;
        s23 += a2 * b3;
        const a3 = a[p + 3];
        s30 += a3 * b0;
        s31 += a3 * b1;
        s32 += a3 * b2;
        s33 += a3 * b3;
      }
      products.set([s00, s01, s02, s03], i * TILE + j);
      products.set([s10, s11, s12, s13], (i + 1) * TILE + j);
      products.set([s20, s21, s22, s23], (i + 2) * TILE + j);
      products.set([s30, s31, s32, s33], (i + 3) * TILE + j);
    }
  }
}
