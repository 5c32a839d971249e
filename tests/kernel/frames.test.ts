import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import {
  clustersFrame,
  editsFrame,
  RowsFrame,
  selectionFrame,
  tagsFrame,
  type RowSource,
} from "../../src/kernel/frames";
import { rowDetails } from "../../src/kernel/row-details";
import { toIndices, type RowsLike } from "../../src/kernel/rows-like";
import {
  applyEntry,
  initialState,
  savedContent,
  type LatentScopeError,
  type Cluster,
  type ClusterId,
  type Content,
  type Edit,
  type ScopeState,
} from "../../src/scope";

const cluster = (id: number, label: string): Cluster => ({
  id: id as ClusterId,
  label,
  description: `about ${label}`,
  labelSource: id < 0 ? "none" : "keywords",
  labelModel: id < 0 ? null : "keywords",
  labelError: null,
  stale: false,
  swatch: null,
});
const content = savedContent(
  [cluster(-1, "Unclustered"), cluster(0, "Taxes"), cluster(1, "Roads")],
  Int32Array.of(1, -1, 1, 0),
);
const source: RowSource = {
  input: pl.DataFrame({
    text: ["a", null, "c", "d"],
    year: [1790, 1800, 1900, 2000],
    day: [new Date("2020-01-02"), null, new Date("2020-01-02T03:04:05Z"), null],
  }),
  coordinates: Float32Array.of(-1, 1, 0.5, -0.5, 0, 0, 1, -1),
  rawClusters: Int32Array.of(1, -1, 1, 0),
  z: undefined,
};
const state = initialState(content);
const rowsFrame = (of: RowSource, now: Content): pl.DataFrame => new RowsFrame(of).of(now);

describe("scope.rows", () => {
  it("has ls_index first, then the input's columns, then what the scope adds", () => {
    const rows = rowsFrame(source, content);
    expect(rows.columns).toEqual([
      ...["ls_index", "text", "year", "day"],
      ...["x", "y", "cluster", "raw_cluster", "label", "deleted", "tags"],
    ]);
    expect(rows.getColumn("ls_index").toArray()).toEqual([0, 1, 2, 3]);
    expect(rows.getColumn("text").toArray()).toEqual(["a", null, "c", "d"]);
    expect(rows.getColumn("x").toArray()).toEqual([-1, 0.5, 0, 1]);
    expect(rows.getColumn("y").toArray()).toEqual([1, -0.5, 0, -1]);
    expect(rows.getColumn("label").toArray()).toEqual(["Roads", "Unclustered", "Roads", "Taxes"]);
    expect(rows.getColumn("deleted").toArray()).toEqual([false, false, false, false]);
    const schema = rows.schema as Record<string, unknown>;
    expect(String(schema.tags)).toBe("DataType(List(DataType(String)))");
    expect(rows.getColumn("tags").toArray()).toEqual([[], [], [], []]);
    expect(schema.ls_index).toEqual(pl.Int64);
  });
});

describe("scope.rows after an edit", () => {
  it("shows deleted rows and tags, and a frame taken before stays what it was", () => {
    const frame = new RowsFrame(source);
    const before = frame.of(content);
    const tags = new Map([
      ["check", Uint32Array.of(0, 2)],
      ["👍", Uint32Array.of(2, 3)],
    ]);
    const after = frame.of({ ...content, tags, deleted: Uint8Array.of(0, 1, 0, 0) });
    expect(after.getColumn("tags").toArray()).toEqual([["check"], [], ["check", "👍"], ["👍"]]);
    expect(after.getColumn("deleted").toArray()).toEqual([false, true, false, false]);
    expect(String((after.schema as Record<string, unknown>).tags)).toBe("DataType(List(DataType(String)))");
    expect(after.columns).toEqual(before.columns);
    expect(before.getColumn("tags").toArray()).toEqual([[], [], [], []]);
    expect(frame.of(content).getColumn("deleted").toArray()).toEqual([false, false, false, false]);
    expect(tagsFrame({ ...content, tags, deleted: Uint8Array.of(0, 0, 1, 0) }).toRecords()).toEqual([
      { tag: "check", rows: 1 },
      { tag: "👍", rows: 1 },
    ]);
  });
});

describe("scope.clusters", () => {
  it("is sorted by size, with the outliers last", () => {
    const clusters = clustersFrame(content, new Map([[content.clusters[1].id, "Theme"]]));
    expect(clusters.getColumn("cluster").toArray()).toEqual([1, 0, -1]);
    expect(clusters.getColumn("size").toArray()).toEqual([2, 1, 1]);
    expect(clusters.getColumn("theme").toArray()).toEqual([null, "Theme", null]);
    expect(clusters.columns).toEqual([
      ...["cluster", "label", "description", "size", "theme"],
      ...["label_source", "label_model", "label_error", "label_time", "label_rows", "label_tokens", "label_prompt"],
      ...["label_parameters", "stale"],
    ]);
  });
});

describe("scope.selection", () => {
  const rows = rowsFrame(source, content);
  it("has the rows in the order of the selection", () => {
    const selected = selectionFrame(rows, Uint32Array.of(3, 0));
    expect(selected.getColumn("ls_index").toArray()).toEqual([3, 0]);
    expect(selected.getColumn("text").toArray()).toEqual(["d", "a"]);
    expect(selected.columns).toEqual(rows.columns);
  });
  it("of nothing has no rows and the same columns", () => {
    const none = selectionFrame(rows, new Uint32Array(0));
    expect(none.height).toBe(0);
    expect(none.columns).toEqual(rows.columns);
  });
});

