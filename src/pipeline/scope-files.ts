import { stat } from "node:fs/promises";
import pl from "nodejs-polars";
import { findCluster, liveMembers, UNCLUSTERED, type ClusterId, type Content } from "../scope";
import { flags, int64, text, writeParquet, type Dataset, type JsonObject } from "../store";
import { axesOf, rowsOfAxes } from "./axes";
import { convexHull } from "./hull";
import { cellIndices } from "./tiles";
import type { Vectors } from "./vectors";

/** What the files of a scope show. */
export interface ScopeFiles {
  /** The table as stored. */
  readonly input: pl.DataFrame;
  /** Two or three numbers a row, in [-1, 1]. */
  readonly places: Vectors;
  /** The clustering's own labels; -1 is none. */
  readonly raw: Int32Array;
  readonly content: Content;
}

/** The key of a cluster's id in the scope's JSON. In the files of Latent Scope clusters are numbered by position, without gaps. */
export const CLUSTER_ID = "latentscope_id";

/** The number of each cluster in the files, by id: ascending, the outliers last, if there are any. */
export function filePositions({ clusters, assignment }: Content): Map<number, number> {
  const inside = clusters.map(({ id }) => id as number).filter((id) => id !== UNCLUSTERED);
  const ids = assignment.includes(UNCLUSTERED) ? [...inside, UNCLUSTERED] : inside;
  return new Map(ids.map((id, position) => [id, position]));
}

/**
 * Writes `scopes-NNN.parquet` and `-input.parquet`.
 * @returns the path of the latter in the dataset, and the keys of the scope's JSON that say what is in both
 */
export async function writeScopeFiles(
  dataset: Dataset,
  id: string,
  files: ScopeFiles,
): Promise<{ inputFile: string; keys: JsonObject }> {
  const { input, places, content } = files;
  const positions = filePositions(content);
  const scope = scopeFrame(files, positions);
  const [scopeFile, inputFile] = scopeFileNames(id);
  await writeParquet(dataset.path(scopeFile), scope);
  await writeParquet(dataset.path(inputFile), inputFrame(input, scope));
  const { size } = await stat(dataset.path(scopeFile));
  const { dimensions } = places;
  const rows = content.assignment.length;
  return {
    inputFile,
    keys: { cluster_labels_lookup: lookup(files, positions), rows, columns: scope.columns, dimensions, size },
  };
}

/** The files of a scope beside its JSON, relative to the dataset: the rows, and these with the input's columns. */
export function scopeFileNames(id: string): [string, string] {
  return [`scopes/${id}.parquet`, `scopes/${id}-input.parquet`];
}

function scopeFrame({ content, places, raw }: ScopeFiles, positions: ReadonlyMap<number, number>): pl.DataFrame {
  const { assignment, deleted, clusters } = content;
  const axes = axesOf(places.values, places.dimensions);
  const inSpace = places.dimensions === 3;
  const ids = assignment.map((id) => positions.get(id) ?? -1);
  const shown = clusters.filter(({ id }) => positions.has(id));
  const labels = pl.DataFrame([
    int64(
      "cluster",
      Int32Array.from(shown, ({ id }) => positions.get(id) ?? -1),
    ),
    text(
      "label",
      shown.map(({ label }) => label),
    ),
  ]);
  const frame = pl.DataFrame([
    ...["x", "y", "z"].slice(0, places.dimensions).map((name, axis) => pl.Series(name, axes[axis])),
    ...[64, 128].map((count) => int64(`tile_index_${count}`, cellIndices(axes.slice(0, 2), count))),
    ...(inSpace ? [32, 64].map((count) => int64(`voxel_index_${count}`, cellIndices(axes, count))) : []),
    int64("cluster", ids),
    int64("raw_cluster", raw),
    flags("deleted", deleted),
    int64(
      "ls_index",
      Int32Array.from({ length: ids.length }, (_, row) => row),
    ),
  ]);
  const columns = frame.columns.filter((name) => name !== "deleted" && name !== "ls_index");
  return frame.join(labels, { on: "cluster", how: "left" }).select(...columns, "label", "deleted", "ls_index");
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

/** The clusters by position; beside Latent Scope's keys, their ids and where each label came from. */
function lookup({ content, places }: ScopeFiles, positions: ReadonlyMap<number, number>): JsonObject[] {
  const coordinates = rowsOfAxes(axesOf(places.values, places.dimensions).slice(0, 2));
  const members = liveMembers(content);
  return [...positions].map(([id, position]) => {
    const cluster = findCluster(content, id);
    const { label, description, labelSource, labelModel, labelError, labelOrigin, stale, swatch } = cluster;
    return {
      label,
      description,
      hull: id === UNCLUSTERED ? [] : convexHull(members.get(id as ClusterId) ?? [], coordinates),
      cluster: position,
      [CLUSTER_ID]: id,
      label_source: labelSource,
      label_model: labelModel,
      label_error: labelError,
      ...(labelOrigin ? { label_origin: labelOrigin } : {}),
      stale,
      swatch,
    };
  });
}

/** The JSON of a clustering as a scope holds it: with the number that its own files give to the rows of no cluster. */
export function withOutliers(clusterJson: JsonObject, content: Content): JsonObject {
  const outliers = filePositions(content).get(UNCLUSTERED);
  const json = Object.fromEntries(Object.entries(clusterJson).filter(([key]) => key !== "unclustered_cluster"));
  return outliers === undefined ? json : { ...json, unclustered_cluster: outliers };
}
