// What labels are compared with: BERTopic in a Python environment in .venv beside this file, which carries the labelled collections, too.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../../scripts/python-environment.mjs";

/** This folder. */
export const folder = path.dirname(fileURLToPath(import.meta.url));

const environment = pythonEnvironment(folder, "BERTopic in bench/labels/.venv", { pip: ["--no-deps"] });

/** The environment's Python. */
export const python = environment.program("python");

/** Makes it; a second call finds it in place. */
export const ensurePython = environment.ensure;