it("scope.edits shows who changed what, and what does not stand", () => {
  let current: ScopeState = state;
  const apply = (edit: Edit, actor: "map" | "code"): void => {
    const time = "2026-01-02T03:04:05.678Z";
    current = applyEntry(current, { revision: current.revision + 1, id: String(current.revision), time, actor, edit });
  };
  apply({ kind: "rename", cluster: 0 as ClusterId, label: "Money" }, "map");
  apply({ kind: "rename", cluster: 1 as ClusterId, label: "Ways" }, "code");
  apply({ kind: "undo" }, "code");
  const edits = editsFrame(current, "sotu/scopes-001");
  expect(edits.columns).toEqual(["edit", "time", "actor", "kind", "cluster", "rows", "detail", "undone", "scope"]);
  expect(edits.getColumn("actor").toArray()).toEqual(["map", "code"]);
  expect(edits.getColumn("undone").toArray()).toEqual([false, true]);
  expect(edits.getColumn("time").toArray()[0]).toEqual(new Date("2026-01-02T03:04:05.678Z"));
  expect(JSON.parse(edits.getColumn("detail").get(0) as string)).toEqual({ label: "Money", before: "Taxes" });
  expect(editsFrame(state, "sotu/scopes-001").height).toBe(0);
});

describe("rows", () => {
  const selections = new Map([["odd", Uint32Array.of(3, 1)]]);
  const tags = new Map([["check", Uint32Array.of(1, 2)]]);
  const tagged = initialState({ ...content, tags, selections, deleted: Uint8Array.of(0, 0, 1, 0) });
  const contextOf = (of: ScopeState) => ({
    state: of,
    rows: () => rowsFrame(source, of.content),
    textColumn: "text",
  });
  const context = contextOf(state);
  const indices = (rows: RowsLike): number[] => [...toIndices(context, rows)];
  const code = (rows: unknown): string => {
    try {
      toIndices(context, rows as RowsLike);
    } catch (error) {
      return (error as LatentScopeError).code;
    }
    return "no error";
  };

  it("can be given in every way in which a cell has them", () => {
    expect(indices([2, 0])).toEqual([2, 0]);
    expect(indices(Uint32Array.of(3))).toEqual([3]);
    expect(indices([true, false, false, true])).toEqual([0, 3]);
    expect(indices(pl.Series("mask", [false, true, false, false]))).toEqual([1]);
    expect(indices(pl.Series("rows", [3, 1]))).toEqual([3, 1]);
    expect(indices({ cluster: 1 })).toEqual([0, 2]);
    expect(indices({ cluster: -1 })).toEqual([1]);
    expect(indices(rowsFrame(source, content).filter(pl.col("year").gt(1850)))).toEqual([2, 3]);
    expect(indices([])).toEqual([]);
    expect(indices({ cluster: [0, -1] })).toEqual([1, 3]);
  });

  it("can be given by an expression, a tag or a named selection; deleted rows are in no cluster and no tag", () => {
    const of = (rows: RowsLike): number[] => [...toIndices(contextOf(tagged), rows)];
    expect(of(pl.col("year").gt(1790))).toEqual([1, 2, 3]);
    expect(of(pl.col("text").eq(pl.lit("d")))).toEqual([3]);
    expect(of(pl.col("deleted"))).toEqual([2]);
    expect(of({ tag: "check" })).toEqual([1]);
    expect(of({ cluster: 1 })).toEqual([0]);
    expect(of({ selection: "odd" })).toEqual([3, 1]);
  });

  it("of another dataset are refused, changed texts of this one are not", () => {
    const frame = (texts: (string | null)[]) =>
      pl.DataFrame([pl.Series("ls_index", [0, 2]), pl.Series("text", texts, pl.Utf8)]);
    expect(code(frame(["other", "texts"]))).toBe("other-dataset");
    expect(indices(frame([" A ", "C"]))).toEqual([0, 2]);
    expect(indices(frame(["a", "changed"]))).toEqual([0, 2]);
    expect(indices(frame([null, null]))).toEqual([0, 2]);
  });

  it("that can't be meant are refused with a code", () => {
    expect(code([4])).toBe("bad-rows");
    expect(code([-1])).toBe("bad-rows");
    expect(code([0.5])).toBe("bad-rows");
    expect(code(["0"])).toBe("bad-rows");
    expect(code([true, false])).toBe("bad-rows");
    expect(code(null)).toBe("bad-rows");
    expect(code("all")).toBe("bad-rows");
    expect(code(7)).toBe("bad-rows");
    expect(code({ cluster: 9 })).toBe("unknown-cluster");
    expect(code(pl.DataFrame({ a: [1] }))).toBe("bad-rows");
    expect(code(pl.col("nowhere").gt(1))).toBe("bad-rows");
    expect(code(pl.col("year"))).toBe("bad-rows");
    expect(code({ tag: "none" })).toBe("unknown-tag");
    expect(code({ selection: "none" })).toBe("unknown-selection");
    expect(code({})).toBe("bad-rows");
  });
});

it("a hover card gets text and columns as plain text, cut where they are long", () => {
  const long = pl.DataFrame({ text: ["x".repeat(10_000)], n: [1.5], l: [["a"]] });
  const [detail] = rowDetails(long, "text", [0]);
  expect(detail.text).toHaveLength(4001);
  expect(detail.columns[0]).toEqual(["n", "1.5"]);
  const [first, second, third] = rowDetails(source.input, "text", [0, 1, 2]);
  expect(first.columns).toEqual([
    ["year", "1790"],
    ["day", "2020-01-02"],
  ]);
  expect(second).toEqual({
    row: 1,
    text: null,
    columns: [
      ["year", "1800"],
      ["day", null],
    ],
  });
  expect(third.columns[1][1]).toBe("2020-01-02T03:04:05.000Z");
});
