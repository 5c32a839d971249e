import pl from "nodejs-polars";
import {
  differences,
  initialState,
  LatentScopeError,
  replayFitting,
  savedContent,
  UNCLUSTERED,
  type Cluster,
  type ClusterId,
  type ContentEdit,
  type LogEntry,
  type SavedContent,
  type ScopeState,
} from "../scope";
import {
  checkRunId,
  damagedFile,
  Dataset,
  datasets,
  int64,
  isObject,
  numbers,
  provenance,
  readParquet,
  resolveDataDir,
  textAt,
  type JsonObject,
  type Run,
} from "../store";
import { quotedList } from "./format";
import { didYouMean } from "./ingest/nearest-names";
import { originIn, sourceIn, sourceOf, type SavedLabel } from "./saved-labels";
import { themesIn } from "./themes-in";
import { rowsOfAxes } from "./axes";
import { withSwatches } from "./carry-over";
import { CLUSTER_ID } from "./scope-files";
import { storedNames } from "./ingest/columns";
import type { OpenOptions, RunResult } from "./types";

/**
 * A saved scope, from its files alone: those of this library, and those of Latent Scope.
 * @throws LatentScopeError `not-found`, `bad-name`, `damaged-file`
 */
export async function openScope(name: string, options: OpenOptions = {}): Promise<RunResult> {
  const dataset = new Dataset(resolveDataDir(options.dataDir), name);
  if (!(await dataset.readMeta())) throw await noDataset(dataset);
  const scopes = await dataset.runs("scopes");
  const wanted = options.scope === undefined ? undefined : checkRunId("scopes", options.scope);
  const run = wanted === undefined ? scopes.at(-1) : scopes.find(({ id }) => id === wanted);
  if (!run) {
    const there = scopes.length
      ? `Its scopes are ${quotedList(scopes.map(({ id }) => id))}.`
      : "It has no saved scope yet: run it to make one.";
    throw new LatentScopeError(
      "not-found",
      `The dataset "${name}" has no ${wanted ? `scope "${wanted}"` : "scope"}. ${there}`,
    );
  }
  return readScope(dataset, run, await dataset.readInput());
}

/** A scope of a dataset, as {@link readScope}, and what else its files say. @throws LatentScopeError `not-found`, `damaged-file` */
export async function openedScope(dataset: Dataset, id: string, input: pl.DataFrame): Promise<OpenedScope> {
  const run = await dataset.findRun("scopes", id);
  if (run) return readScope(dataset, run, input);
  throw new LatentScopeError("not-found", `The scope "${id}" of "${dataset.name}" is not there any more.`);
}

/** A scope as its files have it. */
export interface OpenedScope extends RunResult {
  /** Its JSON. */
  readonly json: JsonObject;
}

/** A scope as it was saved, and what its files say of it now. @param input the dataset's table */
export async function readScope(dataset: Dataset, run: Run, input: pl.DataFrame): Promise<OpenedScope> {
  const { id, json } = run;
  const file = dataset.path("scopes", `${id}.parquet`);
  if (json["granularity"] === "tokens")
    throw new LatentScopeError(
      "unsupported-input",
      `The scope "${id}" of "${dataset.name}" has a point for each token. Only scopes of whole rows can be opened here: name one with the option scope.`,
    );
  const saved = await readParquet(file);
  const { frame, missing } = inRowOrder(saved, input.height, file);
  const [x, y] = [numbers(frame, "x", file), numbers(frame, "y", file)];
  const own = provenance(json);
  const { clusters, idAt, nextCluster } = await clustersOf(dataset, run);
  const ids = (column: string): Int32Array =>
    Int32Array.from(numbers(frame, column, file), (position) => {
      const cluster = position === UNCLUSTERED ? UNCLUSTERED : idAt[position];
      if (cluster !== undefined) return cluster;
      throw damagedFile(dataset.path("scopes", `${id}.json`), "cluster_labels_lookup has fewer clusters than the rows");
    });
  const assignment = ids("cluster");
  const coordinates = rowsOfAxes([x, y]);
  const deleted = new Uint8Array(assignment.length);
  for (const row of [...missing, ...deletedRows(frame)]) deleted[row] = 1;
  const tags = await tagsOf(dataset, frame.height);
  const shown = withSwatches(savedContent(clusters, assignment, { deleted, tags, nextCluster }), coordinates);
  const base = await dataset.readBase(id);
  const names = storedNames(input.columns);
  const textColumn = textAt(
    objectAt(json, "embedding"),
    "text_column",
    textAt(objectAt(json, "dataset"), "text_column"),
  );
  return {
    dataset,
    scopeId: id,
    textColumn: names.get(textColumn) ?? textColumn,
    input: pl.DataFrame(input.columns.map((name) => input.getColumn(name).rename(names.get(name) ?? name))),
    coordinates,
    z: frame.columns.includes("z") ? Float32Array.from(numbers(frame, "z", file)) : undefined,
    saved: base ?? shown,
    themes: themesIn(json, (recorded) => recorded as ClusterId),
    outside: base ? outsideEdits(base, dataset.editLog(id).read(), own?.["last_edit"], shown) : [],
    hasBase: base !== undefined,
    json,
    // in files of before 0.6, only the rows' final clusters
    rawClusters: frame.columns.includes("raw_cluster")
      ? Int32Array.from(numbers(frame, "raw_cluster", file))
      : assignment.slice(),
    steps: [],
    warnings: [],
    metadata: { ...json, created: provenance(json)?.created ?? textAt(json, "timestamp") },
  };
}

