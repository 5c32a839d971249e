import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  clusterSizes,
  initialState,
  logRows,
  replay,
  savedContent,
  type Content,
  type Edit,
  type LogEntry,
  type SavedContent,
  type ScopeState,
} from "../../src/scope";
import { anyEdit, apply, applyIfFits, cluster, saved } from "./support";

const start = initialState(saved);
const edits = fc.array(anyEdit(8, 6), { maxLength: 30 });
const applyAll = (from: ScopeState, sequence: readonly Edit[]): ScopeState => sequence.reduce(applyIfFits, from);
const entries = ({ log }: ScopeState): LogEntry[] => log.map(({ entry }) => entry);
const RUNS = { numRuns: 10_000 };

/** Sizes counted anew, of all rows and of those that are not deleted. */
function counted({ assignment, deleted }: Content): Map<number, { rows: number; size: number }> {
  const sizes = new Map<number, { rows: number; size: number }>();
  assignment.forEach((of, row) => {
    const { rows, size } = sizes.get(of) ?? { rows: 0, size: 0 };
    sizes.set(of, { rows: rows + 1, size: size + 1 - deleted[row] });
  });
  return sizes;
}

const sorted = (map: ReadonlyMap<number, unknown>) => [...map].sort(([a], [b]) => a - b);

describe("10,000 random sequences of edits", () => {
  it("replayed from the log, through JSON, give the same state", () => {
    fc.assert(
      fc.property(edits, (sequence) => {
        const state = applyAll(start, sequence);
        const log = JSON.parse(JSON.stringify(entries(state))) as LogEntry[];
        expect(replay(start, log)).toEqual(state);
      }),
      RUNS,
    );
  });

  it("undone to the end give the first contents, redone to the end the last", () => {
    fc.assert(
      fc.property(edits, (sequence) => {
        const state = applyAll(start, sequence);
        let back = state;
        while (back.done.length > 0) back = apply(back, { kind: "undo" });
        expect(back.content).toEqual(start.content);
        for (let i = 0; i < state.done.length; i++) back = apply(back, { kind: "redo" });
        expect(back.content).toEqual(state.content);
      }),
      RUNS,
    );
  });

  it("keep every row in exactly one cluster that is there, sizes right, no cluster empty, and give no id twice", () => {
    fc.assert(
      fc.property(edits, (sequence) => {
        const owners = new Map(start.content.clusters.map(({ id }) => [id as number, "saved"]));
        let state = start;
        for (const edit of sequence) {
          const before = state;
          state = applyIfFits(state, edit);
          if (state === before) continue;
          const ids = state.content.clusters.map(({ id }) => id as number);
          expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
          for (const of of state.content.assignment) expect(ids).toContain(of);
          const sizes = counted(state.content);
          expect(sorted(clusterSizes(state.content))).toEqual(sorted(sizes));
          for (const id of ids) if (id !== -1) expect(sizes.get(id)?.rows ?? 0).toBeGreaterThan(0);
          // an id that comes back belongs to the edit that made it, or to its redo
          const maker = state.log[state.log.length - 1].entry.id;
          for (let id = before.nextCluster; id < state.nextCluster; id++) {
            expect(owners.has(id)).toBe(false);
            owners.set(id, maker);
          }
          for (const id of ids) expect(owners.has(id)).toBe(true);
          expect(state.nextCluster).toBeGreaterThanOrEqual(before.nextCluster);
        }
      }),
      RUNS,
    );
  });

  it("mark a label as stale only where rows have come or gone, and never a person's", () => {
    fc.assert(
      fc.property(edits, (sequence) => {
        let state = start;
        for (const edit of sequence) {
          const before = state;
          state = applyIfFits(state, edit);
          if (state === before || edit.kind === "undo" || edit.kind === "redo") continue;
          const members = (content: Content, id: number) =>
            content.assignment.reduce(
              (list, of, row) => (of === id && !content.deleted[row] ? `${list} ${row}` : list),
              "",
            );
          for (const after of state.content.clusters) {
            const was = before.content.clusters.find(({ id }) => id === after.id);
            if (after.labelSource === "user") expect(after.stale).toBe(false);
            if (!was || after.id === -1 || after.labelSource === "user") continue;
            const changed = members(before.content, after.id) !== members(state.content, after.id);
            const relabelled = was.label !== after.label || edit.kind === "relabel";
            if (!relabelled) expect(after.stale).toBe(was.stale || changed);
          }
        }
      }),
      RUNS,
    );
  });
});

it("a state is never changed by the edits that come after it", () => {
  const frozen = JSON.stringify([...saved.assignment, ...saved.deleted]);
  fc.assert(
    fc.property(edits, (sequence) => {
      const states = [start];
      for (const edit of sequence) states.push(applyIfFits(states[states.length - 1], edit));
      const shots = states.map(({ content }) =>
        JSON.stringify([[...content.assignment], content.clusters, [...content.deleted]]),
      );
      applyAll(states[states.length - 1], sequence);
      expect(
        states.map(({ content }) => JSON.stringify([[...content.assignment], content.clusters, [...content.deleted]])),
      ).toEqual(shots);
      expect(JSON.stringify([...saved.assignment, ...saved.deleted])).toBe(frozen);
    }),
  );
});

it("holds for 100,000 rows, too", () => {
  const rows = 100_000;
  const many: SavedContent = savedContent(
    Array.from({ length: 40 }, (_, i) => cluster(i, `c${i}`)),
    Int32Array.from({ length: rows }, (_, row) => ((row * 7919) % 41) - 1),
  );
  const from = initialState(many);
  fc.assert(
    fc.property(fc.array(anyEdit(rows, 44), { minLength: 10, maxLength: 25 }), (sequence) => {
      const state = applyAll(from, sequence);
      const log = JSON.parse(JSON.stringify(entries(state))) as LogEntry[];
      const again = replay(from, log);
      expect(again.content.clusters).toEqual(state.content.clusters);
      expect(Buffer.compare(bytes(again.content.assignment), bytes(state.content.assignment))).toBe(0);
      expect(Buffer.compare(bytes(again.content.deleted), bytes(state.content.deleted))).toBe(0);
      expect([...again.content.tags]).toEqual([...state.content.tags]);
      expect(logRows(again).map((r) => r.undone)).toEqual(logRows(state).map((r) => r.undone));
      let back = state;
      while (back.done.length > 0) back = apply(back, { kind: "undo" });
      expect(Buffer.compare(bytes(back.content.assignment), bytes(many.assignment))).toBe(0);
      expect(sorted(clusterSizes(back.content))).toEqual(sorted(counted(back.content)));
    }),
    { numRuns: 40 },
  );
});

function bytes(array: Int32Array | Uint8Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
