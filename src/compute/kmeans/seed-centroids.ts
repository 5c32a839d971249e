import type { Kernels } from "../kernels/kernels";
import { seededRandom } from "../random";
import type { WeightedRows } from "./centroids";

/** Rows whose distances are added up together: a fixed number, so that sums do not depend on the threads. */
const BLOCK = 512;

/**
 * Rows to begin with: k-means++ (Arthur, Vassilvitskii 2007: "k-means++: the advantages of careful seeding"). Each is drawn with a
 * probability that grows with the squared distance to those before it; of 2 + log(k) draws, the one is taken that leaves the least.
 * @param k at most the number of rows
 * @returns `k` different rows
 */
export function seedCentroids(kernels: Kernels, rows: WeightedRows, k: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  const trials = 2 + Math.floor(Math.log(k));
  return kernels.scoped(() => {
    const draws = new Draws(kernels, rows, trials);
    const chosen: number[] = [];
    while (chosen.length < k) {
      const candidates = Array.from({ length: chosen.length === 0 ? 1 : trials }, () => draws.draw(random()));
      // Rows so near to each other that no distance is left.
      if (candidates[0] < 0) candidates.fill(firstMissing(chosen));
      chosen.push(candidates[draws.take(candidates)]);
    }
    return Int32Array.from(chosen);
  });
}

/** Random rows, by their distance to those that were taken. */
class Draws {
  /** Candidates are compared four at a time. */
  private readonly offered: number;
  private readonly blocks: number;
  private readonly nearest: number;
  private readonly candidates: number;
  private readonly distances: number;
  private readonly totals: number;
  /** For each block the weighted sum of squared distances to the nearest of the rows taken; at first, the number of rows. */
  private readonly left: Float64Array;

  constructor(
    private readonly kernels: Kernels,
    private readonly rows: WeightedRows,
    trials: number,
  ) {
    const count = rows.rows;
    this.offered = Math.ceil(trials / 4) * 4;
    this.blocks = Math.ceil(count / BLOCK);
    this.nearest = kernels.allocate(count * 4);
    this.candidates = kernels.allocate(this.offered * 4);
    this.distances = kernels.allocate(count * this.offered * 4);
    this.totals = kernels.allocate(this.blocks * this.offered * 8);
    kernels.float32(this.nearest, count).fill(Infinity);
    this.left = new Float64Array(this.blocks);
    kernels.int32(rows.weights, count).forEach((weight, row) => (this.left[Math.floor(row / BLOCK)] += weight));
  }

  /** The row at a share of all that is left; -1 when nothing is. */
  draw(share: number): number {
    const { kernels, rows, left } = this;
    const total = left.reduce((sum, block) => sum + block, 0);
    if (total === 0) return -1;
    let rest = share * total;
    // Of sums that are rounded, something may be left at the end: then it is the last block, the last row that has anything.
    let last = this.blocks - 1;
    while (left[last] === 0) last--;
    let block = 0;
    for (; block < last && rest >= left[block]; block++) rest -= left[block];
    const end = Math.min(rows.rows, (block + 1) * BLOCK);
    const nearest = kernels.float32(this.nearest, rows.rows);
    const weights = kernels.int32(rows.weights, rows.rows);
    last = block * BLOCK;
    for (let row = block * BLOCK; row < end; row++) {
      const part = weights[row] * (nearest[row] === Infinity ? 1 : nearest[row]);
      if (part === 0) continue;
      last = row;
      if (rest < part) break;
      rest -= part;
    }
    return last;
  }

  /** Takes the candidate that leaves the least, and says which. */
  take(candidates: readonly number[]): number {
    const { kernels, rows, offered, blocks } = this;
    const count = rows.rows;
    // What is missing is the last again.
    kernels
      .int32(this.candidates, offered)
      .fill(candidates[candidates.length - 1])
      .set(candidates);
    kernels.run({
      ...{ kernel: "offerCandidates", count: blocks, grain: 1 },
      args: [
        ...[rows.address, count, rows.stride, BLOCK, rows.weights, this.nearest],
        ...[this.candidates, offered, this.distances, this.totals],
      ],
    });
    const totals = kernels.float64(this.totals, blocks * offered);
    const sums = candidates.map((_, i) => {
      let sum = 0;
      for (let block = 0; block < blocks; block++) sum += totals[block * offered + i];
      return sum;
    });
    const best = sums.reduce((least, sum, i) => (sum < sums[least] ? i : least), 0);
    for (let block = 0; block < blocks; block++) this.left[block] = totals[block * offered + best];
    const args = [this.nearest, this.distances, offered, best];
    kernels.run({ kernel: "takeCandidate", count, grain: 1 << 14, args });
    return best;
  }
}

/** The first row that is not among some. */
function firstMissing(rows: readonly number[]): number {
  const taken = new Set(rows);
  for (let row = 0; ; row++) if (!taken.has(row)) return row;
}
