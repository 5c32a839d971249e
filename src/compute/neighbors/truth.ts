import type { Kernels } from "../kernels/kernels";
import { seededRandom } from "../random";
import type { SearchIndex } from "./search-index";
import { searchRows, type Found } from "./search-rows";

/** Rows whose nearest rows are searched among all others. */
const SAMPLE = 128;

/** Squared distances of sketches may be wrong by this share, and may be more than that for this share of nearest rows. */
const TOLERANCE = 0.05;
const UNFAITHFUL = 0.02;

/** The nearest rows, of all, of some. */
export interface Truth extends Found {
  queries: Int32Array;
}

/** Searches all rows for the nearest of some. */
export function sampleTruth(kernels: Kernels, index: SearchIndex, seed: number): Truth {
  const { rows, k } = index;
  const random = seededRandom(seed);
  const count = Math.min(SAMPLE, rows);
  const queries = Int32Array.from({ length: count }, (_, i) => Math.floor(((i + random()) * rows) / count));
  return { queries, ...searchRows(kernels, index, queries, rows, k) };
}

/** The share of the true neighbours that are in the lists; of rows at the same distance any will do. */
export function recallOf(kernels: Kernels, { ids, k, source }: SearchIndex, truth: Truth): number {
  const lists = kernels.int32(ids, source.rows * k);
  const { stride } = source;
  const values = kernels.float32(source.address, source.rows * stride);
  let found = 0;
  truth.queries.forEach((row, i) => {
    const nearest = new Set(truth.ids.subarray(i * k, (i + 1) * k));
    const limit = truth.squares[(i + 1) * k - 1] * (1 + 1e-6);
    for (const id of lists.subarray(row * k, (row + 1) * k)) {
      let square = 0;
      // Only those that are not among the nearest have to be measured.
      for (let d = 0; d < stride && id >= 0 && !nearest.has(id); d++)
        square += (values[row * stride + d] - values[id * stride + d]) ** 2;
      if (id >= 0 && square <= limit) found++;
    }
  });
  return found / truth.ids.length;
}

/**
 * Whether nearest rows are as far apart as the sketches of all their dimensions say. They are not where rows differ by less than sketches can
 * tell, or are outliers.
 */
export function sketchesAreFaithful(kernels: Kernels, index: SearchIndex, truth: Truth): boolean {
  const { fine, fineWidth, k, rows, toSketch } = index;
  const values = new Int16Array(kernels.memory.buffer, fine, rows * fineWidth);
  let wrong = 0;
  truth.ids.forEach((id, i) => {
    const row = truth.queries[Math.floor(i / k)];
    let square = 0;
    for (let d = 0; d < fineWidth; d++) square += (values[row * fineWidth + d] - values[id * fineWidth + d]) ** 2;
    const ratio = square / (truth.squares[i] * toSketch * toSketch);
    if (!(Math.abs(ratio - 1) < TOLERANCE)) wrong++;
  });
  return wrong < UNFAITHFUL * truth.ids.length;
}

/**
 * The share of the largest possible product of what sketches leave out that has to count so that they rule out no more of the nearest rows
 * than a share `lost`.
 */
export function residualShareOf(kernels: Kernels, index: SearchIndex, truth: Truth, lost: number): number {
  const { sketches, width, k, rows, halves, toSketch, fineWidth } = index;
  const values = new Int16Array(kernels.memory.buffer, sketches, rows * width);
  const half = kernels.int32(halves, rows);
  const product = (a: number, b: number): number => {
    let sum = 0;
    for (let d = 0; d < width - 1; d++) sum += values[a * width + d] * values[b * width + d];
    return sum;
  };
  const residual = (row: number): number => Math.sqrt(Math.max(0, 2 * half[row] - product(row, row)));
  const shares = Float64Array.from(truth.ids, (id, i) => {
    const query = Math.floor(i / k);
    const row = truth.queries[query];
    const reach = Math.sqrt(truth.squares[(query + 1) * k - 1]) * toSketch + Math.sqrt(fineWidth);
    const missing = half[row] + half[id] - product(row, id) - (reach * reach) / 2;
    return missing > 0 ? Math.min(1, missing / (residual(row) * residual(id))) : 0;
  });
  return shares.sort()[Math.ceil(shares.length * (1 - lost)) - 1];
}
