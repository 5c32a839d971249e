/** Numbers: layouts and clusterings of vectors in typed arrays. Knows nothing of text. */
export {
  hdbscan,
  hdbscanSweep,
  type CondensedTree,
  type HdbscanOptions,
  type HdbscanResult,
  type HdbscanSweepOptions,
} from "./hdbscan";
export { kmeans, type KmeansOptions, type KmeansResult } from "./kmeans";
export { nearestNeighbors, type Metric, type NearestNeighborsOptions, type Neighbors } from "./nearest-neighbors";
export { clusterQuality, type ClusterQuality, type ClusterQualityOptions } from "./quality";
export { umap, type UmapOptions } from "./umap";
export { umapTransform, type UmapTransformOptions } from "./umap-transform";
export { isUmapEngine, type UmapEngineName } from "./engines";
