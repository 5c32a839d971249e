// The Python tool Latent Scope 1.0, in a Python environment of its own: .venv beside this file.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { must, step } from "../../scripts/run-command.mjs";

const folder = path.dirname(fileURLToPath(import.meta.url));
const venv = path.join(folder, ".venv");
const requirements = path.join(folder, "requirements.txt");
const stamp = path.join(venv, "requirements.sha256");

/** A program of the environment: "python", "ls-umap". */
export const program = (name) =>
  process.platform === "win32" ? path.join(venv, "Scripts", `${name}.exe`) : path.join(venv, "bin", name);

/** Makes the environment; a second call finds it in place. */
export async function ensureTool() {
  await step("Latent Scope (Python) in tests/python-tool/.venv", async () => {
    const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return "there";
    const python = process.env.PYTHON ?? "python3";
    await must("Python 3.11 or newer", python, ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]);
    await must("Making .venv", python, ["-m", "venv", "--clear", venv]);
    await must("Installing the Python tool", program("python"), [
      ...["-m", "pip", "install", "--disable-pip-version-check", "--only-binary", ":all:", "--no-deps"],
      ...["-r", requirements],
    ]);
    writeFileSync(stamp, wanted);
    return "installed";
  });
}
