import { execFileSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(__dirname, "..");

/** Builds `dist/` before all tests where a source is newer: worker threads, kernels and pages run the built files. */
export default function setup(): void {
  execFileSync(process.execPath, [path.join(root, "scripts", "build.mjs")], { cwd: root, stdio: "inherit" });
}
