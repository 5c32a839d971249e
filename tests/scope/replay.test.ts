import { describe, expect, it } from "vitest";
import {
  initialState,
  planReplay,
  rowSet,
  savedContent,
  type Edit,
  type LogEntry,
  type SavedContent,
} from "../../src/scope";
import { apply, cluster, id, saved } from "./support";

/** The log of some edits of the scope of the other tests. */
function logOf(...edits: Edit[]): LogEntry[] {
  return edits.reduce(apply, initialState(saved)).log.map(({ entry }) => entry);
}

/** The same eight rows in a run that numbered the clusters otherwise, and put row 6 elsewhere. */
const other: SavedContent = savedContent(
  [cluster(0, "roads, canals"), cluster(1, "tax"), cluster(2, "treaty")],
  Int32Array.from([1, 1, 2, -1, 0, 0, 2, 2]),
);

function replay(target: SavedContent, entries: LogEntry[], wanted?: ReadonlySet<number>) {
  const start = initialState(target);
  const { edits, report } = planReplay(start, { saved, entries }, wanted);
  return { state: edits.reduce(apply, start), report };
}

const label = (state: ReturnType<typeof replay>["state"], of: number) =>
  state.content.clusters.find((c) => c.id === of)?.label;

describe("edits of another run", () => {
  it("go to the clusters that share most rows, and to the same rows", () => {
    const { state, report } = replay(
      other,
      logOf(
        { kind: "rename", cluster: id(4), label: "Ways" },
        { kind: "tag", rows: rowSet([0, 7]), tag: "check" },
        { kind: "assign", rows: rowSet([3]), cluster: id(0) },
        { kind: "delete", rows: rowSet([2]) },
      ),
    );
    expect(report.map(({ outcome }) => outcome)).toEqual(["applied", "applied", "applied", "applied"]);
    expect(label(state, 0)).toBe("Ways");
    expect([...(state.content.tags.get("check") ?? [])]).toEqual([0, 7]);
    expect(state.content.assignment[3]).toBe(1);
    expect(state.content.deleted[2]).toBe(1);
  });

  it("of clusters that were made by edits go to those that these make here", () => {
    const log = logOf(
      { kind: "assign", rows: rowSet([0, 4]), label: "New" },
      { kind: "rename", cluster: id(5), label: "Newer" },
    );
    const { state } = replay(other, log);
    expect(label(state, 3)).toBe("Newer");
    expect([...state.content.assignment]).toEqual([3, 1, 2, -1, 3, 0, 2, 2]);
  });

  it("that were undone are left out; those wanted only are taken", () => {
    const log = logOf(
      { kind: "rename", cluster: id(0), label: "A" },
      { kind: "rename", cluster: id(1), label: "B" },
      { kind: "rename", cluster: id(4), label: "C" },
      { kind: "undo" },
    );
    const { state, report } = replay(other, log, new Set([2, 3]));
    expect(report.map(({ entry }) => entry.revision)).toEqual([2]);
    expect([label(state, 1), label(state, 2), label(state, 0)]).toEqual(["tax", "B", "roads, canals"]);
  });

  it("that fit no more are named with the reason, those that fit in part are applied in part", () => {
    const scattered = savedContent(
      [0, 1, 2, 3].map((n) => cluster(n, `c${n}`)),
      Int32Array.from([0, 1, 2, 3, 0, 1, 2, 3]),
    );
    const { report } = replay(scattered, logOf({ kind: "rename", cluster: id(4), label: "Ways" }));
    expect(report[0]).toMatchObject({ outcome: "left out", code: "unknown-cluster" });
    expect(report[0].reason).toMatch(
      /Cluster 4 \("Roads"\) has no counterpart here\. The most alike, cluster \d, shares 25 %/,
    );

    const part = (rows: number[], text: string) =>
      ({ rows: rowSet(rows), label: text, description: "", labelSource: "keywords", labelModel: null }) as const;
    const split: Edit = { kind: "split", cluster: id(4), parts: [part([4, 6], "one"), part([5], "two")] };
    const halved = replay(other, logOf(split));
    expect(halved.report[0]).toMatchObject({ outcome: "partly", reason: "1 of 3 rows are in other clusters here." });
    expect([...halved.state.content.assignment]).toEqual([1, 1, 2, -1, 3, 4, 2, 2]);
  });

  it("that are so already are named as such, rows that are not here as missing, labels of persons are kept", () => {
    const log = logOf({ kind: "delete", rows: rowSet([7]) }, { kind: "rename", cluster: id(1), label: "B" });
    const gone = replay({ ...other, deleted: Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 1]) }, log);
    expect(gone.report.map(({ outcome }) => outcome)).toEqual(["already", "applied"]);
    const shorter = savedContent([cluster(0, "x")], Int32Array.from([0, 0, 0]));
    expect(replay(shorter, log).report[0]).toMatchObject({ outcome: "left out", code: "bad-rows" });

    const relabelled = logOf({
      kind: "relabel",
      labels: [
        {
          ...{ cluster: id(1), replaces: "Treaties", label: "Pacts", description: "" },
          labelSource: "keywords",
          labelModel: null,
          labelError: null,
        },
      ],
    });
    expect(label(replay(other, relabelled).state, 2)).toBe("Pacts");
    const named = savedContent([cluster(0, "r"), cluster(1, "t"), cluster(2, "Mine", "user")], other.assignment);
    const kept = replay(named, relabelled);
    expect(kept.report[0].outcome).toBe("already");
    expect(label(kept.state, 2)).toBe("Mine");
  });
});
