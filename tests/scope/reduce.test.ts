import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyEntry,
  checkRows,
  clusterSizes,
  initialState,
  LatentScopeError,
  logRows,
  MAX_LABEL_LENGTH,
  replay,
  select,
  UNCLUSTERED,
  type Cluster,
  type ClusterId,
  type Content,
  type Edit,
  type LogEntry,
  type ScopeState,
} from "../../src/scope";

const cluster = (id: number, label: string): Cluster => ({
  id: id as ClusterId,
  label,
  description: "",
  labelSource: id < 0 ? "none" : "keywords",
  labelModel: null,
  labelError: null,
  stale: false,
});

const content: Content = {
  clusters: [cluster(-1, "Unclustered"), cluster(0, "Taxes"), cluster(1, "Treaties"), cluster(4, "Roads")],
  assignment: Int32Array.from([0, 0, 1, -1, 4, 4, 4, 1]),
};
const start = initialState(content);

let made = 0;
const entry = (state: ScopeState, edit: Edit): LogEntry => ({
  revision: state.revision + 1,
  id: `e${made++}`,
  time: "2026-01-02T03:04:05.000Z",
  actor: "code",
  edit,
});
const apply = (state: ScopeState, edit: Edit): ScopeState => applyEntry(state, entry(state, edit));
const rename = (id: number, label: string): Edit => ({ kind: "rename", cluster: id as ClusterId, label });
const label = (state: ScopeState, id: number): string | undefined =>
  state.content.clusters.find((c) => c.id === id)?.label;
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof LatentScopeError) return error.code;
    throw error;
  }
  return "no error";
};

describe("an edit", () => {
  it("changes one cluster's label, marks it as a person's, and leaves the state before it alone", () => {
    const after = apply(start, rename(1, "  Foreign\ntreaties "));
    expect(label(after, 1)).toBe("Foreign treaties");
    expect(after.content.clusters.find((c) => c.id === 1)?.labelSource).toBe("user");
    expect(label(start, 1)).toBe("Treaties");
    expect(after.content.assignment).toBe(start.content.assignment);
  });

  it("is refused with a code when it does not fit", () => {
    expect(codeOf(() => apply(start, rename(3, "x")))).toBe("unknown-cluster");
    expect(codeOf(() => apply(start, rename(UNCLUSTERED, "x")))).toBe("bad-label");
    expect(codeOf(() => apply(start, rename(0, " \u0000\n ")))).toBe("bad-label");
    expect(codeOf(() => apply(start, rename(0, "x".repeat(MAX_LABEL_LENGTH + 1))))).toBe("bad-label");
    expect(codeOf(() => apply(start, { kind: "explode" } as unknown as Edit))).toBe("unknown-edit");
    expect(codeOf(() => apply(start, { kind: "toString" } as unknown as Edit))).toBe("unknown-edit");
  });

  it("names the clusters that there are when it names one that is not", () => {
    expect(() => apply(start, rename(3, "x"))).toThrow("There is no cluster 3. The clusters are 0, 1, 4.");
  });

  it("keeps labels as text, whatever they look like", () => {
    expect(label(apply(start, rename(0, "<img src=x onerror=alert(1)>")), 0)).toBe("<img src=x onerror=alert(1)>");
  });

  it("must be the next one", () => {
    const skipping = { ...entry(start, rename(0, "x")), revision: 2 };
    expect(codeOf(() => applyEntry(start, skipping))).toBe("unknown-edit");
  });
});

describe("undo and redo", () => {
  it("take back and make again the newest edit", () => {
    const twice = apply(apply(start, rename(0, "A")), rename(0, "B"));
    const undone = apply(twice, { kind: "undo" });
    expect(label(undone, 0)).toBe("A");
    expect(label(apply(undone, { kind: "redo" }), 0)).toBe("B");
  });

  it("are refused when there is nothing to take back or to make again", () => {
    expect(codeOf(() => apply(start, { kind: "undo" }))).toBe("nothing-to-undo");
    expect(codeOf(() => apply(start, { kind: "redo" }))).toBe("nothing-to-redo");
    const edited = apply(apply(start, rename(0, "A")), { kind: "undo" });
    expect(codeOf(() => apply(apply(edited, rename(0, "B")), { kind: "redo" }))).toBe("nothing-to-redo");
  });

  it("show in the log as the state of the edit that they concern", () => {
    const state = apply(apply(apply(start, rename(0, "A")), rename(4, "B")), { kind: "undo" });
    const rows = logRows(start, state);
    expect(rows.map((r) => [r.entry.revision, r.cluster, r.undone])).toEqual([
      [1, 0, false],
      [2, 4, true],
    ]);
    expect(rows[0].detail).toEqual({ from: "Taxes", to: "A" });
  });
});

describe("random sequences of edits", () => {
  const edits = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant("rename" as const),
        cluster: fc.constantFrom(0, 1, 4).map((id) => id as ClusterId),
        label: fc
          .string({ minLength: 1, maxLength: 12 })
          .filter((s) => s.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim() !== ""),
      }),
      fc.constant({ kind: "undo" as const }),
      fc.constant({ kind: "redo" as const }),
    ),
    { maxLength: 40 },
  );
  /** The state after those of the edits that fit. */
  const applyAll = (sequence: readonly Edit[]): ScopeState =>
    sequence.reduce((state, edit) => {
      try {
        return apply(state, edit);
      } catch (error) {
        if (error instanceof LatentScopeError) return state;
        throw error;
      }
    }, start);

  it("replayed from the log, also through JSON, give the same state", () => {
    fc.assert(
      fc.property(edits, (sequence) => {
        const state = applyAll(sequence);
        const log = JSON.parse(JSON.stringify(state.log)) as LogEntry[];
        expect(replay(start, log)).toEqual(state);
      }),
    );
  });

  it("undone to the end give the first contents, redone to the end the last", () => {
    fc.assert(
      fc.property(edits, (sequence) => {
        const state = applyAll(sequence);
        let back = state;
        while (back.done.length > 0) back = apply(back, { kind: "undo" });
        expect(back.content).toEqual(start.content);
        for (let i = 0; i < state.done.length; i++) back = apply(back, { kind: "redo" });
        expect(back.content).toEqual(state.content);
      }),
    );
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
  expect(Object.fromEntries(clusterSizes(content))).toEqual({ "-1": 1, 0: 2, 1: 2, 4: 3 });
});
