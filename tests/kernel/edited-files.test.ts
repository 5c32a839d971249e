import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import pl from "nodejs-polars";
import { beforeAll, describe, expect, it } from "vitest";
import { open, type Scope } from "../../src";
import { openScope, stateOf } from "../../src/pipeline";
import { Dataset, readParquet, writeParquet } from "../../src/store";
import { clusterRow, clustersOf, column, idsOf, newDataDir, quickScope, table } from "./scopes";

interface Lookup {
  cluster_labels_lookup: { label: string; hull: number[]; cluster: number; latentscope_id: number }[];
  cluster: { unclustered_cluster?: number };
}

/** The files as another program finds them. */
async function filesOf(dataDir: string) {
  const file = (name: string): string => path.join(dataDir, "speeches", name);
  const rows = await readParquet(file("scopes/scopes-001.parquet"));
  const json = JSON.parse(readFileSync(file("scopes/scopes-001.json"), "utf8")) as Lookup;
  return { rows, json, file };
}

/** The scope as a kernel that begins now finds it. */
async function asReopened(dataDir: string) {
  const result = await openScope("speeches", { dataDir });
  return { result, state: stateOf(result) };
}

describe("edits that are saved", () => {
  const dataDir = newDataDir();
  let scope: Scope;
  let a: number;
  let b: number;
  let made: number;
  beforeAll(async () => {
    scope = await quickScope(dataDir);
    [a, b] = idsOf(scope);
    scope.merge([a, b], "Both 👍");
    made = scope.assign([3, 4, 5, 6, 7], "Made");
    scope.delete([9, 10]);
    scope.tag([3, 9], "check");
    scope.tag([8], "gone");
    scope.untag([8], "gone");
    scope.rename(idsOf(scope)[2], "Undone");
    scope.undo();
    scope.select([5, 1], { as: "odd" });
    await scope.save();
  });

  it("are in the files of Latent Scope, numbered without gaps, and keep our ids beside that", async () => {
    const { rows, json, file } = await filesOf(dataDir);
    const lookup = json.cluster_labels_lookup;
    const idAt = lookup.map(({ latentscope_id: id }) => id);
    expect(column<number>(rows, "cluster").map((position) => idAt[position])).toEqual(clustersOf(scope));
    expect(idAt.indexOf(-1)).toBe(json.cluster.unclustered_cluster);
    expect(idAt).toHaveLength(scope.clusters.height);
    const at = (id: number) => lookup[idAt.indexOf(id)];
    expect(column(rows, "label")).toEqual(column(scope.rows, "label"));
    expect(column(rows, "deleted")).toEqual(column(scope.rows, "deleted"));
    expect(column(rows, "ls_index")).toEqual([...table.keys()]);
    lookup.forEach(({ cluster }, position) => expect(cluster).toBe(position));
    expect(at(a).label).toBe("Both 👍");
    expect(idAt).not.toContain(b);
    expect(at(made).label).toBe("Made");
    const { hull } = at(a);
    expect(hull.length).toBeGreaterThan(2);
    for (const row of hull) expect(clustersOf(scope)[row]).toBe(a);
    expect(hull).not.toContain(9);
    const input = await readParquet(file("scopes/scopes-001-input.parquet"));
    expect(column(input, "label")).toEqual(column(scope.rows, "label"));
    expect(readFileSync(file("tags/check.indices"), "utf8")).toBe("3\n9\n");
    expect(readFileSync(file("tags/👍.indices"), "utf8")).toBe("");
  });

  it("are in the transactions, those that stand, in its words", async () => {
    const { file } = await filesOf(dataDir);
    const transactions = JSON.parse(readFileSync(file("scopes/scopes-001-transactions.json"), "utf8")) as {
      action: string;
      timestamp: string;
      payload: Record<string, unknown>;
    }[];
    for (const { timestamp } of transactions) expect(timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(transactions.map(({ action }) => action)).toEqual([
      ...["change_cluster_name", "change_cluster"],
      ...["change_cluster_name", "change_cluster"],
      "delete_rows",
    ]);
    const { json } = await filesOf(dataDir);
    const position = (id: number) => json.cluster_labels_lookup.findIndex((one) => one.latentscope_id === id);
    expect(transactions[0].payload).toEqual({ cluster: position(a), new_label: "Both 👍" });
    expect(transactions[3].payload).toEqual({ row_ids: [3, 4, 5, 6, 7], new_cluster: position(made) });
    expect(transactions[4].payload).toEqual({ row_ids: [9, 10] });
  });

  it("are there once, and can be undone, when the scope is opened again", async () => {
    const { result, state } = await asReopened(dataDir);
    expect(result.outside).toEqual([]);
    expect([...state.content.assignment]).toEqual(clustersOf(scope));
    expect([...state.content.tags.keys()]).toEqual(["check"]);
    expect([...(state.content.selections.get("odd") ?? [])]).toEqual([5, 1]);
    expect(state.done).toHaveLength(scope.edits.height - 1);
    expect(new Set(result.saved.assignment)).toContain(b);
    // saved twice is saved once
    await scope.save();
    expect((await asReopened(dataDir)).result.outside).toEqual([]);
  });

  it("go on after that: later edits are in the log, and in the files at the next time", async () => {
    scope.rename(a, "Later");
    const saved = async () =>
      (await filesOf(dataDir)).json.cluster_labels_lookup.find((one) => one.latentscope_id === a)?.label;
    expect(await saved()).toBe("Both 👍");
    expect((await asReopened(dataDir)).state.content.clusters.find(({ id }) => id === a)?.label).toBe("Later");
    await scope.save();
    expect(await saved()).toBe("Later");
  });

  it("meet what another program does to the files meanwhile: both stay", async () => {
    const { rows, json, file } = await filesOf(dataDir);
    // as the tool's bulk edits do it
    const lookup = json.cluster_labels_lookup;
    const position = (id: number) => lookup.findIndex((one) => one.latentscope_id === id);
    const added = lookup.push({ label: "Added", hull: [], cluster: lookup.length } as never) - 1;
    const cluster = column<number>(rows, "cluster").map((id, row) =>
      row === 20 ? position(made) : row === 22 ? added : id,
    );
    const deleted = column<boolean>(rows, "deleted").map((yes, row) => yes || row === 21);
    await writeParquet(
      file("scopes/scopes-001.parquet"),
      rows.withColumns(
        pl.Series("cluster", BigInt64Array.from(cluster, BigInt)),
        pl.Series("deleted", deleted, pl.Bool),
      ),
    );
    lookup[position(a)].label = "Named by the tool";
    writeFileSync(file("scopes/scopes-001.json"), JSON.stringify(json));
    appendFileSync(file("tags/check.indices"), "30\n");
    writeFileSync(file("tags/theirs.indices"), "1\n2\n");
    scope.tag([40], "check");

    const again = await open("speeches", { dataDir });
    expect(again).toBe(scope);
    expect(clustersOf(scope)[20]).toBe(made);
    expect(column<boolean>(scope.rows, "deleted")[21]).toBe(true);
    expect(clusterRow(scope, a)["label"]).toBe("Named by the tool");
    expect(scope.tags.toRecords()).toEqual([
      { tag: "check", rows: 3 },
      { tag: "theirs", rows: 2 },
    ]);
    expect(column<string>(scope.rows, "label")[22]).toBe("Added");
    expect(new Set(column(scope.edits.tail(6), "actor"))).toEqual(new Set(["files"]));
    // taken in once, whatever becomes of it here
    const { height } = scope.edits;
    scope.restore([21]);
    scope.assign([22], a);
    await open("speeches", { dataDir });
    expect(scope.edits.height).toBe(height + 2);
    expect((await asReopened(dataDir)).result.outside).toEqual([]);
    await scope.save();
    expect(readFileSync(file("tags/check.indices"), "utf8")).toBe("3\n9\n30\n40\n");
    const { result, state } = await asReopened(dataDir);
    expect(result.outside).toEqual([]);
    expect([...state.content.assignment]).toEqual(clustersOf(scope));
  });

  it("that nobody saved are not lost when another program writes the files", async () => {
    const dataDir = newDataDir();
    const fresh = await quickScope(dataDir);
    const [first] = idsOf(fresh);
    fresh.rename(first, "Mine");
    const { file } = await filesOf(dataDir);
    writeFileSync(file("tags/theirs.indices"), "4\n");
    const { state } = await asReopened(dataDir);
    expect(state.content.clusters.find(({ id }) => id === first)?.label).toBe("Mine");
    expect([...(state.content.tags.get("theirs") ?? [])]).toEqual([4]);
    await open("speeches", { dataDir });
    await open("speeches", { dataDir });
    expect(fresh.edits.height).toBe(2);
    expect(fresh.tags.toRecords()).toEqual([{ tag: "theirs", rows: 1 }]);
    expect(clusterRow(fresh, first)["label"]).toBe("Mine");
  });
});

describe("two kernels with one scope", () => {
  it("edit the same log: each takes in what the other did, in one order", async () => {
    const dataDir = newDataDir();
    const ours = await quickScope(dataDir);
    const [a, b] = idsOf(ours);
    const { ScopeSession } = await import("../../src/kernel/session");
    const { result } = await asReopened(dataDir);
    const theirs = await ScopeSession.open(result.saved, new Dataset(dataDir, "speeches").editLog("scopes-001"));
    theirs.edit({ kind: "rename", cluster: a as never, label: "Theirs" }, "code");
    ours.rename(b, "Ours");
    theirs.edit({ kind: "undo" }, "code");
    // the newest edit was ours
    expect(clusterRow(ours, b)["label"]).not.toBe("Ours");
    expect(clusterRow(ours, a)["label"]).toBe("Theirs");
    ours.rename(a, "Ours, too");
    theirs.refresh();
    const label = (id: number) => theirs.state.content.clusters.find((cluster) => cluster.id === id)?.label;
    expect([label(a), label(b)]).toEqual([clusterRow(ours, a)["label"], clusterRow(ours, b)["label"]]);
  });
});
