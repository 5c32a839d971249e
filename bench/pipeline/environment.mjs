// What the benchmark compares with: onnxruntime in a Python environment in .venv beside this file, and the Python tool in that of its tests.
import { mkdirSync, mkdtempSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../../scripts/python-environment.mjs";

export { ensureTool, program } from "../../tests/python-tool/environment.mjs";

/** This folder. */
export const folder = path.dirname(fileURLToPath(import.meta.url));

/** Where tables and outputs are kept. */
export const cache = path.join(folder, ".cache");

const environment = pythonEnvironment(folder, "Python's onnxruntime in bench/pipeline/.venv");

/** The environment's Python. */
export const python = environment.program("python");

/** Makes it; a second call finds it in place. */
export const ensurePython = environment.ensure;

/** A new folder for the output of a call. */
export function newFolder() {
  const parent = path.join(cache, "work");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(path.join(parent, "data-"));
}

/** Environment variables of the Python tool, which keeps nothing outside of a data folder. */
export const toolEnvironment = (dataDir) => ({
  HOME: dataDir,
  LATENT_SCOPE_DATA: dataDir,
  LATENT_SCOPE_NO_DOTENV: "1",
  MPLBACKEND: "Agg",
});
