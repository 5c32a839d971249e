import { LatentScopeError } from "../scope";
import { datasetRuns, Dataset, removeDataset, removeRun, resolveDataDir, takeLock, type StoredRun } from "../store";
import { checkKnown } from "./check-options";
import { plural, quotedList } from "./format";
import { noDataset } from "./open";

/** What is removed, and how. */
export interface RemoveOptions {
  /** As {@link RunOptions.dataDir}. */
  dataDir?: string;
  /** Whether what was made from it goes, too. Without it nothing is removed that something else needs. Default: false. */
  dependents?: boolean;
}

/**
 * Removes a dataset ("sotu") or a run of a step in it ("sotu/umap-002"), for good.
 * @returns what went, the dependents first
 * @throws LatentScopeError `has-dependents`, which says what else would go; `not-found`, `bad-name`, `bad-option`, `data-dir-not-writable`
 */
export async function remove(target: string, options: RemoveOptions = {}): Promise<StoredRun[]> {
  checkKnown("remove", options, ["dataDir", "dependents"]);
  const { dataDir, dependents = false } = options;
  if (typeof target !== "string")
    throw new LatentScopeError("bad-name", 'What is removed is called "<dataset>" or "<dataset>/<id>".');
  const [name, id, ...more] = target.split("/");
  if (more.length)
    throw new LatentScopeError("bad-name", `"${target}" names nothing: there is "<dataset>" and "<dataset>/<id>".`);
  const dataset = new Dataset(resolveDataDir(dataDir), name);
  if (!(await dataset.readMeta())) throw await noDataset(dataset);
  const release = await takeLock(dataset.lock, { what: "Removing", onWait: () => undefined });
  try {
    const runs = await datasetRuns(dataset);
    if (id === undefined) {
      check(`The dataset "${name}"`, runs, dependents);
      await removeDataset(dataset);
      return runs.reverse();
    }
    const run = runs.find((one) => one.id === id);
    if (!run)
      throw new LatentScopeError(
        "not-found",
        `The dataset "${name}" has no ${JSON.stringify(id)}. It has ${runs.length ? quotedList(runs.map((one) => one.id)) : "no runs"}.`,
      );
    const needing = dependentsOf(run, runs);
    check(`"${target}"`, needing, dependents);
    const all = [...needing.reverse(), run];
    for (const one of all) await removeRun(dataset, one);
    return all;
  } finally {
    await release();
  }
}

function check(what: string, dependents: readonly StoredRun[], allowed: boolean): void {
  if (allowed || !dependents.length) return;
  throw new LatentScopeError(
    "has-dependents",
    `${what} is needed by ${plural(dependents.length, "run")}, which would go with it: ${quotedList(dependents.map(({ id }) => id))}. ` +
      "Nothing was removed. With { dependents: true } all of it is.",
  );
}

/** The runs that were made from a run, and from these, oldest steps first. */
function dependentsOf(run: StoredRun, runs: readonly StoredRun[]): StoredRun[] {
  const gone = new Set([run.id]);
  // Runs come in the order of the steps: what a run was made from is before it.
  return runs.filter(({ id, madeFrom }) => {
    const needs = madeFrom.some((source) => gone.has(source));
    if (needs) gone.add(id);
    return needs;
  });
}
