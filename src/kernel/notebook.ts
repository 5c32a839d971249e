import Module from "node:module";
import path from "node:path";
import type * as jupyterTransport from "./jupyter";

type Jupyter = typeof jupyterTransport;

let loaded: Jupyter | null | undefined;

/**
 * The Jupyter transport when this process is a tslab kernel (ours or a stock one), else null: in a plain Node script nothing of
 * `kernel/jupyter` is loaded. The first call attaches it.
 */
export function jupyter(): Jupyter | null {
  if (loaded !== undefined) return loaded;
  if (!isTslab()) return (loaded = null);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only where there is a kernel to attach to, and synchronously: the first cell's outputs depend on it
  const transport = require("./jupyter") as Jupyter;
  return (loaded = transport.attach() === "not-jupyter" ? null : transport);
}

function isTslab(): boolean {
  const kernelModule = path.join("tslab", "dist", "jupyter.js");
  const cache = (Module as unknown as { _cache: Record<string, unknown> })._cache;
  return Object.keys(cache).some((file) => file.endsWith(kernelModule));
}
