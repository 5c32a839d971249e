import { LatentScopeError } from "../../scope";

/** Distances below this are rounding errors of single precision: the vectors are equal. */
const EQUAL = 1e-6;

/** Row vectors of length 1, row after row. */
export interface UnitVectors {
  readonly values: Float32Array;
  readonly rows: number;
  readonly dimensions: number;
}

/**
 * Scales row vectors to length 1, so that the cosine distance of two rows is 1 minus their dot product.
 *
 * A vector of zeros has no direction. All of them get one more dimension to point into: they are at distance 0 from each other and 1
 * from everything else, as in umap-learn.
 * @throws LatentScopeError `bad-vectors` when a value is not finite
 */
export function unitVectors(vectors: Float32Array, rows: number, dimensions: number): UnitVectors {
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) norms[row] = norm(vectors, row, dimensions);
  const hasZeros = norms.includes(0);
  const width = hasZeros ? dimensions + 1 : dimensions;
  const values = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const to = row * width;
    if (norms[row] === 0) values[to + dimensions] = 1;
    else for (let d = 0; d < dimensions; d++) values[to + d] = vectors[row * dimensions + d] / norms[row];
  }
  return { values, rows, dimensions: width };
}

function norm(vectors: Float32Array, row: number, dimensions: number): number {
  const first = row * dimensions;
  let sum = 0;
  for (let i = first; i < first + dimensions; i++) sum += vectors[i] * vectors[i];
  if (Number.isFinite(sum)) return Math.sqrt(sum);
  const at = vectors.subarray(first, first + dimensions).findIndex((value) => !Number.isFinite(value));
  throw new LatentScopeError(
    "bad-vectors",
    `The vector of row ${row} has the value ${vectors[first + at]} in dimension ${at}: vectors need finite numbers. Embed the row again or leave it out.`,
  );
}

/** The cosine distance, 0 to 2, of two vectors of length 1; exactly 0 for equal ones. */
export function cosineDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  // Four sums, because each addition has to wait for the one before it.
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let d = 0;
  for (; d + 4 <= a.length; d += 4) {
    s0 += a[d] * b[d];
    s1 += a[d + 1] * b[d + 1];
    s2 += a[d + 2] * b[d + 2];
    s3 += a[d + 3] * b[d + 3];
  }
  for (; d < a.length; d++) s0 += a[d] * b[d];
  return distanceOfProduct(s0 + s1 + s2 + s3);
}

/** The cosine distance of two vectors of length 1 from their dot product. */
export function distanceOfProduct(product: number): number {
  const distance = 1 - product;
  return distance < EQUAL ? 0 : distance;
}
