import type pl from "nodejs-polars";
import { isHistory, logRows, type ContentEdit, type SavedContent, type ScopeState } from "../scope";
import { isObject, PROVENANCE, provenance, readJsonList, writeJson, type Dataset, type JsonObject } from "../store";
import { rowsOfAxes, axesOf } from "./axes";
import { openedScope } from "./open";
import { localTime } from "./save";
import { filePositions, withOutliers, writeScopeFiles } from "./scope-files";
import { singleStep } from "./single-step";

/** A scope whose edits are to be written into its files. */
export interface EditedScope {
  readonly dataset: Dataset;
  readonly scopeId: string;
  readonly input: pl.DataFrame;
  readonly coordinates: Float32Array;
  readonly z: Float32Array | undefined;
  readonly rawClusters: Int32Array;
  /** The scope before any edit. */
  readonly base: SavedContent;
}

/**
 * Makes the files that Latent Scope reads show a scope as it is now: rows, clusters, labels, hulls, deleted rows, tags and transactions. How it was
 * before any edit is kept beside them, so that its log still begins there. Ids stay what they are.
 * @param adopt takes in what other programs have done to the files; returns the state that is to be written
 * @throws LatentScopeError `data-dir-not-writable`, `damaged-file`, `interrupted`
 */
export async function saveEdits(
  scope: EditedScope,
  adopt: (outside: readonly ContentEdit[]) => ScopeState,
  signal?: AbortSignal,
): Promise<void> {
  const { dataset, scopeId, input, coordinates, z, rawClusters: raw, base } = scope;
  const work = async (): Promise<void> => {
    await dataset.keepBase(scopeId, base);
    const now = await openedScope(dataset, scopeId, input);
    const state = adopt(now.outside);
    const { content, nextCluster } = state;
    const axes = [...axesOf(coordinates, 2), ...(z ? [z] : [])];
    const places = { values: rowsOfAxes(axes), rows: raw.length, dimensions: axes.length };
    const shown = await writeScopeFiles(dataset, scopeId, { input, places, raw, content });
    const gone = [...(await dataset.readTags()).keys()].filter((tag) => !content.tags.has(tag));
    await dataset.writeTags(new Map([...content.tags, ...gone.map((tag) => [tag, new Uint32Array(0)] as const)]));
    await writeTransactions(dataset, scopeId, state);
    const { json } = now;
    const cluster = isObject(json["cluster"]) ? json["cluster"] : {};
    const lastEdit = state.log.at(-1)?.entry.id ?? null;
    await writeJson(dataset.path("scopes", `${scopeId}.json`), {
      ...json,
      cluster: withOutliers(cluster, content),
      ...shown.keys,
      [PROVENANCE]: { key: "", ...provenance(json), next_cluster: nextCluster, last_edit: lastEdit },
    });
  };
  await singleStep({ dataset, step: "save" }, signal ? { signal } : {}, async (context) =>
    context.step("save", async () => {
      await work();
      return { id: scopeId, reused: false, summary: "" };
    }),
  );
}

/** `scopes-NNN-transactions.json`: what the tool has written there itself, then the edits that stand, in its three kinds. */
async function writeTransactions(dataset: Dataset, scopeId: string, state: ScopeState): Promise<void> {
  const file = dataset.path("scopes", `${scopeId}-transactions.json`);
  const theirs = (await readJsonList(file)).filter((one) => isObject(one) && one[PROVENANCE] === undefined);
  const positions = filePositions(state.content);
  const ours = logRows(state)
    .filter(({ undone, entry }) => !undone && entry.actor !== "files")
    .flatMap(({ entry }) => {
      const timestamp = localTime(new Date(entry.time));
      const step = state.done.find(({ entry: of }) => of.revision === entry.revision);
      if (!step || isHistory(entry.edit)) return [];
      return transactionsOf(step.change, positions).map((action) => ({ ...action, timestamp, [PROVENANCE]: entry.id }));
    });
  await writeJson(file, [...theirs, ...ours]);
}

/** A change in the terms of the tool; it has none for restored rows, tags and descriptions, nor for clusters that are gone by now. */
function transactionsOf(
  { moved, deleted, clusters }: ScopeState["done"][number]["change"],
  positions: ReadonlyMap<number, number>,
): JsonObject[] {
  const actions: JsonObject[] = [];
  if (clusters)
    for (const { id, label } of clusters.after) {
      const was = clusters.before.find((cluster) => cluster.id === id);
      const cluster = positions.get(id);
      if (was?.label !== label && cluster !== undefined)
        actions.push(action("change_cluster_name", { cluster, new_label: label }));
    }
  if (moved) {
    const targets = new Map<number, number[]>();
    moved.rows.forEach((row, i) => {
      const rows = targets.get(moved.after[i]);
      if (rows) rows.push(row);
      else targets.set(moved.after[i], [row]);
    });
    for (const [to, rows] of targets) {
      const cluster = positions.get(to);
      if (cluster !== undefined) actions.push(action("change_cluster", { row_ids: rows, new_cluster: cluster }));
    }
  }
  if (deleted?.after === 1) actions.push(action("delete_rows", { row_ids: [...deleted.rows] }));
  return actions;
}

function action(name: string, payload: JsonObject): JsonObject {
  return { action: name, payload };
}
