import type { UmapEngine } from "./engine";
import { umapJs } from "./umap-js";
import { wasm } from "./wasm";

/** The engines of `umap`, by the name that its option `engine` takes. */
export const umapEngines = { wasm, "umap-js": umapJs } satisfies Record<string, UmapEngine>;

/** Whether there is an engine of this name. */
export const isUmapEngine = (name: unknown): name is UmapEngineName =>
  typeof name === "string" && Object.hasOwn(umapEngines, name);

/** Name of an engine of `umap`. */
export type UmapEngineName = keyof typeof umapEngines;
