// What the benchmark compares with, installed by itself: a Python environment in .venv and JavaScript packages in .cache, beside this file.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../../scripts/python-environment.mjs";
import { must, step } from "../../scripts/run-command.mjs";

const folder = path.dirname(fileURLToPath(import.meta.url));

/** Where data, packages and results of single steps are kept. */
export const cache = path.join(folder, ".cache");

const environment = pythonEnvironment(folder, "Python peers in bench/compute/.venv");

/** The environment's Python. */
export const python = environment.program("python");

/** Makes it; a second call finds it in place. */
export const ensurePython = environment.ensure;

export const embeddingAtlasVersion = "0.26.0";

/** The UMAP of embedding-atlas, a module that needs none of its peer dependencies. */
export const embeddingAtlasModule = path.join(cache, `embedding-atlas-${embeddingAtlasVersion}`, "dist", "umap.js");

/** Fetches embedding-atlas alone: as a dependency it would bring a database and a user interface. */
export async function ensureEmbeddingAtlas() {
  if (existsSync(embeddingAtlasModule)) return;
  await step(`embedding-atlas ${embeddingAtlasVersion}`, async () => {
    const temporary = path.join(cache, "npm");
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true });
    const wanted = `embedding-atlas@${embeddingAtlasVersion}`;
    await must("Fetching it", "npm", ["pack", wanted, "--pack-destination", temporary, "--silent"]);
    const archive = path.join(temporary, `embedding-atlas-${embeddingAtlasVersion}.tgz`);
    await must("Unpacking it", "tar", ["-xzf", archive, "-C", temporary]);
    renameSync(path.join(temporary, "package"), path.dirname(path.dirname(embeddingAtlasModule)));
    rmSync(temporary, { recursive: true });
  });
}
