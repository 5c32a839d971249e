import type { Kernels } from "../kernels/kernels";
import { seededRandom } from "../random";
import type { StoredRows } from "./stored-rows";

/** Rows that the directions are found from. */
const SAMPLE = 1024;
const ROUNDS = 4;

/**
 * The `count` directions in which the rows differ most, after their mean, about: principal components of a sample by subspace iteration
 * (Halko, Martinsson, Tropp 2011, algorithm 4.4). They are orthonormal, whatever their quality, or zero where rows differ in fewer directions.
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
  // Rows of zeros fill the last four up.
  const width = Math.ceil(sampled / 4) * 4;
  const step = rows / sampled;
  const sample = new Float32Array(width * stride);
  for (let i = 0; i < sampled; i++) {
    const row = Math.floor((i + random()) * step);
    sample.set(kernels.float32(address + row * stride * 4, stride), i * stride);
  }
  const mean = centre(sample.subarray(0, sampled * stride), stride);
  const largest = sample.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  for (let i = 0; i < sample.length; i++) sample[i] /= largest;
  return kernels.scoped(() => {
    const down = kernels.put(transpose(sample, stride));
    // Of the two matrices with the same eigenvalues the smaller one.
    const among = Math.min(stride, width);
    const matrix = kernels.allocate(among * among * 4);
    if (among === stride) multiply(kernels, down, stride, down, stride, width, matrix);
    else multiply(kernels, kernels.put(sample), width, kernels.put(sample), width, stride, matrix);
    let basis = kernels.put(Float32Array.from({ length: count * among }, () => random() - 0.5));
    for (let round = 0; round < ROUNDS; round++) {
      const turned = kernels.allocate(count * among * 4);
      multiply(kernels, basis, count, matrix, among, among, turned);
      basis = orthonormal(kernels, turned, count, among);
    }
    if (among !== stride) {
      const directions = kernels.allocate(count * stride * 4);
      multiply(kernels, basis, count, down, stride, width, directions);
      basis = orthonormal(kernels, directions, count, stride);
    }
    return { directions: kernels.float32(basis, count * stride).slice(), mean };
  });
}

function orthonormal(kernels: Kernels, rows: number, count: number, stride: number): number {
  kernels.run({ kernel: "orthonormalise", count: 1, grain: 1, args: [rows, count, stride] });
  return rows;
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
