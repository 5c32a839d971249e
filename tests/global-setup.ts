import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(__dirname, "..");
const stamp = path.join(root, "dist", ".built-for-tests");

/**
 * Builds `dist/` before all tests, because worker threads are started from there. An unchanged `src/` is not built again, so that test
 * runs side by side don't rewrite each other's files. Types are checked by a step of their own.
 */
export default function setup(): void {
  const started = Date.now();
  if (existsSync(stamp) && newest(path.join(root, "src")) < Number(readFileSync(stamp, "utf8"))) return;
  const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--noCheck"], { cwd: root, stdio: "inherit" });
  writeFileSync(stamp, String(started));
}

/** Time of the last change in a folder, in milliseconds. */
function newest(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const paths = entries.map((entry) => path.join(entry.parentPath, entry.name));
  return Math.max(...paths.map((file) => statSync(file).mtimeMs));
}
