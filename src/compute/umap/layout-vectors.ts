import type { Kernels } from "../kernels/kernels";
import { findNeighbors, type Neighbors } from "../neighbors/find-neighbors";
import { principalDirections } from "../neighbors/projection";
import type { LayoutTask } from "../engines/engine";
import { fitCurve } from "./curve";
import { circle, FEWEST_ROWS } from "./few-rows";
import { fuzzyGraph } from "./fuzzy-graph";
import { initialLayout } from "./initial-layout";
import { optimise } from "./optimise";

/** Up to this many rows the layout is optimised for longer. */
const FEW_ROWS = 10_000;
/** Share of the true neighbours that is enough for a layout: those that are missed are nearly as near. */
const RECALL = 0.94;

/** Where a layout tells how far it is. */
export interface LayoutReport {
  neighbors: (done: number) => void;
  /** @param layout copies the layout as it is */
  epoch: (done: number, total: number, layout: () => Float32Array) => void;
}

/** UMAP of vectors, from nearest neighbours to coordinates. @throws LatentScopeError `bad-vectors` */
export function layoutVectors(kernels: Kernels, task: LayoutTask, report: LayoutReport): Float32Array {
  const { vectors, rows, dimensions, nComponents, metric, seed, init } = task;
  const k = Math.min(task.nNeighbors, rows) - 1;
  const neighbors = findNeighbors(
    kernels,
    vectors,
    { rows, dimensions, k, metric, seed, recall: RECALL },
    report.neighbors,
  );
  if (rows < FEWEST_ROWS) return init ?? circle(rows, nComponents);
  return layoutNeighbors(kernels, neighbors, k, task, report);
}

function layoutNeighbors(
  kernels: Kernels,
  { indices, distances }: Neighbors,
  k: number,
  task: LayoutTask,
  report: LayoutReport,
): Float32Array {
  const { rows, nComponents, minDist, spread, seed, init, nEpochs = rows <= FEW_ROWS ? 500 : 200 } = task;
  const graph = fuzzyGraph(kernels, indices, distances, rows, k);
  const start = init ?? initialLayout(kernels, graph, nComponents, seed, (members) => placesOf(kernels, task, members));
  return optimise(kernels, graph, start, {
    dimensions: nComponents,
    curve: fitCurve(minDist, spread),
    epochs: nEpochs,
    seed,
    alpha: 1,
    onEpoch: (epoch, layout) => report.epoch(epoch, nEpochs, layout),
  });
}

/** The first principal components of the mean vectors of groups of rows, 0 to 1 in size. */
function placesOf(kernels: Kernels, task: LayoutTask, groups: readonly Int32Array[]): Float32Array {
  const { vectors, dimensions, nComponents, seed } = task;
  const stride = Math.ceil(dimensions / 4) * 4;
  return kernels.scoped(() => {
    const means = new Float32Array(groups.length * stride);
    groups.forEach((members, group) => {
      const mean = means.subarray(group * stride, (group + 1) * stride);
      for (const row of members)
        for (let d = 0; d < dimensions; d++) mean[d] += vectors[row * dimensions + d] / members.length;
    });
    // Vectors may be of any length, and products of means have to fit single precision.
    const largest = means.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    means.forEach((value, i) => (means[i] = value / largest));
    const stored = { address: kernels.put(means), rows: groups.length, stride };
    const { directions, mean } = principalDirections(kernels, stored, nComponents, seed);
    const places = Float32Array.from({ length: groups.length * nComponents }, (_, i) => {
      const [group, component] = [Math.floor(i / nComponents), i % nComponents];
      let product = 0;
      for (let d = 0; d < stride; d++)
        product += (means[group * stride + d] - mean[d]) * directions[component * stride + d];
      return product;
    });
    const reach = places.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    return places.map((value) => value / (reach || 1));
  });
}
