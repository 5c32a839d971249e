import pl from "nodejs-polars";
import { axesOf, flags, type ClusterChange } from "../pipeline";
import {
  clusterSizes,
  logRows,
  UNCLUSTERED,
  type ClusterId,
  type Content,
  type LabelSet,
  type ScopeState,
} from "../scope";
import { int64, int64Lists } from "../store";

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
}

/**
 * `scope.rows`: ls_index, the input's columns, x, y, cluster, raw_cluster, label, deleted, tags. Columns are made anew only when what they
 * show has changed: a frame of a million rows after an edit takes a tenth of a second.
 */
export class RowsFrame {
  readonly #source: RowSource;
  #fixed: pl.DataFrame | undefined;
  readonly #cluster = new Remembered((assignment: Int32Array) => int64("cluster", assignment));
  readonly #label = new Remembered(labelColumn);
  readonly #deleted = new Remembered((deleted: Uint8Array) => flags("deleted", deleted));
  readonly #tags = new Remembered(tagsColumn);

  constructor(source: RowSource) {
    this.#source = source;
  }

  /** The rows of these contents. */
  of({ assignment, clusters, deleted, tags }: Content): pl.DataFrame {
    const fixed = (this.#fixed ??= fixedColumns(this.#source));
    return fixed
      .withColumns(
        this.#cluster.of(assignment),
        this.#label.of(assignment, clusters),
        this.#deleted.of(deleted),
        this.#tags.of(tags, assignment.length),
      )
      .select(...fixed.columns.slice(0, -1), "cluster", "raw_cluster", "label", "deleted", "tags");
  }
}

/** The columns that no edit changes. */
function fixedColumns({ input, coordinates, z, rawClusters }: RowSource): pl.DataFrame {
  const [x, y] = axesOf(coordinates, 2);
  return pl.DataFrame([
    int64(
      "ls_index",
      Int32Array.from({ length: rawClusters.length }, (_, row) => row),
    ),
    ...input.columns.map((name) => input.getColumn(name)),
    pl.Series("x", x, pl.Float32),
    pl.Series("y", y, pl.Float32),
    ...(z ? [pl.Series("z", z, pl.Float32)] : []),
    int64("raw_cluster", rawClusters),
  ]);
}

/** The label of each row. By a join: a million strings from JavaScript would take half a second. */
export function labelColumn(assignment: Int32Array, clusters: Content["clusters"]): pl.Series {
  const ids = clusters.map(({ id }) => id);
  const labels = clusters.map(({ label }) => label);
  return joined(assignment, ids, labels).rename("label");
}

/** The tags of each row, as lists of text. By a join of texts, too: one of lists takes three times as long. */
function tagsColumn(tags: Content["tags"], rows: number): pl.Series {
  const names = [...tags.keys()];
  // which set of tags a row has, and the sets by number
  const codes = new Int32Array(rows);
  const sets: number[][] = [[]];
  for (const [position, tagged] of [...tags.values()].entries()) {
    const extended = new Map<number, number>();
    for (const row of tagged) {
      let code = extended.get(codes[row]);
      if (code === undefined) {
        code = sets.push([...sets[codes[row]], position]) - 1;
        extended.set(codes[row], code);
      }
      codes[row] = code;
    }
  }
  if (sets.length === 1)
    return pl
      .DataFrame([pl.Series("code", codes)])
      .select(NO_TAGS.alias("tags"))
      .getColumn("tags");
  const texts = sets.map((set) => (set.length ? set.map((position) => names[position]).join(BETWEEN_TAGS) : null));
  const column = joined(codes, [...sets.keys()], texts).rename("text");
  const lists = pl.col("text").str.split(BETWEEN_TAGS).fillNull(NO_TAGS).alias("tags");
  return pl.DataFrame([column]).select(lists).getColumn("tags");
}

/** The text that belongs to each code. */
function joined(codes: Int32Array, of: readonly number[], texts: readonly (string | null)[]): pl.Series {
  const table = pl.DataFrame([pl.Series("code", Int32Array.from(of)), pl.Series("text", [...texts], pl.Utf8)]);
  return pl
    .DataFrame([pl.Series("code", codes)])
    .join(table, { on: "code", how: "left" })
    .getColumn("text");
}

/** An empty list of strings in every row: a literal, because nodejs-polars types a Series of empty lists as List(Null). */
const NO_TAGS = pl.lit("").str.split(",").lst.head(0);
/** No tag has a control character. */
const BETWEEN_TAGS = "\u001f";

/** The last result of a function, for as long as its arguments are the same. */
class Remembered<Arguments extends readonly unknown[], Result> {
  #arguments: Arguments | undefined;
  #result: Result | undefined;

  constructor(private readonly make: (...of: Arguments) => Result) {}

