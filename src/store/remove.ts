import { readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { temporaryFor, writeError } from "./atomic";
import type { Dataset, Run } from "./dataset";
import { RUN_FOLDERS, type RunKind } from "./names";

/** A run of a step with its files. */
export interface StoredRun {
  /** "embedding-001", "cluster-002-labels-001", … */
  readonly id: string;
  readonly kind: RunKind | "labels";
  /** Ids of the runs that it was made from. */
  readonly madeFrom: readonly string[];
  /** Size of its files. */
  readonly bytes: number;
  /** Its files and folders, relative to the dataset; the one that makes it a finished run is first. */
  readonly files: readonly string[];
}

/** Keys of the JSON of a run that name what it was made from. */
const SOURCES = ["embedding_id", "umap_id", "cluster_id", "cluster_labels_id"];

/** All finished runs of a dataset, in the order of the steps. */
export async function datasetRuns(dataset: Dataset): Promise<StoredRun[]> {
  const found: StoredRun[] = [];
  const add = async (kind: StoredRun["kind"], runs: readonly Run[]): Promise<void> => {
    for (const run of runs) found.push(await storedRun(dataset, kind, run));
  };
  await add("embedding", await dataset.runs("embedding"));
  await add("umap", await dataset.runs("umap"));
  const clusterings = await dataset.runs("cluster");
  await add("cluster", clusterings);
  for (const { id } of clusterings) await add("labels", await dataset.labelSets(id));
  await add("scopes", await dataset.runs("scopes"));
  return found;
}

/** Removes a run: it counts as gone once its JSON is, whatever happens after that. */
export async function removeRun(dataset: Dataset, { files }: StoredRun): Promise<void> {
  for (const file of files) {
    await rm(dataset.path(file), { recursive: true, force: true }).catch((error: unknown) => {
      throw writeError(dataset.path(file), error);
    });
  }
}

/** Removes a dataset with all that is in its folder. */
export async function removeDataset(dataset: Dataset): Promise<void> {
  const aside = temporaryFor(dataset.folder);
  try {
    // At once for all who look, although it takes its time.
    await rename(dataset.folder, aside);
    await rm(aside, { recursive: true, force: true });
  } catch (error) {
    throw writeError(dataset.folder, error);
  }
}

async function storedRun(dataset: Dataset, kind: StoredRun["kind"], { id, json }: Run): Promise<StoredRun> {
  const folder = RUN_FOLDERS[kind === "labels" ? "cluster" : kind];
  const names = await readdir(dataset.path(folder));
  const own = names.filter((name) => belongsTo(name, id, kind)).map((name) => `${folder}/${name}`);
  const table = kind === "embedding" ? `emb-${id}.lance` : kind === "scopes" ? `${id}.lance` : undefined;
  const tables = table ? [`lancedb/${table}`] : [];
  const main = `${folder}/${id}.json`;
  const files = [main, ...own.filter((file) => file !== main), ...tables];
  let bytes = 0;
  for (const file of files) bytes += await sizeOf(dataset.path(file));
  const madeFrom = SOURCES.flatMap((key) => (typeof json[key] === "string" ? [json[key]] : []));
  return { id, kind, madeFrom, bytes, files };
}

/** Whether a file is of this run, and not of the label sets of a clustering, which are runs of their own. */
function belongsTo(name: string, id: string, kind: StoredRun["kind"]): boolean {
  if (!name.startsWith(`${id}.`) && !name.startsWith(`${id}-`)) return false;
  return kind !== "cluster" || !/-labels-\d/.test(name);
}

async function sizeOf(file: string): Promise<number> {
  const info = await stat(file).catch(() => undefined);
  if (!info) return 0;
  if (!info.isDirectory()) return info.size;
  const names = await readdir(file);
  const sizes = await Promise.all(names.map((name) => sizeOf(path.join(file, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
