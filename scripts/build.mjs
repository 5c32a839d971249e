// Builds dist/: the library (tsc), the front end (esbuild); and lets notebooks/ import "latentscope" as a user's notebook does.
import { existsSync, lstatSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { buildKernels } from "./build-kernels.mjs";
import { must, root, step, tool } from "./run-command.mjs";

/** Builds what is older than its sources. */
export async function build() {
  linkSelf();
  await step("Building", async () => {
    if (isFresh()) return "nothing to do";
    // What has moved away would still be found where it was.
    rmSync(path.join(root, "dist"), { recursive: true, force: true });
    await must("Compiling", process.execPath, [tool("typescript", "bin", "tsc"), "-p", "tsconfig.build.json"]);
    await buildKernels();
    await must("Bundling", process.execPath, [path.join("scripts", "build-widget.mjs")]);
    return "done";
  });
}

/** node_modules/latentscope -> this folder. */
function linkSelf() {
  const link = tool("latentscope");
  if (!existsSync(link) && !lstatSync(link, { throwIfNoEntry: false })) symlinkSync(root, link, "junction");
}

function isFresh() {
  const built = ["index.js", "widget/app.js.gz", "compute/kernels.wasm"].map(
    (f) => statSync(path.join(root, "dist", f), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return Math.min(...built) > newest(path.join(root, "src"));
}

/** When something was last changed, or taken out of a folder. */
function newest(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (latest, entry) => Math.max(latest, statSync(path.join(entry.parentPath, entry.name)).mtimeMs),
    0,
  );
}

if (process.argv[1] === path.join(root, "scripts", "build.mjs")) await build();
