import type { Kernels } from "../kernels/kernels";
import { centreOf } from "../neighbors/centre";
import { makeIndex } from "../neighbors/search-index";
import { searchRows } from "../neighbors/search-rows";
import { distancesOf, storeRows, type Metric } from "../neighbors/stored-rows";
import { fitCurve } from "./curve";
import { memberships } from "./fuzzy-graph";
import { optimise } from "./optimise";

/** What is placed, and where. Everything is given and checked, apart from the values of the vectors. */
export interface TransformTask {
  /** Vectors of the new rows and of those of the layout, row after row. */
  vectors: Float32Array;
  rows: number;
  dimensions: number;
  reference: Float32Array;
  referenceRows: number;
  /** Places of the reference rows. */
  layout: Float32Array;
  nComponents: 2 | 3;
  metric: Metric;
  nNeighbors: number;
  minDist: number;
  spread: number;
  nEpochs: number | undefined;
  seed: number;
}

/** Up to so many reference rows the new ones move for longer. */
const FEW_ROWS = 10_000;
/** The layout is finished: new rows move in smaller steps than those of a new layout. */
const ALPHA = 0.25;

/** Places for new rows in a finished layout, near those of their nearest rows. @throws LatentScopeError `bad-vectors` */
export function placeRows(kernels: Kernels, task: TransformTask): Float32Array {
  const { rows, referenceRows, layout, nComponents, minDist, spread, seed } = task;
  const { nEpochs = referenceRows <= FEW_ROWS ? 100 : 30 } = task;
  const k = Math.min(task.nNeighbors, referenceRows);
  const { ids, distances } = nearestReferences(kernels, task, k);
  const weights = memberships(kernels, distances, rows, k, false);
  const all = new Float32Array((referenceRows + rows) * nComponents);
  all.set(layout);
  for (let row = 0; row < rows; row++) {
    let total = 0;
    for (let i = row * k; i < (row + 1) * k; i++) total += weights[i];
    for (let i = row * k; i < (row + 1) * k; i++)
      for (let d = 0; d < nComponents; d++)
        all[(referenceRows + row) * nComponents + d] += (weights[i] / total) * layout[ids[i] * nComponents + d];
  }
  const starts = Int32Array.from({ length: rows + 1 }, (_, row) => row * k);
  const placed = optimise(kernels, { vertices: rows, starts, targets: ids, weights }, all, {
    dimensions: nComponents,
    curve: fitCurve(minDist, spread),
    epochs: nEpochs,
    seed,
    alpha: ALPHA,
  });
  return placed.slice(referenceRows * nComponents);
}

/** The nearest reference rows of each new row: exact. */
function nearestReferences(
  kernels: Kernels,
  { vectors, reference, rows, referenceRows, dimensions, metric }: TransformTask,
  k: number,
): { ids: Int32Array; distances: Float32Array } {
  return kernels.scoped(() => {
    const all = new Float32Array(reference.length + vectors.length);
    all.set(reference);
    all.set(vectors, reference.length);
    const stored = storeRows(kernels, all, referenceRows + rows, dimensions, metric);
    const index = makeIndex(kernels, centreOf(kernels, stored), 0);
    const queries = Int32Array.from({ length: rows }, (_, row) => referenceRows + row);
    const { ids, squares } = searchRows(kernels, index, queries, referenceRows, k);
    return { ids, distances: distancesOf(squares, metric, stored) };
  });
}