  of(...of: Arguments): Result {
    if (this.#arguments?.every((value, i) => value === of[i]) && this.#result !== undefined) return this.#result;
    this.#arguments = of;
    return (this.#result = this.make(...of));
  }
}

/** `scope.clusters`: one row a cluster, largest first, the outliers last. @param themes the theme of each cluster that has one */
export function clustersFrame(content: Content, themes: ReadonlyMap<ClusterId, string>): pl.DataFrame {
  const sizes = clusterSizes(content);
  const size = (id: ClusterId): number => sizes.get(id)?.size ?? 0;
  const shown = content.clusters.filter(({ id }) => id !== UNCLUSTERED || sizes.has(id));
  const clusters = shown.sort(
    (a, b) => Number(a.id === UNCLUSTERED) - Number(b.id === UNCLUSTERED) || size(b.id) - size(a.id) || a.id - b.id,
  );
  const text = (name: string, values: readonly (string | null | undefined)[]): pl.Series =>
    pl.Series(
      name,
      values.map((value) => value ?? null),
      pl.Utf8,
    );
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
      "theme",
      clusters.map((c) => themes.get(c.id)),
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
    text(
      "label_time",
      clusters.map((c) => c.labelOrigin?.time ?? null),
    ),
    int64Lists(
      "label_rows",
      clusters.map((c) => c.labelOrigin?.rows ?? []),
    ),
    pl.Series(
      "label_tokens",
      clusters.map((c) => c.labelOrigin?.tokens ?? null),
      pl.Int64,
    ),
    text(
      "label_prompt",
      clusters.map((c) => c.labelOrigin?.promptHash ?? null),
    ),
    text(
      "label_parameters",
      clusters.map((c) => c.labelOrigin && JSON.stringify(c.labelOrigin.parameters)),
    ),
    pl.Series(
      "stale",
      clusters.map((c) => c.stale),
      pl.Bool,
    ),
  ]);
}

/** `scope.labelSets()`: one row a set, oldest first. */
export function labelSetsFrame(sets: readonly LabelSet[]): pl.DataFrame {
  const text = (name: string, values: string[]): pl.Series => pl.Series(name, values, pl.Utf8);
  return pl.DataFrame([
    text(
      "labels",
      sets.map(({ id }) => id),
    ),
    text(
      "model",
      sets.map(({ model }) => model),
    ),
    int64(
      "clusters",
      Int32Array.from(sets, ({ labels }) => labels),
    ),
    text(
      "created",
      sets.map(({ created }) => created),
    ),
  ]);
}

/** `scope.selection`: the selected rows of `rows`, in the order of the selection. */
export function selectionFrame(rows: pl.DataFrame, selection: Uint32Array): pl.DataFrame {
  if (selection.length === 0) return rows.head(0);
  // a mask first: a join with all rows of a large scope takes ten times as long
  const wanted = new Uint8Array(rows.height);
  for (const row of selection) wanted[row] = 1;
  const selected = rows.filter(flags("wanted", wanted));
  if (selection.every((row, i) => i === 0 || row > selection[i - 1])) return selected;
  return pl.DataFrame([int64("ls_index", Int32Array.from(selection))]).join(selected, { on: "ls_index", how: "left" });
}

/** `scope.edits`: one row an edit, oldest first; `detail` is JSON. @param scope "dataset/scopes-001" */
export function editsFrame(state: ScopeState, scope: string): pl.DataFrame {
  const rows = logRows(state);
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
    pl.Series(
      "scope",
      rows.map(() => scope),
      pl.Utf8,
    ),
  ]);
}

/** `scope.selections`: one row a named selection, oldest first. */
export function selectionsFrame({ selections }: Content): pl.DataFrame {
  return pl.DataFrame([
    pl.Series("name", [...selections.keys()], pl.Utf8),
    int64(
      "rows",
      Int32Array.from(selections.values(), (rows) => rows.length),
    ),
  ]);
}

/** `scope.tags`: one row a tag. Deleted rows do not count. */
export function tagsFrame({ tags, deleted }: Content): pl.DataFrame {
  const live = (rows: Uint32Array): number => rows.reduce((sum, row) => sum + 1 - deleted[row], 0);
  return pl.DataFrame([
    pl.Series("tag", [...tags.keys()], pl.Utf8),
    int64("rows", Int32Array.from(tags.values(), live)),
  ]);
}

/** `scope.changes`: one row a cluster of this scope or of the one before. */
export function changesFrame(changes: readonly ClusterChange[]): pl.DataFrame {
  const text = (name: "change" | "label" | "previous_label"): pl.Series =>
    pl.Series(
      name,
      changes.map((change) => change[name]),
      pl.Utf8,
    );
  const count = (name: "cluster" | "rows" | "previous_rows" | "shared"): pl.Series =>
    int64(
      name,
      Int32Array.from(changes, (change) => change[name]),
    );
  return pl.DataFrame([
    text("change"),
    count("cluster"),
    text("label"),
    text("previous_label"),
    pl.Series(
      "label_kept",
      changes.map((change) => change.label_kept),
      pl.Bool,
    ),
    ...(["rows", "previous_rows", "shared"] as const).map(count),
    pl.Series(
      "overlap",
      changes.map(({ overlap }) => overlap),
      pl.Float64,
    ),
  ]);
}
