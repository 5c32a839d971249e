import type { UmapEngine } from "./engine";
import { umapJs } from "./umap-js";

/** The engines of `umap`, by the name that its option `engine` takes. */
export const umapEngines = { "umap-js": umapJs } satisfies Record<string, UmapEngine>;

/** Name of an engine of `umap`. */
export type UmapEngineName = keyof typeof umapEngines;
