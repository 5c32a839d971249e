import type pl from "nodejs-polars";
import { themesIn } from "./themes-in";
import { LatentScopeError, type Cluster, type ScopeState } from "../scope";
import { PROVENANCE, readParquet, writeJson, type JsonObject, type Run } from "../store";
import { checkKnown } from "./check-options";
import { carryOver, withSwatches } from "./carry-over";
import type { Clustered } from "./cluster";
import { provenanceOf, stepKey, type RunContext, type StepOutcome } from "./context";
import type { Embedded } from "./embed";
import { plural } from "./format";
import { LS_VERSION, type Ingested } from "./ingest";
import type { Labelled } from "./label";
import { finishedRun } from "./reuse";
import { readScope, stateOf } from "./open";
import { savedLabels } from "./saved-labels";
import { scopeFileNames, withOutliers, writeScopeFiles } from "./scope-files";
import type { LaidOut } from "./umap";
import { writeScopeVectors } from "./vectors";

/** All steps of a run but the last. */
export interface Parts {
  readonly data: Ingested;
  readonly embedded: Embedded;
  readonly laidOut: LaidOut;
  readonly clustered: Clustered;
  readonly labelled: Labelled;
}

/** What a scope is called. */
export interface SaveOptions {
  /** Its title. Default: the name of the dataset. */
  label?: string;
  /** What it shows, in a sentence or more. Default: "". */
  description?: string;
}

export interface Saved extends StepOutcome {
  readonly run: Run;
}

/**
 * Step 6: joins the steps into a scope, `scopes/scopes-NNN.*`, and its Lance table.
 * @throws LatentScopeError `interrupted`
 */
export async function save(parts: Parts, context: RunContext, options: SaveOptions = {}): Promise<Saved> {
  checkKnown("save", options, ["label", "description"]);
  return context.step("save", async (clock) => {
    const { data, embedded, laidOut, clustered, labelled } = parts;
    const { dataset } = data;
    const { label = dataset.name, description = "" } = options;
    const key = stepKey("save", { label: labelled.key, ...options });
    const files = (id: string): string[] => [...scopeFileNames(id), `lancedb/${id}.lance`];
    const earlier = await finishedRun(dataset, await dataset.runs("scopes"), key, files);
    if (earlier) return { id: earlier.id, reused: true, summary: summaryOf(data), run: earlier };

    context.progress("save", 0, data.frame.height, "rows");
    const id = await dataset.nextId("scopes");
    const places = await laidOut.places();
    const before = await previousScope(data, context);
    const table = await readParquet(dataset.path("clusters", `${labelled.id}.parquet`));
    const labels = await clustered.labels();
    const { saved, ids, changes } = carryOver(labels, clustersOf(table, labelled.json), before?.state);
    const content = withSwatches(saved, await laidOut.coordinates());
    const raw = await clustered.rawLabels();
    const shown = await writeScopeFiles(dataset, id, { input: data.frame, places, raw, content });
    await writeScopeVectors(dataset, id, shown.inputFile, await embedded.vectors(), context.signal);
    await writeJson(dataset.path("scopes", `${id}-transactions.json`), []);
    await dataset.writeTags(content.tags);
    // named selections are in no file of the tool
    if (before) await dataset.keepBase(id, content);
    const carried = before ? { from: before.id, edits: before.state.revision, changes } : undefined;
    const json = {
      ls_version: LS_VERSION,
      id,
      embedding_id: embedded.id,
      umap_id: laidOut.id,
      cluster_id: clustered.id,
      cluster_labels_id: labelled.id,
      label,
      description,
      dataset: data.meta,
      embedding: withoutKeys(embedded.json, ["min_values", "max_values"]),
      umap: laidOut.json,
      cluster: withOutliers(clustered.json, content),
      granularity: "rows",
      cluster_labels: labelled.json,
      ...shown.keys,
      timestamp: localTime(new Date()),
      [PROVENANCE]: provenanceOf(key, clock, {
        ...{ next_cluster: content.nextCluster, last_edit: null, themes: themesIn(labelled.json, (n) => ids[n]) },
        ...(carried ? { carried } : {}),
      }),
    };
    await writeJson(dataset.path("scopes", `${id}.json`), json);
    return { id, reused: false, summary: summaryOf(data), run: { id, json } };
  });
}

/** The clusters as the model labelled them, by position, without the rows of no cluster. */
function clustersOf(table: pl.DataFrame, labelJson: JsonObject): Omit<Cluster, "id">[] {
  return savedLabels(table, labelJson).flatMap((label) => (label ? { ...label, stale: false, swatch: null } : []));
}

/** The scope of this dataset that was saved last, as it is now. One that cannot be read is passed over, with a warning. */
async function previousScope(
  { dataset, frame }: Ingested,
  context: RunContext,
): Promise<{ id: string; state: ScopeState } | undefined> {
  const run = (await dataset.runs("scopes")).at(-1);
  if (!run) return undefined;
  try {
    return { id: run.id, state: stateOf(await readScope(dataset, run, frame)) };
  } catch (error) {
    if (!(error instanceof LatentScopeError)) throw error;
    context.warn(`Ids, colours and labels of ${run.id} are not carried over: ${error.message}`);
    return undefined;
  }
}

function withoutKeys(json: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));
}

/** "2026-11-22 20:49:49", local time. */
export function localTime(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function summaryOf(data: Ingested): string {
  return plural(data.frame.height, "row");
}
