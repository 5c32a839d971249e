import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { EmbeddingProvider } from "../../src/pipeline/embed/provider";
import { readVectors } from "../../src/pipeline/vectors";
import { runPipeline } from "../../src/pipeline";
import type { RunHooks, RunOptions, RunResult, TableInput } from "../../src/pipeline";
import type { Cluster } from "../../src/scope";
import { PROVENANCE, readJson, type Dataset } from "../../src/store";

/** 150 sentences of State of the Union addresses. */
export const sentences = JSON.parse(
  readFileSync(path.resolve(__dirname, "../fixtures/embedding/texts.json"), "utf8"),
) as string[];

export function newDataDir(): string {
  return mkdtempSync(path.join(os.tmpdir(), "latentscope-"));
}

/** A run with the fast model and few epochs, for tests of anything but the numbers. */
export function quickRun(
  input: TableInput,
  dataDir: string,
  options: RunOptions = {},
  hooks: RunHooks = {},
): Promise<RunResult> {
  return runPipeline(input, "text", { embed: { model: "static" }, umap: { nEpochs: 20 }, ...options, dataDir }, hooks);
}

/** What a model tells while it embeds. */
export interface Told {
  warnings?: string[];
  notes?: string[];
  signal?: AbortSignal;
  delivered?: () => void;
}

/** The vectors of some texts by a model alone. */
export async function embedAll(
  provider: EmbeddingProvider,
  texts: readonly string[],
  { warnings, notes, signal, delivered }: Told = {},
): Promise<Float32Array[]> {
  const vectors = new Array<Float32Array>(texts.length);
  await provider.embed(texts, {
    known: () => false,
    ...(signal ? { signal } : {}),
    warn: (message) => warnings?.push(message),
    note: (note) => notes?.push(note),
    deliver: (positions, batch) => {
      delivered?.();
      const dimensions = batch.length / positions.length;
      for (let i = 0; i < positions.length; i++)
        vectors[positions[i]] = batch.slice(i * dimensions, (i + 1) * dimensions);
    },
  });
  return vectors;
}

/** What this library recorded beside a run of a step. */
export async function recorded(dataset: Dataset, file: string): Promise<Record<string, unknown>> {
  const json = await readJson(dataset.path(file));
  return json?.[PROVENANCE] as Record<string, unknown>;
}

export async function vectorsOf(result: RunResult, embeddingId = "embedding-001"): Promise<Float32Array[]> {
  const { values, rows, dimensions } = await readVectors(result.dataset, embeddingId, result.saved.assignment.length);
  return Array.from({ length: rows }, (_, row) => values.slice(row * dimensions, (row + 1) * dimensions));
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / Math.sqrt(aa * bb);
}

/** A cluster without when its label was made. */
export const untimed = ({ labelOrigin, ...cluster }: Cluster) => ({
  ...cluster,
  labelOrigin: { ...labelOrigin, time: null },
});
