// The Python tool Latent Scope 1.0, in a Python environment of its own: .venv beside this file.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../../scripts/python-environment.mjs";

const folder = path.dirname(fileURLToPath(import.meta.url));

/** `program`: path of a program of the environment, "python", "ls-umap"; `ensureTool` makes it, once. */
export const { program, ensure: ensureTool } = pythonEnvironment(
  folder,
  "Latent Scope (Python) in tests/python-tool/.venv",
  { pip: ["--no-deps"], version: [3, 11] },
);
