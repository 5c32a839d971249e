import { throwIfAborted } from "../scope";
import { isUmapEngine, umapEngines } from "./engines";
import { defaultThreads } from "./kernels/threads";
import { badOption, forWorker, wholeNumber } from "./options";
import { checkUmap, type UmapOptions } from "./umap/check-options";

export type { UmapOptions };

/**
 * Lays out vectors so that similar ones are near each other: UMAP (McInnes, Healy, Melville 2018, arXiv:1802.03426), with the formulas of
 * umap-learn but one: an edge pulls its two ends together half as strongly (see `umap/optimise.ts`), which keeps more of the neighbourhoods.
 * More than nine of ten neighbours are the true ones, up to 4,096 distinct rows all. Runs in worker threads.
 *
 * Equal vectors lie close together, but not in the same place. With the cosine metric, vectors of zeros count as equal to each other and
 * unlike all others. Two or three rows, too few for a neighbourhood, are put on a circle. Coordinates are finite for all finite vectors.
 * @param vectors `rows` · `dimensions` finite numbers, row after row. Shared memory (`SharedArrayBuffer`) is read in place and must not
 * change meanwhile; other memory is copied once.
 * @returns `nComponents` finite numbers a row, in UMAP's own scale, about -20 to 20
 * @throws LatentScopeError `bad-option`, `too-few-rows` (fewer than 2), `bad-vectors` (wrong length, or a value that is not finite),
 * `interrupted` when aborted, `worker-failed`
 */
export async function umap(vectors: Float32Array, options: UmapOptions): Promise<Float32Array> {
  const { engine = "wasm", threads = defaultThreads(), onNeighbors, onEpoch, signal } = options;
  if (!isUmapEngine(engine)) throw badOption("engine", engine, `one of ${Object.keys(umapEngines).join(", ")}`);
  wholeNumber("threads", threads, 1);
  const parameters = checkUmap(vectors, options);
  const { nComponents, metric, init } = parameters;
  if (umapEngines[engine].basic && (nComponents !== 2 || metric !== "cosine" || init))
    throw badOption("engine", engine, `"wasm" for three components, the metric "euclidean" or an init`);
  throwIfAborted(signal, "UMAP");
  const task = { ...parameters, vectors: forWorker(vectors), threads };
  return umapEngines[engine].layout(task, { onNeighbors, onEpoch, signal });
}
