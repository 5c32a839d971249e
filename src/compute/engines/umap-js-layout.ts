import { UMAP } from "umap-js";
import { seededRandom } from "../random";
import { exactNeighbours } from "../vectors/exact-neighbours";
import { cosineDistance, unitVectors } from "../vectors/unit-vectors";
import type { LayoutTask } from "./engine";

/** Below this many rows there is no neighbourhood to speak of. */
const FEWEST_ROWS = 4;
/** Up to this many rows the exact search takes about as long as umap-js's approximate one, which finds 9 neighbours of 10. */
const MOST_EXACT_ROWS = 10_000;
/** How often umap-js's search compares a row, as observed on sentence embeddings: only for the progress that is shown. */
const COMPARISONS_A_ROW = 800;

/** What the worker tells while it works. */
export interface LayoutProgress {
  phase: "neighbors" | "layout";
  done: number;
  total: number;
}

/** Lays out vectors with umap-js, in the calling thread. */
export function layoutWithUmapJs(task: LayoutTask, report: (progress: LayoutProgress) => void): Float32Array {
  const { rows, minDist, spread, seed, nEpochs = defaultEpochs(rows) } = task;
  const vectors = unitVectors(task.vectors, rows, task.dimensions);
  if (rows < FEWEST_ROWS) return circle(rows);
  const nNeighbors = Math.min(task.nNeighbors, rows - 1);
  const onNeighbors = (done: number): void => report({ phase: "neighbors", done, total: rows });

  const distanceFn = countedDistance(rows, onNeighbors);
  const umap = new UMAP({ nNeighbors, minDist, spread, nEpochs, distanceFn, random: seededRandom(seed) });
  if (rows <= MOST_EXACT_ROWS) {
    const { indices, distances } = exactNeighbours(vectors, nNeighbors, onNeighbors);
    umap.setPrecomputedKNN(
      rowsOf(indices, rows).map((row) => [...row]),
      rowsOf(distances, rows).map((row) => [...row]),
    );
  }
  // umap-js declares arrays of numbers, but only reads their elements and length.
  umap.initializeFit(rowsOf(vectors.values, rows) as unknown as number[][]);
  onNeighbors(rows);
  for (let epoch = 1; epoch <= nEpochs; epoch++) {
    umap.step();
    report({ phase: "layout", done: epoch, total: nEpochs });
  }
  return Float32Array.from(umap.getEmbedding().flat());
}

function defaultEpochs(rows: number): number {
  return rows <= 2500 ? 500 : 200;
}

/** Few rows at equal distances on a circle. */
function circle(rows: number): Float32Array {
  return Float32Array.from({ length: rows * 2 }, (_, i) => {
    const angle = (2 * Math.PI * (i >> 1)) / rows;
    return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
}

/** The cosine distance of unit vectors, which tells how far the search may be: never quite at the end. */
function countedDistance(rows: number, onNeighbors: (done: number) => void): (a: number[], b: number[]) => number {
  const step = Math.ceil(rows / 100);
  let comparisons = 0;
  return (a, b) => {
    const done = ++comparisons / COMPARISONS_A_ROW;
    if (done < rows && done % step === 0) onNeighbors(done);
    return cosineDistance(a, b);
  };
}

/** Views of the rows of an array. */
function rowsOf<A extends Float32Array | Float64Array | Int32Array>(values: A, rows: number): A[] {
  const width = values.length / rows;
  return Array.from({ length: rows }, (_, row) => values.subarray(row * width, (row + 1) * width) as A);
}
