import type { Kernels } from "../kernels/kernels";
import { seededRandom } from "../random";
import type { StoredRows } from "./stored-rows";

/** Rows that the directions are found from. */
const SAMPLE = 2048;
const ROUNDS = 4;

/**
 * The `count` directions in which the rows differ most, after their mean, about: principal components of a sample by subspace iteration
 * (Halko, Martinsson, Tropp 2011, algorithm 4.4). They are orthonormal, whatever their quality.
 * @returns `count` rows of `stride` numbers, and the mean
 */
export function principalDirections(
  kernels: Kernels,
  { address, rows, stride }: StoredRows,
  count: number,
  seed: number,
): { directions: Float32Array; mean: Float32Array } {
  const random = seededRandom(seed);
  const sampled = Math.min(rows, SAMPLE);
  const step = rows / sampled;
  const sample = new Float32Array(sampled * stride);
  for (let i = 0; i < sampled; i++) {
    const row = Math.floor((i + random()) * step);
    sample.set(kernels.float32(address + row * stride * 4, stride), i * stride);
  }
  const mean = centre(sample, stride);
  const transposed = transpose(sample, stride);
  let directions = orthonormal(
    Float64Array.from({ length: count * stride }, () => random() - 0.5),
    stride,
  );
  kernels.scoped(() => {
    const across = kernels.put(sample);
    // Rows of a stride that is a multiple of 4.
    const width = Math.ceil(sampled / 4) * 4;
    const down = kernels.put(padded(transposed, sampled, width));
    const basis = kernels.allocate(count * stride * 4);
    const scores = kernels.allocate(sampled * count * 4);
    const turned = kernels.allocate(count * width * 4);
    const next = kernels.allocate(stride * count * 4);
    for (let round = 0; round < ROUNDS; round++) {
      kernels.float32(basis, count * stride).set(directions);
      multiply(kernels, across, sampled, basis, count, stride, scores);
      const turnedRows = padded(transpose(kernels.float32(scores, sampled * count), count), sampled, width);
      kernels.float32(turned, count * width).set(turnedRows);
      multiply(kernels, down, stride, turned, count, width, next);
      directions = orthonormal(Float64Array.from(transpose(kernels.float32(next, stride * count), count)), stride);
    }
  });
  return { directions: Float32Array.from(directions), mean };
}

/** All dot products of `count` rows with `others` rows, on all threads. */
export function multiply(
  kernels: Kernels,
  a: number,
  count: number,
  b: number,
  others: number,
  stride: number,
  out: number,
): void {
  const grain = Math.max(2, 2 * Math.ceil(2e6 / (others * stride) / 2));
  kernels.run({ kernel: "products", count, grain, args: [a, b, stride, others, out] });
}

/** Takes the mean away from the rows and returns it. */
function centre(values: Float32Array, stride: number): Float32Array {
  const sums = new Float64Array(stride);
  const rows = values.length / stride;
  for (let i = 0; i < values.length; i += stride) for (let d = 0; d < stride; d++) sums[d] += values[i + d];
  const mean = Float32Array.from(sums, (sum) => sum / rows);
  for (let i = 0; i < values.length; i += stride) for (let d = 0; d < stride; d++) values[i + d] -= mean[d];
  return mean;
}

function transpose(values: Float32Array, width: number): Float32Array {
  const rows = values.length / width;
  const out = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) for (let d = 0; d < width; d++) out[d * rows + i] = values[i * width + d];
  return out;
}

function padded(values: Float32Array, width: number, stride: number): Float32Array {
  if (width === stride) return values;
  const rows = values.length / width;
  const out = new Float32Array(rows * stride);
  for (let i = 0; i < rows; i++) out.set(values.subarray(i * width, (i + 1) * width), i * stride);
  return out;
}

/** Gram-Schmidt, twice for accuracy. A row that depends on those before it becomes zero. */
function orthonormal(rows: Float64Array, width: number): Float64Array {
  for (let i = 0; i < rows.length; i += width) {
    const before = squaredLength(rows, i, width);
    for (let round = 0; round < 2; round++) {
      for (let j = 0; j < i; j += width) {
        let product = 0;
        for (let d = 0; d < width; d++) product += rows[i + d] * rows[j + d];
        for (let d = 0; d < width; d++) rows[i + d] -= product * rows[j + d];
      }
    }
    const square = squaredLength(rows, i, width);
    const scale = square > before * 1e-12 ? 1 / Math.sqrt(square) : 0;
    for (let d = 0; d < width; d++) rows[i + d] *= scale;
  }
  return rows;
}

function squaredLength(values: Float64Array, first: number, width: number): number {
  let sum = 0;
  for (let d = first; d < first + width; d++) sum += values[d] * values[d];
  return sum;
}