/** A scope that was read, as it is now: with its edits, and with what other programs have done to its files. */
export function stateOf({ dataset, scopeId, saved, outside }: RunResult): ScopeState {
  const { state } = replayFitting(initialState(saved), dataset.editLog(scopeId).read());
  const more = outside.map((edit, i) => ({ revision: 0, id: `outside-${i}`, time: "", actor: "files" as const, edit }));
  return replayFitting(state, more).state;
}

/**
 * What other programs have done to the files of a scope and nobody has taken in yet.
 * @param entries its log: those up to `last` were written into the files, and of the later ones those that come from the files
 * @param shown what the files show
 */
export function outsideEdits(
  base: SavedContent,
  entries: readonly LogEntry[],
  last: unknown,
  shown: SavedContent,
): ContentEdit[] {
  const written = entries.findIndex(({ id }) => id === last) + 1;
  const inFiles = entries.filter(({ actor }, i) => i < written || actor === "files");
  const { state } = replayFitting(initialState(base), inFiles);
  return differences(state.content, shown);
}

/** One row for each of the table: early versions of Latent Scope left deleted rows out of the file. */
function inRowOrder(saved: pl.DataFrame, rows: number, file: string): { frame: pl.DataFrame; missing: number[] } {
  if (saved.height === rows) return { frame: saved, missing: [] };
  const indices = saved.columns.includes("ls_index") ? numbers(saved, "ls_index", file) : [];
  const there = new Set(indices);
  if (saved.height > rows || there.size !== saved.height || indices.some((row) => !(row >= 0 && row < rows)))
    throw damagedFile(file, `it has ${saved.height} rows and input.parquet ${rows}`);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const missing = [...all].filter((row) => !there.has(row));
  const outside = ["x", "y", "z", "cluster", "raw_cluster"].map((name) => pl.col(name).fillNull(pl.lit(-1)));
  const frame = pl
    .DataFrame([int64("ls_index", all)])
    .join(saved, { on: "ls_index", how: "left" })
    .withColumns(...outside.filter((_, i) => saved.columns.includes(["x", "y", "z", "cluster", "raw_cluster"][i])));
  return { frame, missing };
}

/** Scopes of before 0.5 have no such column. */
function deletedRows(frame: pl.DataFrame): number[] {
  if (!frame.columns.includes("deleted")) return [];
  const deleted = frame.getColumn("deleted").toArray() as (boolean | null)[];
  return deleted.flatMap((yes, row) => (yes ? [row] : []));
}

/** Tags with rows of this dataset. */
async function tagsOf(dataset: Dataset, rows: number): Promise<Map<string, Uint32Array>> {
  const tags = [...(await dataset.readTags())].map(([tag, tagged]) => {
    const here = Uint32Array.from([...new Set(tagged)].filter((row) => row < rows)).sort();
    return [tag, here] as const;
  });
  return new Map(tags.filter(([, tagged]) => tagged.length));
}

