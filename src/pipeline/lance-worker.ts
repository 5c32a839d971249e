import { serveTask } from "../compute/worker-task";
import { interrupted } from "../scope";
import { damagedFile } from "../store/json";
import { readVectorTable, writeScopeTable, writeVectorTable, type Vectors } from "../store/lance";
import { inThread, stopAsked, type ThreadControl } from "./native-threads";

/** What is to be read or written, away from the main thread. */
export type LanceWork =
  | { kind: "read"; folder: string; table: string; rows: number }
  | { kind: "vectors"; folder: string; table: string; vectors: Vectors }
  | { kind: "scope"; folder: string; table: string; file: string; vectors: Vectors };

export type LanceTask = LanceWork & { what: string; control: ThreadControl };

serveTask<LanceTask, Vectors | null>((task) =>
  inThread(task.control, async () => {
    const checkpoint = (): void => {
      if (stopAsked(task.control)) throw interrupted(task.what);
    };
    checkpoint();
    if (task.kind === "vectors") await writeVectorTable(task.folder, task.table, task.vectors, checkpoint);
    else if (task.kind === "scope") await writeScopeTable(task.folder, task.table, task.file, task.vectors, checkpoint);
    else return readTable(task.folder, task.table, task.rows, checkpoint);
    return null;
  }),
);

async function readTable(folder: string, table: string, rows: number, checkpoint: () => void): Promise<Vectors> {
  const vectors = await readVectorTable(folder, table, checkpoint);
  if (vectors.rows !== rows)
    throw damagedFile(`${folder}/${table}.lance`, `it has ${vectors.rows} rows instead of ${rows}`);
  return vectors;
}
