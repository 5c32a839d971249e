import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensurePython, folder, python } from "./environment.mjs";

const program = path.join(folder, "peers.py");

/** Folder of the labelled collections, which a Python package carries. */
export async function collectionsFolder(): Promise<string> {
  await ensurePython();
  return execFileSync(python, [program, "folder"], { encoding: "utf8" }).trim();
}

/** Labels of the classes of each run, by system. */
export function peerLabels(runs: readonly (readonly (readonly string[])[])[]): Record<string, string[][]> {
  return call([], { runs }) as Record<string, string[][]>;
}

/** Snowball's stem of each word. */
export function stemsOf(words: readonly string[]): Record<string, string> {
  return call(["stems"], words) as Record<string, string>;
}

function call(what: readonly string[], input: unknown): unknown {
  const work = mkdtempSync(path.join(tmpdir(), "latentscope-labels-"));
  const [source, target] = ["in.json", "out.json"].map((name) => path.join(work, name));
  try {
    writeFileSync(source, JSON.stringify(input));
    execFileSync(python, [program, ...what, source, target]);
    return JSON.parse(readFileSync(target, "utf8"));
  } finally {
    rmSync(work, { recursive: true });
  }
}
