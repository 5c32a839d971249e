import type { Kernels } from "../kernels/kernels";
import type { SketchSource } from "./search-index";
import type { StoredRows } from "./stored-rows";

const SAMPLE = 2048;
/** Rows farther from the centre than this many times the median are outliers. */
const OUTLYING = 8;
const MOST_ROUNDS = 8;

/**
 * The rows as a source of their own sketches: with the mean of some of them and their mean distance from it. Outliers do not count, or a
 * few of them would leave the others with sketches that are all the same.
 */
export function centreOf(kernels: Kernels, { address, rows, stride }: StoredRows): SketchSource {
  const step = Math.max(1, Math.floor(rows / SAMPLE));
  let sampled = Array.from({ length: Math.ceil(rows / step) }, (_, i) =>
    kernels.float32(address + i * step * stride * 4, stride),
  );
  for (let round = 1; ; round++) {
    const origin = meanOf(sampled);
    const distances = Float64Array.from(sampled, (row) => distance(row, origin));
    const limit = OUTLYING * distances.slice().sort()[distances.length >> 1];
    const kept = sampled.filter((_, i) => distances[i] <= limit);
    if (kept.length === sampled.length || kept.length === 0 || round === MOST_ROUNDS) {
      const total = distances.reduce((sum, value) => sum + value, 0);
      return { address, rows, stride, origin, meanDistance: total / sampled.length };
    }
    sampled = kept;
  }
}

function meanOf(rows: readonly Float32Array[]): Float32Array {
  const sums = new Float64Array(rows[0].length);
  for (const row of rows) for (let d = 0; d < row.length; d++) sums[d] += row[d];
  return Float32Array.from(sums, (sum) => sum / rows.length);
}

function distance(row: Float32Array, origin: Float32Array): number {
  let square = 0;
  for (let d = 0; d < row.length; d++) square += (row[d] - origin[d]) ** 2;
  return Math.sqrt(square);
}
