import { beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../src";
import { clusterRow, clustersOf, codeOf, column, idsOf, newDataDir, quickScope, table } from "./scopes";

// on the vectors: so few rows have no places in the layout that another seed would not change
const onVectors = { method: "kmeans", clusterOn: "embedding" } as const;
const options = { cluster: { ...onVectors, nClusters: 7 } };
const again = { cluster: { ...onVectors, nClusters: 8 }, umap: { nEpochs: 40, seed: 7 } };

describe("a scope made after another one of the same rows", () => {
  const dataDir = newDataDir();
  let before: Scope;
  let after: Scope;
  let named: number;
  let made: number;
  beforeAll(async () => {
    before = await quickScope(dataDir, options);
    [named] = idsOf(before);
    before.rename(named, "Named by a person");
    made = before.assign([1, 2], "Too small to be found again");
    before.delete([7]);
    before.tag([8], "check");
    before.select([9, 3], { as: "odd" });
    after = await quickScope(dataDir, again);
  });

  it("keeps ids, colours and a person's labels of the clusters that share most rows", () => {
    expect(after.id).toBe("scopes-002");
    const kept = after.changes.toRecords().filter(({ change }) => change === "kept");
    expect(kept.length).toBeGreaterThan(2);
    for (const { cluster, overlap, shared, rows, previous_rows } of kept) {
      const [now, then] = [after, before].map((scope) =>
        clustersOf(scope).flatMap((id, row) => (id === cluster ? [row] : [])),
      );
      const both = now.filter((row) => then.includes(row)).length;
      expect([rows, previous_rows, shared]).toEqual([now.length, then.length, both]);
      expect(overlap).toBeCloseTo(both / (now.length + then.length - both));
      expect(overlap).toBeGreaterThanOrEqual(1 / 3);
    }
    expect(clusterRow(after, named)).toMatchObject({ label: "Named by a person", label_source: "user" });
    expect(after.changes.toRecords().find(({ cluster }) => cluster === named)).toMatchObject({
      ...{ change: "kept", label_kept: true },
      previous_label: "Named by a person",
    });
  });

  it("gives new clusters ids that none ever had, and says what is gone", () => {
    const old = new Set(idsOf(before));
    const changes = after.changes.toRecords();
    for (const { change, cluster } of changes) {
      if (change === "new") expect(Number(cluster)).toBeGreaterThan(made);
      if (change === "kept") expect(old).toContain(cluster);
      if (change === "gone") expect(idsOf(after)).not.toContain(cluster);
    }
    const now = changes.filter(({ change }) => change !== "gone").map(({ cluster }) => Number(cluster));
    expect(now.sort((a, b) => a - b)).toEqual(idsOf(after).sort((a, b) => a - b));
    expect(changes.find(({ cluster }) => cluster === made)).toMatchObject({ change: "gone" });
  });

  it("has what was deleted, tagged and named before", () => {
    expect(column<boolean>(after.rows, "deleted")[7]).toBe(true);
    expect(column<string[]>(after.rows, "tags")[8]).toEqual(["check"]);
    expect(after.selections.toRecords()).toEqual([{ name: "odd", rows: 2 }]);
    expect(after.edits.height).toBe(0);
    expect(before.changes.height).toBe(0);
  });

  it("is found again by the same options, and so is the one before, each with its own edits", async () => {
    expect(await quickScope(dataDir, options)).toBe(before);
    expect(await quickScope(dataDir, again)).toBe(after);
    expect(before.edits.height).toBe(5);
  });

  it("takes the edits of the other by ls_index, and tells what fits no more", async () => {
    const dataDir = newDataDir();
    // a scope that has nothing of the other, because that had no edits then
    const first = await quickScope(dataDir, options);
    const second = await quickScope(dataDir, again);
    const id = idsOf(first)[0];
    first.rename(id, "A");
    first.tag([4, 5], "check");
    const fresh = first.assign([10, 11, 12], "Fresh");
    first.rename(fresh, "Fresher");
    first.rename(idsOf(first)[1], "Undone");
    first.undo();
    const report = await second.replay(first);
    expect(column(report, "edit")).toEqual([1, 2, 3, 4]);
    expect(column(report, "outcome")).toEqual(["applied", "applied", "applied", "applied"]);
    expect(column<string[]>(second.rows, "tags")[5]).toEqual(["check"]);
    expect([10, 11, 12].map((row) => column<string>(second.rows, "label")[row])).toEqual([
      "Fresher",
      "Fresher",
      "Fresher",
    ]);
    expect(column(await second.replay(first.edits.head(2)), "outcome")).toEqual(["already", "already"]);
    expect((await second.replay(first.edits.head(0))).height).toBe(0);
  });

  it("refuses edits of another dataset", async () => {
    const other = await quickScope(newDataDir(), { ...options, name: "others" });
    other.tag([1], "x");
    expect(await codeOf(() => before.replay(other))).toBe("other-dataset");
    expect(await codeOf(() => before.replay(other.edits))).toBe("other-dataset");
    expect(table.length).toBe(before.rows.height);
  });
});
