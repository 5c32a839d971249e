/** Both kernels, each with a kernelspec in a folder of its own: what the wire tests run against. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { writeKernelspec } from "../../../src/kernel/jupyter";
import { KernelClient, ROOT, writeSpec } from "../../support/jupyter-client";

/** The built transport, imported by absolute path in the cells. */
export const TRANSPORT = path.join(ROOT, "dist", "kernel", "jupyter");

/** Folder of the notebooks: packages and types are found from here as a user finds them. */
const NOTEBOOKS = path.join(ROOT, "notebooks");

export type KernelName = "latentscope" | "tslab";
export const KERNELS: readonly KernelName[] = ["latentscope", "tslab"];

/** Starts a kernel. Call `close` on what is returned. */
export async function startKernel(name: KernelName, env: NodeJS.ProcessEnv = {}): Promise<KernelClient> {
  const dir = mkdtempSync(path.join(tmpdir(), "kernelspecs-"));
  if (name === "latentscope") await ownSpec(dir);
  else
    writeSpec(dir, name, [
      process.execPath,
      path.join(ROOT, "node_modules/tslab/bin/tslab"),
      "kernel",
      "--config-path",
      "{connection_file}",
    ]);
  try {
    return await KernelClient.start(name, dir, NOTEBOOKS, env);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** The kernelspec that the built package writes. */
async function ownSpec(dir: string): Promise<void> {
  const built = (await import(path.join(TRANSPORT, "index.js"))) as { writeKernelspec: typeof writeKernelspec };
  await built.writeKernelspec(dir);
}

/** First cell of most tests: a model `w` with a number and two binary values, opened and displayed. */
export const FIRST_CELL = `
import * as jupyter from ${JSON.stringify(TRANSPORT)};
type State = { n: number; bin: Float32Array; nested: object; sel?: DataView };
const w = new jupyter.WidgetModel<State, any, any>({
  esm: "export default { render({ model, el }) { el.textContent = model.get('n'); } }",
  text: "a widget",
  state: { n: 1, bin: new Float32Array([1, 2, 3]), nested: { a: [new Uint8Array([9]), 2] } },
});
w.display();
await new Promise((resolve) => setTimeout(resolve, 50));
w.update({ n: 2 });
w
`;
