/** Numbers: layouts and clusterings of vectors in typed arrays. Knows nothing of text. */
export { hdbscan, type HdbscanOptions, type HdbscanResult } from "./hdbscan";
export { umap, type UmapOptions } from "./umap";
export { isUmapEngine, type UmapEngineName } from "./engines";
