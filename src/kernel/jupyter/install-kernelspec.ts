#!/usr/bin/env node
// latentscope-kernelspec: puts the kernel "TypeScript (Latent Scope)" where Jupyter finds it, and only where it was told to.
import { homedir } from "node:os";
import path from "node:path";
import { KERNEL_DISPLAY_NAME, writeKernelspec } from "./kernelspec";

const USAGE = `Makes the kernel "${KERNEL_DISPLAY_NAME}" known to Jupyter.

  latentscope-kernelspec --prefix <environment>   for one Python environment, e.g. --prefix .venv or --prefix "$CONDA_PREFIX"
  latentscope-kernelspec --user                   for you, in ${userFolder()}
`;

/** Jupyter's data folder of the user (docs.jupyter.org, "Common Directories and File Locations"). */
function userFolder(): string {
  if (process.env.JUPYTER_DATA_DIR) return process.env.JUPYTER_DATA_DIR;
  if (process.platform === "win32") return path.join(process.env.APPDATA ?? homedir(), "jupyter");
  if (process.platform === "darwin") return path.join(homedir(), "Library", "Jupyter");
  return path.join(process.env.XDG_DATA_HOME ?? path.join(homedir(), ".local", "share"), "jupyter");
}

function target([option, value]: readonly string[]): string | undefined {
  if (option === "--user") return userFolder();
  if (option === "--prefix" && value) return path.join(path.resolve(value), "share", "jupyter");
  return undefined;
}

const folder = target(process.argv.slice(2));
if (folder === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  void writeKernelspec(folder).then((file) => process.stdout.write(`${file}\n`));
}
