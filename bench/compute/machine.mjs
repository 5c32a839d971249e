/** What the figures were measured on. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import path from "node:path";
import { root } from "../../scripts/run-command.mjs";

/** Instructions that numeric code can use. */
const INSTRUCTIONS = ["avx2", "fma", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_int8"];

export function machine() {
  const flags = new Set(
    read("/proc/cpuinfo")
      .match(/^flags\s*:(.*)$/m)?.[1]
      .split(" "),
  );
  return {
    cpu: cpus()[0].model,
    cores: cpus().length,
    instructions: INSTRUCTIONS.filter((name) => flags.has(name)),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
  };
}

/** Tells builds of the library apart: a digest of its files. */
export function buildOfLibrary() {
  const folder = path.join(root, "dist", "compute");
  const digest = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true }).sort())
    if (/\.(js|wasm)$/.test(name)) digest.update(name).update(readFileSync(path.join(folder, name)));
  return digest.digest("hex").slice(0, 12);
}

/** Seconds that all processors together were busy since the machine started, or were taken away by its host. NaN where nobody tells. */
export function busySeconds() {
  // hundredths of a second: user, nice, system, idle, iowait, irq, softirq, steal
  const [user, nice, system, , , irq, softirq, steal] = read("/proc/stat")
    .split("\n")[0]
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / 100;
}

/** Waits until other programs take less than a tenth of a processor, but not longer than the patience. */
export async function quiet(patienceSeconds) {
  for (const started = performance.now(); performance.now() - started < patienceSeconds * 1000;) {
    const before = busySeconds();
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (!((busySeconds() - before) / 0.5 >= 0.1)) return;
  }
}

/** Load average of the last minute. */
export const load = () => loadavg()[0];

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // not Linux
  }
}
