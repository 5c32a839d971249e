import { describe, expect, it } from "vitest";
import {
  applyEntry,
  checkRows,
  clusterSizes,
  initialState,
  logRows,
  MAX_LABEL_LENGTH,
  replayFitting,
  rowSet,
  rowsOf,
  savedContent,
  select,
  UNCLUSTERED,
  type Edit,
  type OutliersEdit,
  type RowSet,
  type ScopeState,
} from "../../src/scope";
import { apply, cluster, codeOf, entry, id, saved } from "./support";

const start = initialState(saved);
const rename = (of: number, label: string): Edit => ({ kind: "rename", cluster: id(of), label });
const find = (state: ScopeState, of: number) => state.content.clusters.find((c) => c.id === of);
const rows = (...list: number[]): RowSet => rowSet(list);
const assignment = (state: ScopeState): number[] => [...state.content.assignment];
const ids = (state: ScopeState): number[] => state.content.clusters.map((c) => c.id);
const stale = (state: ScopeState): number[] => state.content.clusters.filter((c) => c.stale).map((c) => c.id);
const last = (state: ScopeState) => logRows(state)[logRows(state).length - 1];

describe("rename", () => {
  it("changes one cluster's label, marks it as a person's, and leaves the state before it alone", () => {
    const after = apply(start, rename(1, "  Foreign\ntreaties "));
    expect(find(after, 1)).toMatchObject({ label: "Foreign treaties", labelSource: "user" });
    expect(find(start, 1)?.label).toBe("Treaties");
    expect(after.content.assignment).toBe(start.content.assignment);
    expect(stale(after)).toEqual([]);
  });

  it("changes the description when there is one", () => {
    const after = apply(start, { kind: "rename", cluster: id(1), label: "Treaties", description: " with others " });
    expect(find(after, 1)).toMatchObject({ label: "Treaties", description: "with others" });
    expect(find(apply(start, rename(1, "T")), 1)?.description).toBe("about Treaties");
  });

  it("is refused with a code when it does not fit", () => {
    expect(codeOf(() => apply(start, rename(3, "x")))).toBe("unknown-cluster");
    expect(codeOf(() => apply(start, rename(UNCLUSTERED, "x")))).toBe("bad-cluster");
    expect(codeOf(() => apply(start, rename(0, " \u0000\n ")))).toBe("bad-label");
    expect(codeOf(() => apply(start, rename(0, "x".repeat(MAX_LABEL_LENGTH + 1))))).toBe("bad-label");
    expect(codeOf(() => apply(start, rename(0, "x".repeat(10_000))))).toBe("bad-label");
    expect(codeOf(() => apply(start, { kind: "explode" } as unknown as Edit))).toBe("unknown-edit");
    expect(codeOf(() => apply(start, { kind: "toString" } as unknown as Edit))).toBe("unknown-edit");
  });

  it("names the clusters that there are when it names one that is not", () => {
    expect(() => apply(start, rename(3, "x"))).toThrow("There is no cluster 3. The clusters are 0, 1, 4.");
  });

  it("keeps labels as text, whatever they look like", () => {
    for (const label of ["<img src=x onerror=alert(1)>", "شراء", "\u202Eabc", "${x}"])
      expect(find(apply(start, rename(0, label)), 0)?.label).toBe(label);
  });
});

describe("merge", () => {
  it("puts all rows into the first cluster, whose label is stale; the others are gone and their ids are not given again", () => {
    const merged = apply(start, { kind: "merge", clusters: [id(4), id(0)] });
    expect(assignment(merged)).toEqual([4, 4, 1, -1, 4, 4, 4, 1]);
    expect(ids(merged)).toEqual([-1, 1, 4]);
    expect(find(merged, 4)).toMatchObject({ label: "Roads", stale: true });
    const made = apply(merged, { kind: "assign", rows: rows(2), label: "New" });
    expect(made.content.assignment[2]).toBe(5);
    expect(last(merged)).toMatchObject({
      cluster: 4,
      rows: 2,
      detail: { clusters: [4, 0], before: ["Roads", "Taxes"] },
    });
  });

  it("takes a label, which is then a person's", () => {
    const merged = apply(start, { kind: "merge", clusters: [id(0), id(1)], label: "Trade" });
    expect(find(merged, 0)).toMatchObject({ label: "Trade", labelSource: "user", stale: false });
    const kept = apply(apply(start, rename(0, "Mine")), { kind: "merge", clusters: [id(0), id(1)] });
    expect(find(kept, 0)).toMatchObject({ label: "Mine", labelSource: "user", stale: false });
  });

  it("of one, of none, of outliers, of unknown clusters is refused", () => {
    const merge = (...clusters: number[]) => codeOf(() => apply(start, { kind: "merge", clusters: clusters.map(id) }));
    expect(merge(4)).toBe("bad-cluster");
    expect(merge(4, 4)).toBe("bad-cluster");
    expect(merge()).toBe("bad-cluster");
    expect(merge(4, -1)).toBe("bad-cluster");
    expect(merge(4, 9)).toBe("unknown-cluster");
    expect(codeOf(() => apply(start, { kind: "merge", clusters: [id(0), id(1)], label: " " }))).toBe("bad-label");
  });
});

