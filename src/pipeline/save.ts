import { stat } from "node:fs/promises";
import pl from "nodejs-polars";
import {
  int64,
  isObject,
  kindOf,
  listParts,
  PROVENANCE,
  readParquet,
  text,
  writeJson,
  writeParquet,
  type JsonObject,
  type Run,
} from "../store";
import { checkKnown } from "./check-options";
import { fileIds, type Clustered } from "./cluster";
import { provenanceOf, stepKey, type RunContext, type StepOutcome } from "./context";
import type { Embedded } from "./embed";
import { plural } from "./format";
import { LS_VERSION, type Ingested } from "./ingest";
import type { ClusterLabel, Labelled } from "./label";
import { finishedRun } from "./reuse";
import { axesOf } from "./axes";
import { cellIndices } from "./tiles";
import type { LaidOut } from "./umap";
import { writeScopeVectors, type IpcColumns, type Vectors } from "./vectors";

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
    const files = (id: string): string[] => [
      `scopes/${id}.parquet`,
      `scopes/${id}-input.parquet`,
      `lancedb/${id}.lance`,
    ];
    const earlier = await finishedRun(dataset, await dataset.runs("scopes"), key, files);
    if (earlier) return { id: earlier.id, reused: true, summary: summaryOf(data), run: earlier };

    context.progress("save", 0, data.frame.height, "rows");
    const id = await dataset.nextId("scopes");
    const labels = await clustered.labels();
    const places = await laidOut.places();
    const table = await readParquet(dataset.path("clusters", `${labelled.id}.parquet`));
    const names = table.getColumn("label").toArray() as string[];
    const scope = scopeFrame(labels, await clustered.rawLabels(), places, names);
    const input = inputFrame(data.frame, scope);
    const [scopeFile, inputFile] = files(id);
    await writeParquet(dataset.path(scopeFile), scope);
    await writeParquet(dataset.path(inputFile), input);
    const ipc = ipcColumns(lanceFrame(input));
    await writeScopeVectors(dataset, id, ipc, await embedded.vectors(), context.signal);
    await writeJson(dataset.path("scopes", `${id}-transactions.json`), []);
    const { size } = await stat(dataset.path(scopeFile));
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
      cluster: clustered.json,
      granularity: "rows",
      cluster_labels: labelled.json,
      cluster_labels_lookup: lookup(table, labelled.json),
      rows: data.frame.height,
      columns: scope.columns,
      dimensions: places.dimensions,
      size,
      timestamp: localTime(new Date()),
      [PROVENANCE]: provenanceOf(key, clock),
    };
    await writeJson(dataset.path("scopes", `${id}.json`), json);
    return { id, reused: false, summary: summaryOf(data), run: { id, json } };
  });
}

function scopeFrame(
  labels: Int32Array,
  raw: Int32Array,
  { values, dimensions }: Vectors,
  names: readonly string[],
): pl.DataFrame {
  const ids = fileIds(labels);
  const axes = axesOf(values, dimensions);
  const inSpace = dimensions === 3;
  return pl.DataFrame([
    ...["x", "y", "z"].slice(0, dimensions).map((name, axis) => pl.Series(name, axes[axis])),
    ...[64, 128].map((count) => int64(`tile_index_${count}`, cellIndices(axes.slice(0, 2), count))),
    ...(inSpace ? [32, 64].map((count) => int64(`voxel_index_${count}`, cellIndices(axes, count))) : []),
    int64("cluster", ids),
    int64("raw_cluster", raw),
    text(
      "label",
      Array.from(ids, (id) => names[id]),
    ),
    pl.Series("deleted", new Array<boolean>(labels.length).fill(false), pl.Bool),
    int64("ls_index", Int32Array.from(labels.keys())),
  ]);
}

/** `scopes-NNN-input.parquet`: index, the input's columns, the scope's. (Ingest has seen to it that no two have one name.) */
function inputFrame(input: pl.DataFrame, scope: pl.DataFrame): pl.DataFrame {
  const columns = scope.columns.filter((name) => name !== "ls_index").map((name) => scope.getColumn(name));
  return pl.DataFrame([
    scope.getColumn("ls_index").clone().rename("index"),
    ...input.columns.map((name) => input.getColumn(name)),
    ...columns,
  ]);
}

/** Lance takes no dot in the name of a column. */
function lanceFrame(frame: pl.DataFrame): pl.DataFrame {
  const taken = new Set(frame.columns);
  return pl.DataFrame(
    frame.columns.map((name) => {
      let plain = name.replaceAll(".", "_");
      while (plain !== name && taken.has(plain)) plain += "_";
      taken.add(plain);
      return frame.getColumn(name).clone().rename(plain);
    }),
  );
}

/** The columns for Lance: lists as their lengths, and their values apart. */
function ipcColumns(frame: pl.DataFrame): IpcColumns {
  const stream = (columns: pl.Series[]): Uint8Array =>
    pl.DataFrame(columns.map((column): pl.Series => column.rechunk())).writeIPCStream({ compression: "uncompressed" });
  const lists: Record<string, Uint8Array> = {};
  const columns = frame.columns.map((name): pl.Series => {
    const column: pl.Series = frame.getColumn(name);
    if (kindOf(column) !== "List") return column;
    const { lengths, values } = listParts(column);
    lists[name] = stream([values]);
    return lengths.rename(name);
  });
  return { columns: stream(columns), lists };
}

/** The clusters by position; beside Latent Scope's keys, where each label came from. */
function lookup(table: pl.DataFrame, labelJson: JsonObject): JsonObject[] {
  const column = (name: string): unknown[] => table.getColumn(name).toArray();
  const [labels, descriptions] = [column("label"), column("description")];
  const hulls = column("hull") as (ArrayLike<number> | null)[];
  const own = labelJson[PROVENANCE];
  const sources = (isObject(own) && Array.isArray(own["labels"]) ? own["labels"] : []) as Pick<
    ClusterLabel,
    "source" | "model" | "error"
  >[];
  return labels.map((label, id) => ({
    label,
    description: descriptions[id],
    hull: Array.from(hulls[id] ?? [], Number),
    cluster: id,
    label_source: sources[id]?.source ?? "none",
    label_model: sources[id]?.model ?? null,
    label_error: sources[id]?.error ?? null,
  }));
}

function withoutKeys(json: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));
}

/** "2026-11-22 20:49:49", local time. */
function localTime(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function summaryOf(data: Ingested): string {
  return plural(data.frame.height, "row");
}
