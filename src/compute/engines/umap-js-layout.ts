import { UMAP } from "umap-js";
import type { Kernels } from "../kernels/kernels";
import { findNeighbors } from "../neighbors/find-neighbors";
import { seededRandom } from "../random";
import type { LayoutReport } from "../umap/layout-vectors";
import { circle, FEWEST_ROWS } from "../umap/few-rows";
import type { LayoutTask } from "./engine";

/** Lays out the nearest neighbours that our kernels find with umap-js, in the calling thread. */
export function layoutWithUmapJs(kernels: Kernels, task: LayoutTask, report: LayoutReport): Float32Array {
  const { vectors, rows, dimensions, metric, minDist, spread, seed, nEpochs = defaultEpochs(rows) } = task;
  const nNeighbors = Math.min(task.nNeighbors, rows - 1);
  const search = { rows, dimensions, k: nNeighbors - 1, metric, seed, recall: 0.96 };
  if (rows < FEWEST_ROWS) {
    findNeighbors(kernels, vectors, { ...search, k: 1 });
    return circle(rows, 2);
  }
  const { indices, distances } = findNeighbors(kernels, vectors, search, report.neighbors);
  const umap = new UMAP({ nNeighbors, minDist, spread, nEpochs, random: seededRandom(seed) });
  umap.setPrecomputedKNN(
    withRowFirst(indices, rows, (row) => row),
    withRowFirst(distances, rows, () => 0),
  );
  // With neighbours at hand only the number of rows counts.
  umap.initializeFit(Array.from({ length: rows }, () => []));
  for (let epoch = 1; epoch <= nEpochs; epoch++) {
    umap.step();
    report.epoch(epoch, nEpochs, () => Float32Array.from(umap.getEmbedding().flat()));
  }
  return Float32Array.from(umap.getEmbedding().flat());
}

function defaultEpochs(rows: number): number {
  return rows <= 2500 ? 500 : 200;
}

/** One array a row: what belongs to the row itself, then to its neighbours. */
function withRowFirst(values: Float32Array | Uint32Array, rows: number, own: (row: number) => number): number[][] {
  const k = values.length / rows;
  return Array.from({ length: rows }, (_, row) => [own(row), ...values.subarray(row * k, (row + 1) * k)]);
}