describe("split", () => {
  const part = (set: RowSet, label: string) =>
    ({ rows: set, label, description: "d", labelSource: "keywords", labelModel: "m" }) as const;
  it("puts the rows into new clusters with the labels given, and the cluster is gone", () => {
    const parts = [part(rows(4, 6), "Railways"), part(rows(5), "Canals")];
    const after = apply(start, { kind: "split", cluster: id(4), parts });
    expect(assignment(after)).toEqual([0, 0, 1, -1, 5, 6, 5, 1]);
    expect(ids(after)).toEqual([-1, 0, 1, 5, 6]);
    expect(find(after, 5)).toMatchObject({ label: "Railways", description: "d", labelModel: "m", stale: false });
    expect(find(after, 5)?.swatch).not.toBe(find(after, 6)?.swatch);
    const back = apply(after, { kind: "undo" });
    expect(back.content).toEqual(start.content);
    expect(apply(back, { kind: "redo" }).content).toEqual(after.content);
  });

  it("leaves rows of no part where they are", () => {
    const parts = [part(rows(4), "a"), part(rows(5), "b")];
    const after = apply(start, { kind: "split", cluster: id(4), parts });
    expect(assignment(after)).toEqual([0, 0, 1, -1, 5, 6, 4, 1]);
    expect(stale(after)).toEqual([4]);
  });

  it("into fewer than two parts, or with rows of others, or the same row twice, is refused", () => {
    const split = (...parts: RowSet[]) =>
      codeOf(() => apply(start, { kind: "split", cluster: id(4), parts: parts.map((set) => part(set, "x")) }));
    expect(split()).toBe("no-parts");
    expect(split(rows(4, 5, 6))).toBe("no-parts");
    expect(split(rows(4, 5, 6), rows())).toBe("no-parts");
    expect(split(rows(4), rows(0))).toBe("bad-rows");
    expect(split(rows(4, 5), rows(5))).toBe("bad-rows");
    expect(codeOf(() => apply(start, { kind: "split", cluster: id(7), parts: [] }))).toBe("unknown-cluster");
  });
});

describe("assign", () => {
  it("moves rows, and marks exactly the labels of the clusters they left and came to", () => {
    const after = apply(start, { kind: "assign", rows: rows(0, 3), cluster: id(4) });
    expect(assignment(after)).toEqual([4, 0, 1, 4, 4, 4, 4, 1]);
    expect(stale(after)).toEqual([0, 4]);
    expect(last(after)).toMatchObject({ cluster: 4, rows: 2 });
  });

  it("with a new label makes a cluster; into none makes outliers", () => {
    const after = apply(start, { kind: "assign", rows: rows(0, 1), label: "New" });
    expect(find(after, 5)).toMatchObject({ label: "New", labelSource: "user", stale: false });
    expect(ids(after)).toEqual([-1, 1, 4, 5]);
    const none = apply(start, { kind: "assign", rows: rows(7), cluster: UNCLUSTERED });
    expect(none.content.assignment[7]).toBe(-1);
    expect(stale(none)).toEqual([1]);
  });

  it("does not make labels of persons and of columns stale", () => {
    const content = savedContent([cluster(0, "a", "user"), cluster(1, "b", "column")], Int32Array.of(0, 0, 1, 1));
    const after = apply(initialState(content), { kind: "assign", rows: rows(0), cluster: id(1) });
    expect(stale(after)).toEqual([]);
  });

  it("of no rows, unknown rows or to an unknown cluster is refused; of rows that are there already changes nothing", () => {
    const assign = (set: string, to: number) =>
      codeOf(() => apply(start, { kind: "assign", rows: set as RowSet, cluster: id(to) }));
    expect(assign("", 4)).toBe("bad-rows");
    expect(assign("8", 4)).toBe("bad-rows");
    expect(assign("0-100", 4)).toBe("bad-rows");
    expect(assign("1 0", 4)).toBe("bad-rows");
    expect(assign("x", 4)).toBe("bad-rows");
    expect(assign("1", 9)).toBe("unknown-cluster");
    expect(assign("4 5", 4)).toBe("no-change");
  });
});

