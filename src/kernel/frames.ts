import pl from "nodejs-polars";
import { axesOf } from "../pipeline";
import { clusterSizes, initialState, logRows, UNCLUSTERED, type Content, type ScopeState } from "../scope";

/** What the rows of a scope are made of beside what edits change. */
export interface RowSource {
  /** The input's columns. */
  readonly input: pl.DataFrame;
  /** x and y of each row in turn, in [-1, 1]. */
  readonly coordinates: Float32Array;
  /** The third number of each place; undefined in the plane. */
  readonly z: Float32Array | undefined;
  /** The clustering's own labels, -1 for noise. */
  readonly rawClusters: Int32Array;
  /** Rows that are marked as deleted. */
  readonly deleted: readonly number[];
  /** Rows of each tag. */
  readonly tags: ReadonlyMap<string, readonly number[]>;
}

/** `scope.rows`: ls_index, the input's columns, x, y, cluster, raw_cluster, label, deleted, tags. */
export function rowsFrame(source: RowSource, content: Content): pl.DataFrame {
  const n = content.assignment.length;
  const [x, y] = axesOf(source.coordinates, 2);
  // labels come by a join: a million of them as JavaScript strings would take half a second
  const labels = pl.DataFrame([
    int64(
      "cluster",
      Int32Array.from(content.clusters, (c) => c.id),
    ),
    pl.Series(
      "label",
      content.clusters.map((c) => c.label),
      pl.Utf8,
    ),
  ]);
  const rows = pl
    .DataFrame([
      int64(
        "ls_index",
        Int32Array.from({ length: n }, (_, i) => i),
      ),
      ...source.input.columns.map((name) => source.input.getColumn(name)),
      pl.Series("x", x, pl.Float32),
      pl.Series("y", y, pl.Float32),
      ...(source.z ? [pl.Series("z", source.z, pl.Float32)] : []),
      int64("cluster", content.assignment),
      int64("raw_cluster", source.rawClusters),
    ])
    .join(labels, { on: "cluster", how: "left" })
    .withColumns(pl.lit(false).alias("deleted"), noTags.alias("tags"));
  return withTags(withDeleted(rows, source.deleted), source.tags);
}

function withDeleted(rows: pl.DataFrame, deleted: readonly number[]): pl.DataFrame {
  if (!deleted.length) return rows;
  const flags = new Array<boolean>(rows.height).fill(false);
  for (const row of deleted) flags[row] = true;
  return rows.withColumn(pl.Series("deleted", flags, pl.Bool));
}

function withTags(rows: pl.DataFrame, tags: RowSource["tags"]): pl.DataFrame {
  if (!tags.size) return rows;
  const tagged = new Map<number, string[]>();
  for (const [tag, of] of tags) for (const row of of) tagged.set(row, [...(tagged.get(row) ?? []), tag]);
  const frame = pl.DataFrame([
    int64("ls_index", Int32Array.from(tagged.keys())),
    pl.Series("own", [...tagged.values()], pl.List(pl.Utf8)),
  ]);
  return rows
    .join(frame, { on: "ls_index", how: "left" })
    .withColumn(pl.col("own").fillNull(pl.col("tags")).alias("tags"))
    .drop("own");
}

/** `scope.clusters`: one row a cluster, largest first, the outliers last. */
export function clustersFrame(content: Content): pl.DataFrame {
  const sizes = clusterSizes(content);
  const size = (id: number): number => sizes.get(id) ?? 0;
  const clusters = [...content.clusters].sort(
    (a, b) => Number(a.id === UNCLUSTERED) - Number(b.id === UNCLUSTERED) || size(b.id) - size(a.id) || a.id - b.id,
  );
  const text = (name: string, values: readonly (string | null)[]): pl.Series => pl.Series(name, [...values], pl.Utf8);
  return pl.DataFrame([
    int64(
      "cluster",
      Int32Array.from(clusters, (c) => c.id),
    ),
    text(
      "label",
      clusters.map((c) => c.label),
    ),
    text(
      "description",
      clusters.map((c) => c.description),
    ),
    int64(
      "size",
      Int32Array.from(clusters, (c) => size(c.id)),
    ),
    text(
      "label_source",
      clusters.map((c) => c.labelSource),
    ),
    text(
      "label_model",
      clusters.map((c) => c.labelModel),
    ),
    text(
      "label_error",
      clusters.map((c) => c.labelError),
    ),
    pl.Series(
      "stale",
      clusters.map((c) => c.stale),
      pl.Bool,
    ),
  ]);
}

/** `scope.selection`: the selected rows of `rows`, in the order of the selection. */
export function selectionFrame(rows: pl.DataFrame, selection: Uint32Array): pl.DataFrame {
  if (selection.length === 0) return rows.head(0);
  return pl.DataFrame([int64("ls_index", Int32Array.from(selection))]).join(rows, { on: "ls_index", how: "left" });
}

/** `scope.edits`: one row an edit, oldest first; `detail` is JSON. */
export function editsFrame(base: Content, state: ScopeState): pl.DataFrame {
  const rows = logRows(initialState(base), state);
  return pl.DataFrame([
    int64(
      "edit",
      Int32Array.from(rows, (r) => r.entry.revision),
    ),
    pl.Series(
      "time",
      rows.map((r) => new Date(r.entry.time)),
      pl.Datetime("ms"),
    ),
    pl.Series(
      "actor",
      rows.map((r) => r.entry.actor),
      pl.Utf8,
    ),
    pl.Series(
      "kind",
      rows.map((r) => r.entry.edit.kind),
      pl.Utf8,
    ),
    pl.Series(
      "cluster",
      rows.map((r) => r.cluster),
      pl.Int64,
    ),
    int64(
      "rows",
      Int32Array.from(rows, (r) => r.rows),
    ),
    pl.Series(
      "detail",
      rows.map((r) => JSON.stringify(r.detail)),
      pl.Utf8,
    ),
    pl.Series(
      "undone",
      rows.map((r) => r.undone),
      pl.Bool,
    ),
  ]);
}

/** A column of int64. */
export function int64(name: string, values: Int32Array): pl.Series {
  return pl.Series(name, values).cast(pl.Int64);
}

/** An empty list of strings in every row: a literal, because nodejs-polars types a Series of empty lists as List(Null). */
const noTags = pl.lit("").str.split(",").lst.head(0);
