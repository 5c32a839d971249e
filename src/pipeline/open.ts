import pl from "nodejs-polars";
import {
  LatentScopeError,
  UNCLUSTERED,
  UNCLUSTERED_LABEL,
  type Cluster,
  type ClusterId,
  type LabelSource,
} from "../scope";
import {
  checkRunId,
  damagedFile,
  Dataset,
  datasets,
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

/** A scope as it was saved. @param input the dataset's table */
export async function readScope(dataset: Dataset, run: Run, input: pl.DataFrame): Promise<RunResult> {
  const { id, json } = run;
  const file = dataset.path("scopes", `${id}.parquet`);
  const frame = await readParquet(file);
  if (frame.height !== input.height)
    throw damagedFile(file, `it has ${frame.height} rows and input.parquet ${input.height}`);
  const [x, y] = [numbers(frame, "x", file), numbers(frame, "y", file)];
  const unclustered = unclusteredId(json);
  const assignment = Int32Array.from(numbers(frame, "cluster", file), (cluster) =>
    cluster === unclustered ? UNCLUSTERED : cluster,
  );
  const clusters = clustersOf(dataset.path("scopes", `${id}.json`), json, unclustered, assignment);
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
    coordinates: Float32Array.from({ length: x.length * 2 }, (_, i) => (i % 2 ? y : x)[i >> 1]),
    rawClusters: Int32Array.from(numbers(frame, "raw_cluster", file)),
    clusters,
    assignment,
    steps: [],
    warnings: [],
    metadata: { ...json, created: provenance(json)?.created ?? textAt(json, "timestamp") },
  };
}

/** The id that the file gives to rows of no cluster; -1 when it has none. */
function unclusteredId(json: JsonObject): number {
  const id = objectAt(json, "cluster")["unclustered_cluster"];
  return typeof id === "number" ? id : UNCLUSTERED;
}

function clustersOf(file: string, json: JsonObject, unclustered: number, assignment: Int32Array): Cluster[] {
  const lookup = json["cluster_labels_lookup"];
  if (!Array.isArray(lookup) || !lookup.every(isObject))
    throw damagedFile(file, "cluster_labels_lookup is no list of clusters");
  const known = assignment.every((id) => id === UNCLUSTERED || (id >= 0 && id < lookup.length));
  if (!known) throw damagedFile(file, "cluster_labels_lookup has fewer clusters than the rows");
  const inside = lookup.flatMap((entry, id) => (id === unclustered ? [] : [clusterOf(entry, id as ClusterId, json)]));
  return assignment.includes(UNCLUSTERED) ? [outside(), ...inside] : inside;
}

function clusterOf(entry: JsonObject, id: ClusterId, json: JsonObject): Cluster {
  const byModel: LabelSource = json["cluster_labels_id"] === "default" ? "none" : "llm";
  const source = entry["label_source"] ?? byModel;
  const model = entry["label_model"] ?? (source === "llm" ? objectAt(json, "cluster_labels")["model_id"] : null);
  return {
    id,
    label: textAt(entry, "label", `Cluster ${id}`),
    description: textAt(entry, "description"),
    labelSource: SOURCES.has(source) ? (source as LabelSource) : "none",
    labelModel: typeof model === "string" ? model : null,
    labelError: typeof entry["label_error"] === "string" ? entry["label_error"] : null,
    stale: false,
  };
}

const SOURCES = new Set<unknown>(["keywords", "llm", "user", "column", "none"] satisfies LabelSource[]);

function outside(): Cluster {
  return {
    id: UNCLUSTERED,
    label: UNCLUSTERED_LABEL,
    description: "Rows that belong to no cluster.",
    labelSource: "none",
    labelModel: null,
    labelError: null,
    stale: false,
  };
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
