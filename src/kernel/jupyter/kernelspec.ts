/** Our own kernel for Jupyter: a folder with a kernel.json. https://jupyter-client.readthedocs.io/en/latest/kernels.html#kernel-specs */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Name of the kernelspec, as notebooks store it. */
export const KERNEL_NAME = "latentscope";

/** What Jupyter shows. */
export const KERNEL_DISPLAY_NAME = "TypeScript (Latent Scope)";

/**
 * Writes `<dir>/kernels/latentscope/kernel.json` and returns its path; `dir` is one of Jupyter's data folders (`<environment>/share/jupyter`).
 * It starts the present node with this package's launcher, by absolute paths: write it again when either has moved.
 */
export async function writeKernelspec(dir: string): Promise<string> {
  const folder = path.join(dir, "kernels", KERNEL_NAME);
  const file = path.join(folder, "kernel.json");
  const spec = {
    argv: [process.execPath, path.join(__dirname, "launcher.js"), "--config-path", "{connection_file}"],
    display_name: KERNEL_DISPLAY_NAME,
    language: "typescript",
    // Windows has no signals to send.
    interrupt_mode: process.platform === "win32" ? "message" : "signal",
  };
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(spec, null, 2)}\n`);
  return file;
}