describe("outliers", () => {
  it("go to the clusters given; a row that is no outlier is refused", () => {
    const after = apply(start, { kind: "outliers", moves: [{ cluster: id(1), rows: rows(3) }] });
    expect(after.content.assignment[3]).toBe(1);
    expect(stale(after)).toEqual([1]);
    expect(clusterSizes(after.content).get(UNCLUSTERED)).toBeUndefined();
    expect(ids(after)).toContain(UNCLUSTERED);
    const move = (cluster: number, set: RowSet) =>
      codeOf(() => apply(start, { kind: "outliers", moves: [{ cluster: id(cluster), rows: set }] }));
    expect(move(1, rows(0))).toBe("bad-rows");
    expect(move(-1, rows(3))).toBe("bad-cluster");
    const twice: OutliersEdit["moves"] = [
      { cluster: id(0), rows: rows(3) },
      { cluster: id(1), rows: rows(3) },
    ];
    expect(codeOf(() => apply(start, { kind: "outliers", moves: twice }))).toBe("bad-rows");
  });
});

describe("delete and restore", () => {
  it("mark rows, which keep their cluster and count no more", () => {
    const after = apply(start, { kind: "delete", rows: rows(0, 3) });
    expect([...after.content.deleted]).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
    expect(assignment(after)).toEqual(assignment(start));
    expect(clusterSizes(after.content).get(id(0))).toEqual({ rows: 2, size: 1 });
    expect(stale(after)).toEqual([0]);
    const again = apply(after, { kind: "delete", rows: rows(0, 1) });
    expect(last(again).rows).toBe(1);
    expect(ids(again)).toContain(0);
    const restored = apply(again, { kind: "restore", rows: rows(0, 1, 2, 3) });
    expect([...restored.content.deleted]).toEqual(new Array(8).fill(0));
    expect(last(restored).rows).toBe(3);
    expect(apply(restored, { kind: "undo" }).content).toEqual(again.content);
  });
});

describe("tag and untag", () => {
  it("add rows to a tag and take them away; a tag without rows is gone", () => {
    const once = apply(start, { kind: "tag", rows: rows(5, 1), tag: " check " });
    const twice = apply(once, { kind: "tag", rows: rows(1, 2), tag: "check" });
    expect([...twice.content.tags].map(([tag, of]) => [tag, [...of]])).toEqual([["check", [1, 2, 5]]]);
    expect(last(twice)).toMatchObject({ rows: 1, detail: { tag: "check" } });
    const gone = apply(twice, { kind: "untag", rows: rows(0, 1, 2, 5), tag: "check" });
    expect(gone.content.tags.size).toBe(0);
    expect(apply(gone, { kind: "undo" }).content).toEqual(twice.content);
    expect(stale(twice)).toEqual([]);
  });

  it("are refused for names that files cannot have, unknown tags and no rows", () => {
    const tag = (name: string) => codeOf(() => apply(start, { kind: "tag", rows: rows(1), tag: name }));
    for (const bad of ["", "  ", "a/b", "..", "a\\b", "x".repeat(81), "a.b", "c:d"])
      expect(tag(bad), bad).toBe("bad-name");
    expect(tag("👍")).toBe("no error");
    expect(codeOf(() => apply(start, { kind: "untag", rows: rows(1), tag: "none" }))).toBe("unknown-tag");
    expect(codeOf(() => apply(start, { kind: "tag", rows: rows(), tag: "x" }))).toBe("bad-rows");
  });
});

describe("relabel", () => {
  const label = (of: number, replaces: string, text = "New") =>
    ({
      cluster: id(of),
      replaces,
      label: text,
      description: "d",
      labelSource: "keywords",
      labelModel: null,
      labelError: null,
    }) as const;
  it("gives labels of a model, which are no longer stale", () => {
    const changed = apply(start, { kind: "assign", rows: rows(0), cluster: id(4) });
    const after = apply(changed, { kind: "relabel", labels: [label(0, "Taxes"), label(4, "Roads", "Ways")] });
    expect(stale(after)).toEqual([]);
    expect(find(after, 4)).toMatchObject({ label: "Ways", labelSource: "keywords" });
  });

  it("leaves a label that a person gave while the model was thinking, and clusters that are gone", () => {
    const renamed = apply(start, rename(0, "Mine"));
    const after = apply(renamed, { kind: "relabel", labels: [label(0, "Taxes"), label(1, "Treaties"), label(9, "x")] });
    expect(find(after, 0)?.label).toBe("Mine");
    expect(find(after, 1)?.label).toBe("New");
    expect(codeOf(() => apply(renamed, { kind: "relabel", labels: [label(0, "Taxes")] }))).toBe("no-change");
  });
});

