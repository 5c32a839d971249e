import { runInWorker, workerFile } from "../compute/worker-task";
import { writeJsonAfter, type Dataset, type JsonObject } from "../store";
import type { Vectors } from "../store/lance";
import type { LanceTask, LanceWork } from "./lance-worker";
import { runThreads, threadControl } from "./native-threads";

export type { Vectors };

/** The vectors of some rows, in shared memory; the same memory when it is all of them. */
export function rowsOf({ values, rows, dimensions }: Vectors, wanted: Int32Array): Float32Array {
  if (wanted.length === rows) return values;
  const part = new Float32Array(new SharedArrayBuffer(wanted.length * dimensions * 4));
  wanted.forEach((row, i) => part.set(values.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions));
  return part;
}

/** Reads the vectors of an embedding into shared memory. @throws LatentScopeError `damaged-file`, `interrupted` */
export async function readVectors(
  dataset: Dataset,
  embeddingId: string,
  rows: number,
  signal?: AbortSignal,
): Promise<Vectors> {
  const table = `emb-${embeddingId}`;
  return lance<Vectors>({ kind: "read", folder: dataset.path("lancedb"), table, rows }, "Reading vectors", signal);
}

/** Writes the vectors of an embedding and, once they are on the disk, its JSON. */
export async function writeVectors(
  dataset: Dataset,
  json: JsonObject & { id: string },
  vectors: Vectors,
  signal?: AbortSignal,
): Promise<void> {
  const task: LanceWork = { kind: "vectors", folder: dataset.path("lancedb"), table: `emb-${json.id}`, vectors };
  const file = dataset.path("embeddings", `${json.id}.json`);
  await writeJsonAfter(file, json, () => lance(task, "Writing vectors", signal));
}

/** Writes the table of a scope. @param file of its columns but the vectors, in the dataset */
export async function writeScopeVectors(
  dataset: Dataset,
  scopeId: string,
  file: string,
  vectors: Vectors,
  signal?: AbortSignal,
): Promise<void> {
  await lance(
    { kind: "scope", folder: dataset.path("lancedb"), table: scopeId, file: dataset.path(file), vectors },
    "Writing the scope",
    signal,
  );
}

async function lance<Output>(task: LanceWork, what: string, signal?: AbortSignal): Promise<Output> {
  // the native library greets every new table with a warning on standard error
  process.env["LANCE_LOG"] ??= "error";
  const control = threadControl(1);
  const run = (): Promise<Output> =>
    runInWorker<LanceTask, Output>(workerFile(__dirname, "lance-worker.js"), { ...task, what, control }, { what });
  const [output] = await runThreads(control, () => [run()], { what, signal });
  return output;
}
