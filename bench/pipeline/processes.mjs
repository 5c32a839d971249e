/** Runs a program to its end and measures it: seconds with start and end, memory at its peak, and what others took of the processors meanwhile. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { clearInterval, setInterval } from "node:timers";
import { busySeconds, load } from "../compute/machine.mjs";
import { cache, folder } from "./environment.mjs";

const POLL_MS = 20;
const PIPES_MS = 2000;
const TICKS_PER_SECOND = 100;
const HOUR = 3600;

/**
 * @typedef {object} Cost
 * @property {number} seconds from the start of the process to its end
 * @property {number} peakBytes VmHWM, looked at every 20 ms
 * @property {number} cpuSeconds
 * @property {number} othersCpuSeconds what other processes took of the processors meanwhile
 * @property {number} loadAverage
 * @property {string} at
 */

/**
 * @param {string} command
 * @param {readonly (string | number)[]} args
 * @param {{ env?: Record<string, string>, mostSeconds?: number, mostBytes?: number, onLine?: (line: any, kill: () => void) => void }} [options]
 *   `onLine` gets each line of JSON that it prints
 * @returns {Promise<Cost & { lines: any[], killed?: string }>} `killed` says why it was ended
 */
export function measureProcess(command, args, { env = {}, mostSeconds = HOUR, mostBytes = Infinity, onLine } = {}) {
  const cost = { at: new Date().toISOString(), loadAverage: load() };
  const busy = busySeconds();
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args.map(String), {
      cwd: cache,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let killed;
    let output = "";
    const lines = [];
    const kill = (why) => {
      killed ??= why;
      child.kill("SIGKILL");
    };
    const killOnExit = () => child.kill("SIGKILL");
    process.once("exit", killOnExit);
    createInterface({ input: child.stdout }).on("line", (text) => {
      if (!text.startsWith("{")) return;
      const line = JSON.parse(text);
      lines.push(line);
      onLine?.(line, () => kill("asked"));
    });
    child.stderr.on("data", (data) => (output = (output + data).slice(-4000)));

    let peakBytes = 0;
    let cpuSeconds = 0;
    const look = () => {
      const now = usage(child.pid);
      peakBytes = Math.max(peakBytes, now.peakBytes);
      cpuSeconds = Math.max(cpuSeconds, now.cpuSeconds);
      if (peakBytes > mostBytes) kill(`more than ${Math.round(mostBytes / 1e9)} GB`);
      else if (seconds() > mostSeconds) kill(`more than ${Math.round(mostSeconds / 60)} minutes`);
    };
    const poll = setInterval(look, POLL_MS);
    let ended;
    child.once("exit", () => {
      ended = seconds();
      // helpers that it left behind may still have its pipes
      setTimeout(() => [child.stdout, child.stderr].forEach((stream) => stream.destroy()), PIPES_MS).unref();
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearInterval(poll);
      process.off("exit", killOnExit);
      // LanceDB's threads now and then abort a Python interpreter that is at its end, all its work done
      const aborted = signal === "SIGABRT" && output.includes("Python runtime state: finalizing");
      if (code !== 0 && !killed && !aborted)
        return reject(new Error(`${command} ${args.join(" ")} ended with ${signal ?? code}:\n${output}`));
      const othersCpuSeconds = Math.max(0, busySeconds() - busy - cpuSeconds);
      resolve({
        ...cost,
        seconds: ended,
        peakBytes,
        cpuSeconds,
        othersCpuSeconds,
        lines,
        killed,
      });
    });
  });
}

/** Runs tasks of ours.mjs in a process of their own; its answer is beside the cost. */
export async function measureOurs(task, given, { env = {}, ...options } = {}) {
  const args = [path.join(folder, "ours.mjs"), JSON.stringify({ task, ...given })];
  const { lines, ...cost } = await measureProcess(process.execPath, args, {
    env: { LATENT_SCOPE_DATA: given.dataDir, ...env },
    ...options,
  });
  return { ...cost, ...lines.at(-1)?.result };
}

/** Peak memory and processor time of a process so far; zeros once it has ended, or where there is no /proc. */
function usage(pid) {
  try {
    const peak = readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmHWM:\s+(\d+) kB/m);
    // the name, in brackets, may have spaces; user and system time are the 14th and 15th field
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return {
      peakBytes: Number(peak?.[1] ?? 0) * 1024,
      cpuSeconds: ticks / TICKS_PER_SECOND,
    };
  } catch {
    return { peakBytes: 0, cpuSeconds: 0 };
  }
}
