/** What an engine lays out. Everything is given and checked, apart from the values of the vectors. */
export interface LayoutTask {
  /** Row vectors of any length, row after row; memory that is shared or the engine's own. */
  vectors: Float32Array;
  rows: number;
  dimensions: number;
  /** Size of the neighbourhood, the row itself included. */
  nNeighbors: number;
  minDist: number;
  spread: number;
  /** Number of epochs, or undefined for the engine's own choice. */
  nEpochs: number | undefined;
  seed: number;
}

/** Where an engine tells how far it is, and learns that it should stop. */
export interface LayoutHooks {
  onNeighbors?: (done: number, rows: number) => void;
  onEpoch?: (epoch: number, nEpochs: number) => void;
  signal?: AbortSignal;
}

/** A way to lay out vectors in the plane by UMAP with the cosine metric. It does its work outside the calling thread. */
export interface UmapEngine {
  /** x and y of each row in turn. Same task, same bytes. */
  layout(task: LayoutTask, hooks: LayoutHooks): Promise<Float32Array>;
}
