// What the benchmark compares with: onnxruntime in a Python environment in .venv beside this file, and the Python tool in that of its tests.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { must, step } from "../../scripts/run-command.mjs";

export { ensureTool, program } from "../../tests/python-tool/environment.mjs";

/** This folder. */
export const folder = path.dirname(fileURLToPath(import.meta.url));
const venv = path.join(folder, ".venv");
const requirements = path.join(folder, "requirements.txt");
const stamp = path.join(venv, "requirements.sha256");

/** Where tables and outputs are kept. */
export const cache = path.join(folder, ".cache");

/** Python with onnxruntime. */
export const python =
  process.platform === "win32" ? path.join(venv, "Scripts", "python.exe") : path.join(venv, "bin", "python");

/** Makes or completes the Python environment; a second call finds it in place. */
export async function ensurePython() {
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await step("Python's onnxruntime in bench/pipeline/.venv", async () => {
    await must("Making .venv", process.env.PYTHON ?? "python3", ["-m", "venv", "--clear", venv]);
    await must("Installing onnxruntime", python, [
      ...["-m", "pip", "install", "--disable-pip-version-check", "--only-binary", ":all:", "-r", requirements],
    ]);
    writeFileSync(stamp, wanted);
  });
}

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
