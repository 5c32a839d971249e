import pl from "nodejs-polars";
import { listedRows, rowList, savedContent, type Cluster, type RowList, type SavedContent } from "../scope";
import { damagedFile, isObject, readJson, writeJson } from "./json";
import { int64, numbers, readParquet, writeParquet } from "./parquet";

/**
 * A scope as it was before any edit: what its log begins from. It is written once, before the scope's own files are made to show the edits.
 * `<base>.parquet` has `ls_index`, `cluster` (-1 for none), `deleted` and the tags of each row, `<base>.json` the clusters and the names of the tags, and the named selections.
 * @param base path without an ending
 */
export async function writeScopeBase(base: string, saved: SavedContent): Promise<void> {
  const rows = saved.assignment.length;
  const frame = pl.DataFrame([
    int64(
      "ls_index",
      Int32Array.from({ length: rows }, (_, row) => row),
    ),
    int64("cluster", saved.assignment),
    flags("deleted", saved.deleted),
    ...tagFlags(saved),
  ]);
  await writeParquet(`${base}.parquet`, frame);
  const { clusters, nextCluster, tags, selections } = saved;
  const named = [...selections].map(([name, rows]) => [name, rowList(rows)]);
  await writeJson(`${base}.json`, { clusters, next_cluster: nextCluster, tags: [...tags.keys()], selections: named });
}

/** What {@link writeScopeBase} wrote; undefined when it has not. @throws LatentScopeError `damaged-file` */
export async function readScopeBase(base: string): Promise<SavedContent | undefined> {
  const json = await readJson(`${base}.json`);
  if (!json) return undefined;
  const { clusters, next_cluster: nextCluster, tags: names, selections: named } = json;
  const complete =
    Array.isArray(clusters) &&
    clusters.every(isObject) &&
    typeof nextCluster === "number" &&
    Array.isArray(names) &&
    Array.isArray(named);
  if (!complete) throw damagedFile(`${base}.json`, "it has no clusters, next_cluster, tags and selections");
  const file = `${base}.parquet`;
  const frame = await readParquet(file);
  const tags = new Map((names as string[]).map((name, i) => [name, flaggedRows(frame, tagColumn(i), file)]));
  return savedContent(clusters as unknown as Cluster[], Int32Array.from(numbers(frame, "cluster", file)), {
    ...{ tags, nextCluster },
    selections: new Map((named as [string, RowList][]).map(([name, rows]) => [name, listedRows(rows, frame.height)])),
    deleted: Uint8Array.from(numbers(frame, "deleted", file)),
  });
}

/** A column of booleans from bytes of 0 and 1. */
export function flags(name: string, values: Uint8Array): pl.Series {
  return (pl.Series(name, values) as pl.Series).cast(pl.Bool);
}

function tagFlags({ tags, assignment }: SavedContent): pl.Series[] {
  return [...tags.values()].map((rows, i) => {
    const tagged = new Uint8Array(assignment.length);
    for (const row of rows) tagged[row] = 1;
    return flags(tagColumn(i), tagged);
  });
}

function flaggedRows(frame: pl.DataFrame, column: string, file: string): Uint32Array {
  const flagged = numbers(frame, column, file);
  return Uint32Array.from(flagged.keys()).filter((row) => flagged[row] !== 0);
}

/** Tags have any name, columns may not. */
function tagColumn(position: number): string {
  return `tag_${position}`;
}
