/*
 * The algorithms on the calling thread alone, without shared memory: for a web worker in any page, cross-origin isolated or not. Nothing
 * that is imported from here needs Node.
 */
import { LatentScopeError, throwIfAborted } from "../scope";
import {
  checkHdbscan,
  checkHdbscanSweep,
  type HdbscanBaseOptions,
  type HdbscanOptions,
  type HdbscanResult,
  type HdbscanSweepOptions,
} from "./hdbscan/check-options";
import { clusterPoints, type ClusterParameters } from "./hdbscan/cluster-points";
import type { CondensedTree } from "./hdbscan/condensed-tree";
import { soloKernels, type Kernels } from "./kernels/kernels";
import { WebAssembly } from "./kernels/web-assembly";
import { checkKmeans, type KmeansOptions } from "./kmeans/check-options";
import { clusterVectors, type KmeansResult } from "./kmeans/cluster-vectors";
import { checkNearestNeighbors, type NearestNeighborsOptions } from "./neighbors/check-options";
import { findNeighbors, type Neighbors } from "./neighbors/find-neighbors";
import type { Metric } from "./neighbors/stored-rows";
import { badOption, wholeNumber } from "./options";
import { checkUmap, checkUmapTransform, type UmapOptions, type UmapTransformOptions } from "./umap/check-options";
import { layoutVectors } from "./umap/layout-vectors";
import { placeRows } from "./umap/transform";

export type {
  CondensedTree,
  HdbscanOptions,
  HdbscanResult,
  HdbscanSweepOptions,
  KmeansOptions,
  KmeansResult,
  Metric,
  NearestNeighborsOptions,
  Neighbors,
  UmapOptions,
  UmapTransformOptions,
};

/** How often a running layout is copied for `onEpoch`. */
const LAYOUT_EVERY_MS = 100;

/**
 * The functions of `latentscope/compute` as they are without threads: the same options, results and errors, but they return when they are
 * done. `threads` makes no difference. A `signal` counts when it is aborted before the call, or by one of the call's own callbacks: for
 * anything else, end the worker. Callbacks must not call these functions.
 *
 * Arrays are read where they are, and copied once into the memory of the kernels, which is kept for the next call.
 */
export interface Compute {
  nearestNeighbors(vectors: Float32Array, options: NearestNeighborsOptions): Neighbors;
  /** @throws LatentScopeError `bad-option` for another engine than "wasm", which is the only one here; else as `umap` */
  umap(vectors: Float32Array, options: UmapOptions): Float32Array;
  umapTransform(vectors: Float32Array, options: UmapTransformOptions): Float32Array;
  hdbscan(points: Float32Array, options: HdbscanOptions): HdbscanResult;
  hdbscanSweep(points: Float32Array, options: HdbscanSweepOptions): HdbscanResult[];
  kmeans(vectors: Float32Array, options: KmeansOptions): KmeansResult;
}

/**
 * Makes the functions ready, on the calling thread, which they block: call it in a web worker. The same input gives the same bytes as in
 * Node.
 * @param wasm the contents of `kernels-single.wasm`
 * @throws LatentScopeError `damaged-file` when these are no WebAssembly, or the browser is too old for its SIMD instructions
 */
export async function loadCompute(wasm: Uint8Array | ArrayBuffer): Promise<Compute> {
  const kernels = await compile(wasm);
  const cluster = (
    points: Float32Array,
    options: HdbscanBaseOptions,
    parameters: ClusterParameters,
  ): HdbscanResult[] => {
    begin("HDBSCAN", options);
    return clusterPoints(kernels, points, parameters);
  };
  return {
    nearestNeighbors(vectors, options) {
      const { onNeighbors, signal } = options;
      const task = checkNearestNeighbors(vectors, options);
      const what = "The search for neighbours";
      begin(what, options);
      return findNeighbors(kernels, vectors, task, (done) => {
        onNeighbors?.(done, task.rows);
        throwIfAborted(signal, what);
      });
    },
    umap: (vectors, options) => layOut(kernels, vectors, options),
    umapTransform(vectors, options) {
      const parameters = checkUmapTransform(vectors, options);
      begin("UMAP", options);
      if (parameters.rows === 0) return new Float32Array(0);
      return placeRows(kernels, { ...parameters, vectors, reference: options.reference });
    },
    hdbscan: (points, options) => cluster(points, options, checkHdbscan(points, options))[0],
    hdbscanSweep: (points, options) => cluster(points, options, checkHdbscanSweep(points, options)),
    kmeans(vectors, options) {
      const { onIteration, signal } = options;
      const parameters = checkKmeans(vectors, options);
      begin("K-means", options);
      return clusterVectors(kernels, vectors, parameters, (iteration) => {
        onIteration?.(iteration, parameters.maxIterations);
        throwIfAborted(signal, "K-means");
      });
    },
  };
}

async function compile(wasm: Uint8Array | ArrayBuffer): Promise<Kernels> {
  try {
    return soloKernels(await WebAssembly.compile(wasm));
  } catch (cause) {
    throw new LatentScopeError(
      "damaged-file",
      `The kernels cannot be compiled: ${String(cause)}. Give the bytes of kernels-single.wasm, to a browser that has WebAssembly SIMD.`,
      { cause },
    );
  }
}

function begin(what: string, { threads = 1, signal }: { threads?: number; signal?: AbortSignal }): void {
  wholeNumber("threads", threads, 1);
  throwIfAborted(signal, what);
}

function layOut(kernels: Kernels, vectors: Float32Array, options: UmapOptions): Float32Array {
  const { engine = "wasm", onNeighbors, onEpoch, signal } = options;
  if (engine !== "wasm") throw badOption("engine", engine, '"wasm"');
  const parameters = checkUmap(vectors, options);
  begin("UMAP", options);
  let next = 0;
  const layout = layoutVectors(
    kernels,
    { ...parameters, vectors, threads: 1 },
    {
      neighbors(done) {
        onNeighbors?.(done, parameters.rows);
        throwIfAborted(signal, "UMAP");
      },
      epoch(done, total, current) {
        const due = onEpoch !== undefined && performance.now() >= next;
        if (due) next = performance.now() + LAYOUT_EVERY_MS;
        onEpoch?.(done, total, due ? current() : undefined);
        throwIfAborted(signal, "UMAP");
      },
    },
  );
  return layout === options.init ? layout.slice() : layout;
}
