// The project's own Python environment: JupyterLab with anywidget's front end, and our kernelspec. Everything stays in .venv.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { must, root, runCommand, step } from "./run-command.mjs";

const venv = path.join(root, ".venv");
const requirements = path.join(root, "scripts", "requirements.txt");
const stamp = path.join(venv, "latentscope-requirements.sha256");

/** A program of the environment. */
export const bin = (name) =>
  process.platform === "win32" ? path.join(venv, "Scripts", `${name}.exe`) : path.join(venv, "bin", name);

/** Jupyter's data folder of the environment. */
export const jupyterData = path.join(venv, "share", "jupyter");

/** Makes or completes the environment; a second call finds everything in place. */
export async function ensureEnvironment() {
  await step("JupyterLab in .venv", async () => {
    const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return "there";
    await install(await findPython());
    writeFileSync(stamp, wanted);
    return "installed";
  });
  // from the built library, so that the kernelspec has one author
  const { writeKernelspec } = createRequire(import.meta.url)(path.join(root, "dist", "kernel", "jupyter"));
  await writeKernelspec(jupyterData);
}

async function install(python) {
  if (await works("uv", ["--version"])) {
    await must("Making .venv", "uv", ["venv", "--clear", "--python", python, venv]);
    await must("Installing JupyterLab", "uv", ["pip", "install", "--python", bin("python"), "-r", requirements]);
    return;
  }
  if (!(await works(python, ["-c", "import ensurepip, venv"])))
    throw new Error(
      "Python's venv module is not complete. On Debian or Ubuntu: sudo apt-get install python3-venv. Then run the command again.",
    );
  await must("Making .venv", python, ["-m", "venv", "--clear", venv]);
  await must("Installing JupyterLab", bin("python"), [
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "-r",
    requirements,
  ]);
}

async function findPython() {
  const candidates = process.env.PYTHON ? [process.env.PYTHON] : ["python3", "python"];
  for (const python of candidates)
    if (await works(python, ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"])) return python;
  throw new Error(
    `JupyterLab needs Python 3.10 or newer (tried ${candidates.join(", ")}). Install it, or name it: PYTHON=/path/to/python3 npm start`,
  );
}

async function works(command, args) {
  try {
    return (await runCommand(command, args, { capture: true })).code === 0;
  } catch {
    return false; // no such program
  }
}
