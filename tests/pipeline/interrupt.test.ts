import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runPipeline, type RunResult, type StepName } from "../../src/pipeline";
import { readVectors, writeVectors } from "../../src/pipeline/vectors";
import { Dataset, datasets } from "../../src/store";
import { newDataDir, quickRun, recorded, sentences, untimed, vectorsOf } from "./support";

const rows = sentences.map((text) => ({ text }));
const STEPS: StepName[] = ["embed", "umap", "cluster", "label", "save"];
const FOLDERS: Record<string, string> = {
  embed: "embeddings",
  umap: "umaps",
  cluster: "clusters",
  label: "clusters",
  save: "scopes",
};

describe("a run that is interrupted", () => {
  let uninterrupted: Promise<RunResult>;
  beforeAll(() => {
    uninterrupted = quickRun(rows, newDataDir());
  });

  it.each(STEPS)(
    "in the step %s keeps the steps before, leaves nothing that looks finished, and goes on later",
    async (step) => {
      const dataDir = newDataDir();
      const controller = new AbortController();
      const interrupted = quickRun(
        rows,
        dataDir,
        {},
        {
          signal: controller.signal,
          onProgress: (p) => {
            if (p.step === step) controller.abort();
          },
        },
      );
      await expect(interrupted).rejects.toMatchObject({ code: "interrupted" });
      const [dataset] = await datasets(dataDir);
      const finished = readdirSync(dataset.path(FOLDERS[step])).filter((name) => name.endsWith(".json"));
      expect(finished).toEqual(step === "label" ? ["cluster-001.json"] : []);

      const done = ["ingest", ...STEPS.slice(0, STEPS.indexOf(step))];
      const result = await quickRun(rows, dataDir);
      expect(result.steps.filter((s) => s.reused).map((s) => s.step)).toEqual(done);
      expect(result.scopeId).toBe("scopes-001");
      const untouched = await uninterrupted;
      expect(result.coordinates).toEqual(untouched.coordinates);
      expect(result.saved.clusters.map(untimed)).toEqual(untouched.saved.clusters.map(untimed));
    },
  );

  it("before it starts does nothing", async () => {
    const dataDir = newDataDir();
    await expect(quickRun(rows, dataDir, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "interrupted",
    });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("in the middle of embedding stops within a second, and then embeds only what is left, to the same vectors", async () => {
    const dataDir = newDataDir();
    const controller = new AbortController();
    let abortedAt = 0;
    const first = runPipeline(
      rows,
      "text",
      { dataDir },
      {
        signal: controller.signal,
        onProgress: ({ step, done }) => {
          if (step !== "embed" || done < 40 || abortedAt) return;
          abortedAt = performance.now();
          controller.abort();
        },
      },
    );
    await expect(first).rejects.toMatchObject({
      code: "interrupted",
      message: expect.stringContaining("run the same cell again") as string,
    });
    expect(performance.now() - abortedAt).toBeLessThan(5_000);

    const options = { umap: { nEpochs: 10 } };
    const result = await runPipeline(rows, "text", { dataDir, ...options });
    const { embedded_texts: embedded } = await recorded(result.dataset, "embeddings/embedding-001.json");
    expect(embedded).toBeGreaterThan(0);
    expect(embedded).toBeLessThanOrEqual(rows.length - 40);
    const untouched = await runPipeline(rows, "text", { dataDir: newDataDir(), ...options });
    expect(await vectorsOf(result)).toEqual(await vectorsOf(untouched));
  });

  it("leaves a model's function that does not heed the signal behind", async () => {
    const controller = new AbortController();
    const model = {
      id: "never",
      embed: () => new Promise<Float32Array[]>(() => setTimeout(() => controller.abort(), 10)),
    };
    await expect(
      quickRun(rows, newDataDir(), { embed: { model } }, { signal: controller.signal }),
    ).rejects.toMatchObject({ code: "interrupted" });
  });
});

it("a process that exits while threads are inside native code exits cleanly", async () => {
  const script = `
    const { runPipeline } = require(${JSON.stringify(path.resolve(__dirname, "../../dist/pipeline"))});
    const rows = ${JSON.stringify(rows)};
    const onProgress = (p) => p.step === "embed" && p.done > 20 && setImmediate(() => process.exit(7));
    runPipeline(rows, "text", { dataDir: ${JSON.stringify(newDataDir())} }, { onProgress });
  `;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "inherit", "pipe"] });
  let errors = "";
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  const ended = await new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
  expect({ ended, errors }).toEqual({ ended: { code: 7, signal: null }, errors: "" });
});

it.each([100, 200, 300])("vectors whose writing is interrupted after %i ms are whole or not there", async (ms) => {
  const dataset = new Dataset(newDataDir(), "d");
  const [count, dimensions] = [20_000, 256];
  const values = new Float32Array(new SharedArrayBuffer(count * dimensions * 4)).fill(0.5);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  const writing = writeVectors(
    dataset,
    { id: "embedding-001" },
    { values, rows: count, dimensions },
    controller.signal,
  );
  const finished = await writing.then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject({ code: "interrupted" });
      return false;
    },
  );
  expect(existsSync(dataset.path("embeddings", "embedding-001.json"))).toBe(finished);
  await writeVectors(dataset, { id: "embedding-001" }, { values, rows: count, dimensions });
  const read = await readVectors(dataset, "embedding-001", count);
  expect(read.values.every((value) => value === 0.5)).toBe(true);
});

it("a process that is killed in the middle of embedding loses no finished batch", async () => {
  const dataDir = newDataDir();
  const script = `
    const { runPipeline } = require(${JSON.stringify(path.resolve(__dirname, "../../dist/pipeline"))});
    const rows = ${JSON.stringify(rows)};
    runPipeline(rows, "text", { dataDir: ${JSON.stringify(dataDir)} }, { onProgress: (p) => console.log(p.step, p.done) });
  `;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const killedAt = await new Promise<number>((resolve) => {
    let output = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
      const done = Math.max(0, ...[...output.matchAll(/embed (\d+)\n/g)].map(([, n]) => Number(n)));
      if (done >= 60) {
        child.kill("SIGKILL");
        resolve(done);
      }
    });
  });
  await new Promise((resolve) =>
    child.exitCode !== null || child.signalCode !== null ? resolve(null) : child.on("exit", resolve),
  );
  const [dataset] = await datasets(dataDir);
  expect(existsSync(dataset.path("embeddings", "embedding-001.json"))).toBe(false);

  const result = await runPipeline(rows, "text", { dataDir, umap: { nEpochs: 10 } });
  const { embedded_texts: embedded } = await recorded(result.dataset, "embeddings/embedding-001.json");
  // a batch that was told of may still have been on its way to the disk
  expect(embedded).toBeLessThanOrEqual(rows.length - killedAt + 64);
  expect(embedded).toBeGreaterThan(0);
  expect(embedded).toBeLessThan(rows.length);
  for (const vector of await vectorsOf(result))
    expect(Math.sqrt(vector.reduce((sum, v) => sum + v * v, 0))).toBeCloseTo(1, 5);
});
