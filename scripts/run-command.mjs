// Small helpers that the scripts share: running a command, and saying what happens.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The Node program of an installed package. */
export const tool = (...file) => path.join(root, "node_modules", ...file);

/**
 * Runs a command in the project's folder; resolves with its exit code, output (when captured) and duration.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, capture?: boolean, interactive?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string, seconds: number }>}
 */
export function runCommand(command, args, { env = {}, capture = false, interactive = false } = {}) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: [interactive ? "inherit" : "ignore", capture ? "pipe" : "inherit", capture ? "pipe" : "inherit"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
    child.once("error", reject);
    child.once("close", (code, signal) =>
      resolve({ code: code ?? (signal ? 1 : 0), output, seconds: (performance.now() - started) / 1000 }),
    );
  });
}

/** Runs a command; throws with its output when it fails. */
export async function must(what, command, args, options) {
  const result = await runCommand(command, args, { capture: true, ...options });
  if (result.code !== 0) throw new Error(`${what} failed (${command} ${args.join(" ")}):\n${result.output.trim()}`);
  return result;
}

/** Says what a step did and how long it took. */
export async function step(what, work) {
  const started = performance.now();
  process.stderr.write(`${what} … `);
  try {
    const said = await work();
    process.stderr.write(`${said ?? "done"} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
  } catch (error) {
    process.stderr.write("failed\n");
    throw error;
  }
}
