import { LatentScopeError } from "../scope";
import { Dataset, numbers, provenance, readParquet, textAt, type JsonObject, type Run } from "../store";
import { rowsOfAxes } from "./axes";
import { quotedList } from "./format";
import type { Embedded } from "./embed";
import type { Ingested } from "./ingest";
import { noDataset } from "./open";
import { Texts } from "./ingest/texts";
import { readVectors, rowsOf, type Vectors } from "./vectors";

/** Least and greatest value of each axis, in UMAP's own scale. */
export interface Extent {
  readonly least: readonly number[];
  readonly greatest: readonly number[];
}

/** A layout that others are made from. */
interface LayoutRun {
  /** What it was made from, for the keys of those. */
  readonly key: string;
  readonly dimensions: 2 | 3;
}

/**
 * An earlier layout of the same rows.
 * @param id "umap-001"
 * @throws LatentScopeError `not-found`, `bad-name`
 */
export async function earlierLayout(
  { dataset, texts }: Ingested,
  id: string,
): Promise<LayoutRun & { load(): Promise<Float32Array> }> {
  const run = await layoutRun(dataset, id);
  return { ...of(run), load: async () => inOwnScale(await places(dataset, run), texts.rows, extentOf(run.json)) };
}

/** A layout of other rows, and what it was made from. */
export interface ReferenceLayout extends LayoutRun {
  readonly nNeighbors: number;
  readonly minDist: number;
  readonly extent: Extent;
  load(signal?: AbortSignal): Promise<{ reference: Float32Array; referenceRows: number; layout: Float32Array }>;
}

/**
 * A layout of another dataset, to place rows in.
 * @param name "tickets/umap-001"
 * @throws LatentScopeError `bad-option` when it was made from another model's vectors; `not-found`, `bad-name`
 */
export async function referenceLayout(
  { dataset: own }: Ingested,
  embedded: Embedded,
  name: string,
): Promise<ReferenceLayout> {
  const slash = name.lastIndexOf("/");
  if (slash < 1)
    throw new LatentScopeError(
      "bad-option",
      `umap.transform names a layout of another dataset, as "tickets/umap-001", not ${JSON.stringify(name)}.`,
    );
  const dataset = new Dataset(own.dataDir, name.slice(0, slash));
  const meta = await dataset.readMeta();
  if (!meta) throw await noDataset(dataset);
  const run = await layoutRun(dataset, name.slice(slash + 1));
  const embedding = await dataset.findRun("embedding", String(run.json["embedding_id"]));
  if (!embedding)
    throw new LatentScopeError("not-found", `The vectors of ${name}, ${String(run.json["embedding_id"])}, are gone.`);
  const [model, ours] = [embedding.json, embedded.json].map(modelOf);
  if (model !== ours)
    throw new LatentScopeError(
      "bad-option",
      `The layout "${name}" was made from vectors of ${model}; those of these rows are of ${ours}, which cannot be compared with them.`,
    );
  return {
    ...of(run),
    nNeighbors: Number(run.json["neighbors"]),
    minDist: Number(run.json["min_dist"]),
    extent: extentOf(run.json),
    async load(signal) {
      const textColumn = textAt(embedding.json, "text_column", meta.text_column ?? "");
      const { rows } = await Texts.of((await dataset.readInput()).getColumn(textColumn));
      const vectors = await readVectors(dataset, embedding.id, meta.length, signal);
      return {
        reference: rowsOf(vectors, rows),
        referenceRows: rows.length,
        layout: inOwnScale(await places(dataset, run), rows, extentOf(run.json)),
      };
    },
  };
}

/** Reads the places of a layout. @throws LatentScopeError `damaged-file` */
export async function readPlaces(file: string, json: JsonObject): Promise<Vectors> {
  const frame = await readParquet(file);
  const names = ["x", "y", "z"].slice(0, json["dimensions"] === 3 ? 3 : 2);
  const axes = names.map((name) => numbers(frame, name, file));
  return { values: rowsOfAxes(axes), rows: frame.height, dimensions: names.length };
}

async function layoutRun(dataset: Dataset, id: string): Promise<Run> {
  const run = await dataset.findRun("umap", id);
  if (run) return run;
  const there = (await dataset.runs("umap")).map((known) => known.id);
  throw new LatentScopeError(
    "not-found",
    `The dataset "${dataset.name}" has no layout "${id}". ${there.length ? `It has ${quotedList(there)}.` : "It has none."}`,
  );
}

function of({ id, json }: Run): LayoutRun {
  return { key: provenance(json)?.key ?? id, dimensions: json["dimensions"] === 3 ? 3 : 2 };
}

async function places(dataset: Dataset, { id, json }: Run): Promise<Vectors> {
  return readPlaces(dataset.path("umaps", `${id}.parquet`), json);
}

function extentOf(json: JsonObject): Extent {
  const list = (key: string): number[] => (json[key] as unknown[]).map(Number);
  return { least: list("min_values"), greatest: list("max_values") };
}

/** The places of some rows in the scale in which UMAP made them. */
function inOwnScale({ values, dimensions }: Vectors, rows: Int32Array, { least, greatest }: Extent): Float32Array {
  const own = new Float32Array(rows.length * dimensions);
  for (let i = 0; i < own.length; i++) {
    const axis = i % dimensions;
    const place = values[rows[(i - axis) / dimensions] * dimensions + axis];
    own[i] = ((place + 1) / 2) * (greatest[axis] - least[axis]) + least[axis];
  }
  return own;
}

function modelOf(json: JsonObject): string {
  return `${String(json["model_id"])} (${String(json["dimensions"])} dimensions)`;
}
