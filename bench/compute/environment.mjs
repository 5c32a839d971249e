// What the benchmark compares with, installed by itself: a Python environment in .venv and JavaScript packages in .cache, beside this file.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { must, step } from "../../scripts/run-command.mjs";

const folder = path.dirname(fileURLToPath(import.meta.url));
const venv = path.join(folder, ".venv");
const requirements = path.join(folder, "requirements.txt");
const stamp = path.join(venv, "requirements.sha256");

/** Where data, packages and results of single steps are kept. */
export const cache = path.join(folder, ".cache");

/** The environment's Python. */
export const python =
  process.platform === "win32" ? path.join(venv, "Scripts", "python.exe") : path.join(venv, "bin", "python");

export const embeddingAtlasVersion = "0.26.0";

/** The UMAP of embedding-atlas, a module that needs none of its peer dependencies. */
export const embeddingAtlasModule = path.join(cache, `embedding-atlas-${embeddingAtlasVersion}`, "dist", "umap.js");

/** Makes or completes the Python environment; a second call finds it in place. */
export async function ensurePython() {
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await step("Python peers in bench/compute/.venv", async () => {
    await must("Making .venv", process.env.PYTHON ?? "python3", ["-m", "venv", "--clear", venv]);
    await must("Installing the Python peers", python, [
      ...["-m", "pip", "install", "--disable-pip-version-check", "--only-binary", ":all:", "-r", requirements],
    ]);
    writeFileSync(stamp, wanted);
  });
}

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