describe("undo and redo", () => {
  it("take back and make again the newest edit", () => {
    const twice = apply(apply(start, rename(0, "A")), rename(0, "B"));
    const undone = apply(twice, { kind: "undo" });
    expect(find(undone, 0)?.label).toBe("A");
    expect(find(apply(undone, { kind: "redo" }), 0)?.label).toBe("B");
  });

  it("are refused when there is nothing to take back or to make again", () => {
    expect(codeOf(() => apply(start, { kind: "undo" }))).toBe("nothing-to-undo");
    expect(codeOf(() => apply(start, { kind: "redo" }))).toBe("nothing-to-redo");
    const edited = apply(apply(start, rename(0, "A")), { kind: "undo" });
    expect(codeOf(() => apply(apply(edited, rename(0, "B")), { kind: "redo" }))).toBe("nothing-to-redo");
  });

  it("of an edit that is not the newest any more are refused, and say so", () => {
    const first = entry(start, rename(0, "A"));
    const state = apply(applyEntry(start, first), rename(1, "B"));
    expect(() => apply(state, { kind: "undo", entry: first.id })).toThrow(/another edit \(rename\)/);
    const undone = apply(state, { kind: "undo" });
    expect(find(apply(undone, { kind: "undo", entry: first.id }), 0)?.label).toBe("Taxes");
  });

  it("show in the log as the state of the edit that they concern", () => {
    const state = apply(apply(apply(start, rename(0, "A")), rename(4, "B")), { kind: "undo" });
    expect(logRows(state).map((r) => [r.entry.revision, r.cluster, r.undone])).toEqual([
      [1, 0, false],
      [2, 4, true],
    ]);
    expect(logRows(state)[0].detail).toEqual({ label: "A", before: "Taxes" });
  });

  it("give no id back: a cluster made after an undo has another one", () => {
    const once = apply(start, { kind: "assign", rows: rows(0), label: "New" });
    const other = apply(apply(once, { kind: "undo" }), { kind: "assign", rows: rows(1), label: "Other" });
    expect(find(other, 5)).toBeUndefined();
    expect(find(other, 6)?.label).toBe("Other");
  });
});

describe("entries", () => {
  it("must be the next one", () => {
    const skipping = { ...entry(start, rename(0, "x")), revision: 2 };
    expect(codeOf(() => applyEntry(start, skipping))).toBe("unknown-edit");
  });

  it("of a log that do not fit are left out and named", () => {
    const log = [entry(start, rename(0, "A")), entry(start, rename(9, "B")), entry(start, rename(1, "C"))];
    const { state, misfits } = replayFitting(start, log);
    expect(state.revision).toBe(2);
    expect(find(state, 1)?.label).toBe("C");
    expect(misfits.map(({ entry: e, reason }) => [e.id, reason.code])).toEqual([[log[1].id, "unknown-cluster"]]);
    expect(start.log).toEqual([]);
    expect(assignment(start)).toEqual([0, 0, 1, -1, 4, 4, 4, 1]);
  });

  it("that change nothing are refused as such", () => {
    expect(codeOf(() => apply(apply(start, rename(0, "A")), rename(0, "A")))).toBe("no-change");
    expect(codeOf(() => apply(start, { kind: "restore", rows: rows(0) }))).toBe("no-change");
    expect(
      codeOf(() =>
        apply(apply(start, { kind: "tag", rows: rows(0), tag: "t" }), { kind: "tag", rows: rows(0), tag: "t" }),
      ),
    ).toBe("no-change");
  });
});

describe("a set of rows", () => {
  it("is text that names ranges, whatever the order", () => {
    expect(rowSet([])).toBe("");
    expect(rowSet([3])).toBe("3");
    expect(rowSet([9, 1, 2, 3, 7, 2])).toBe("1-3 7 9");
    expect([...rowsOf(rowSet(Uint32Array.of(5, 4, 100)), 101)]).toEqual([4, 5, 100]);
  });

  it("that is none is refused", () => {
    for (const bad of [" ", "1 ", "1-1", "3-2", "1,2", "-1", "1-", "1.5", "1 1", "2 1", "0-8", "1e0", "١"])
      expect(
        codeOf(() => rowsOf(bad as RowSet, 8)),
        bad,
      ).toBe("bad-rows");
  });
});

describe("a selection", () => {
  it("keeps the order given and counts a repeated row once", () => {
    expect([...select(start, [5, 1, 5, 0]).selection]).toEqual([5, 1, 0]);
    expect([...select(start, []).selection]).toEqual([]);
  });

  it("is refused when a row is not in the scope, and says which", () => {
    for (const bad of [8, -1, 1.5, Number.NaN]) expect(codeOf(() => checkRows(8, [0, bad]))).toBe("bad-rows");
    expect(() => checkRows(8, [0, 8])).toThrow("8 (at position 1)");
  });
});

it("counts the rows of each cluster", () => {
  const sizes = Object.fromEntries([...clusterSizes(saved)].map(([of, { rows: count }]) => [of, count]));
  expect(sizes).toEqual({ "-1": 1, 0: 2, 1: 2, 4: 3 });
});