/** The id that the file gives to rows of no cluster; -1 when it has none. */
function unclusteredId(json: JsonObject): number {
  const id = objectAt(json, "cluster")["unclustered_cluster"];
  return typeof id === "number" ? id : UNCLUSTERED;
}

/** The clusters of a scope, the id at each position of its files, and that of the next new one. */
async function clustersOf(
  dataset: Dataset,
  { id, json }: Run,
): Promise<{ clusters: Cluster[]; idAt: readonly ClusterId[]; nextCluster: number }> {
  const file = dataset.path("scopes", `${id}.json`);
  const lookup = json["cluster_labels_lookup"] ?? (await labelsOf(dataset, json));
  if (!Array.isArray(lookup) || !lookup.every(isObject))
    throw damagedFile(file, "cluster_labels_lookup is no list of clusters");
  const outliers = unclusteredId(json);
  const next = provenance(json)?.["next_cluster"];
  const numbered = typeof next === "number" && lookup.some((entry) => typeof entry[CLUSTER_ID] === "number");
  let nextCluster = numbered ? next : lookup.length;
  const idAt = lookup.map((entry, position): ClusterId => {
    if (position === outliers) return UNCLUSTERED;
    const recorded = entry[CLUSTER_ID];
    if (typeof recorded === "number") return recorded as ClusterId;
    // a cluster that another tool has added to ours, or a scope of another tool
    return (numbered ? nextCluster++ : position) as ClusterId;
  });
  const clusters = lookup.flatMap((entry, position) =>
    idAt[position] === UNCLUSTERED ? [] : [clusterOf(entry, idAt[position], position, json)],
  );
  return { clusters, idAt, nextCluster };
}

/** The labels of a scope that names their file only, as early versions of Latent Scope wrote it. */
async function labelsOf(dataset: Dataset, json: JsonObject): Promise<JsonObject[]> {
  const labels = textAt(json, "cluster_labels_id", "default");
  const cluster = checkRunId("cluster", json["cluster_id"]);
  const name = labels === "default" ? `${cluster}-labels-default` : checkRunId(`${cluster}-labels`, labels);
  const table = await readParquet(dataset.path("clusters", `${name}.parquet`));
  return table.select("label", "description").toRecords();
}

function clusterOf(entry: JsonObject, id: ClusterId, position: number, json: JsonObject): Cluster {
  return {
    id,
    label: textAt(entry, "label", `Cluster ${id}`),
    description: textAt(entry, "description"),
    ...labelSourceOf(entry, position, json),
    stale: entry["stale"] === true,
    swatch: typeof entry["swatch"] === "number" ? entry["swatch"] : null,
  };
}

/** Where the label of a cluster came from. A scope that another tool made of our labels has what we recorded with them. */
function labelSourceOf(
  entry: JsonObject,
  position: number,
  json: JsonObject,
): Omit<SavedLabel, "label" | "description"> {
  const labelSource = sourceOf(entry["label_source"]);
  if (labelSource) {
    const { label_model: model, label_error: error, label_origin: origin } = entry;
    return {
      labelSource,
      labelModel: typeof model === "string" ? model : null,
      labelError: typeof error === "string" ? error : null,
      labelOrigin: originIn(origin),
    };
  }
  if (json["cluster_labels_id"] === "default") return { labelSource: "none", labelModel: null, labelError: null };
  return sourceIn(objectAt(json, "cluster_labels"), position);
}

function objectAt(json: JsonObject, key: string): JsonObject {
  const value = json[key];
  return isObject(value) ? value : {};
}

/** The error for a dataset that is not there. */
export async function noDataset(dataset: Dataset): Promise<LatentScopeError> {
  const names = (await datasets(dataset.dataDir)).map(({ name }) => name);
  const there = names.length ? `The datasets there are ${quotedList(names)}.` : "There are no datasets there.";
  const hint = didYouMean(dataset.name, names) ?? there;
  return new LatentScopeError("not-found", `There is no dataset "${dataset.name}" in ${dataset.dataDir}. ${hint}`);
}
