import { access } from "node:fs/promises";
import { provenance, type Dataset, type Run } from "../store";

/**
 * The latest of some runs that was made from the same inputs with the same parameters, and whose files are all there.
 * @param files the files of a run besides its JSON, relative to the dataset
 */
export async function finishedRun(
  dataset: Dataset,
  runs: readonly Run[],
  key: string,
  files: (id: string) => readonly string[],
): Promise<Run | undefined> {
  for (const run of [...runs].reverse()) {
    if (provenance(run.json)?.key !== key) continue;
    const present = await Promise.all(files(run.id).map((file) => access(dataset.path(file)).then(yes, no)));
    if (present.every(Boolean)) return run;
  }
  return undefined;
}

/** A value that is made when it is first wanted, and once. */
export function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

const yes = (): boolean => true;
const no = (): boolean => false;
