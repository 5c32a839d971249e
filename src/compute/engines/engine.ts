import type { Metric } from "../neighbors/stored-rows";

/** What an engine lays out. Everything is given and checked, apart from the values of the vectors. */
export interface LayoutTask {
  /** Row vectors, row after row; memory that is shared or the engine's own. */
  vectors: Float32Array;
  rows: number;
  dimensions: number;
  /** Numbers in each place of the layout. */
  nComponents: 2 | 3;
  metric: Metric;
  /** Size of the neighbourhood, the row itself included. */
  nNeighbors: number;
  minDist: number;
  spread: number;
  /** Number of epochs, or undefined for the engine's own choice. */
  nEpochs: number | undefined;
  /** Where the layout starts, or undefined for the engine's own choice. */
  init: Float32Array | undefined;
  seed: number;
  threads: number;
}

/** Where an engine tells how far it is, and learns that it should stop. */
export interface LayoutHooks {
  onNeighbors?: (done: number, rows: number) => void;
  onEpoch?: (epoch: number, nEpochs: number, layout?: Float32Array) => void;
  signal?: AbortSignal;
}

/** A way to lay out vectors by UMAP. It does its work outside the calling thread. */
export interface UmapEngine {
  /** Whether it can only do the cosine metric in the plane, from a start of its own. */
  readonly basic: boolean;
  /** `nComponents` numbers a row. Same task, same bytes. */
  layout(task: LayoutTask, hooks: LayoutHooks): Promise<Float32Array>;
}
