import { readFileSync } from "node:fs";
import type pl from "nodejs-polars";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open, run, type Scope } from "../../src/kernel";
import { Dataset } from "../../src/store";
import { newDataDir, speeches } from "./speeches";
import { serve, type Server } from "./tool";

interface ScopeJson {
  cluster_labels_lookup: { cluster: number; label: string; hull: number[]; latentscope_id: number }[];
}
interface ToolRow {
  ls_index: number;
  cluster: number;
  label: string;
  deleted: boolean;
}

const ROWS = 400;
const dataDir = newDataDir();
const dataset = new Dataset(dataDir, "speeches");
const column = <T>(frame: pl.DataFrame, name: string): T[] => frame.getColumn(name).toArray() as T[];

let scope: Scope;
let server: Server;
let ids: number[];
beforeAll(async () => {
  scope = await run(speeches(ROWS), "text", { name: "speeches", dataDir, embed: { model: "static" } });
  ids = column<number>(scope.clusters, "cluster").filter((id) => id >= 0);
  server = await serve(dataDir);
});
afterAll(() => server?.stop());

const served = (): Promise<ToolRow[]> => server.get("datasets/speeches/scopes/scopes-001/parquet");
const servedJson = (): Promise<ScopeJson> => server.get("datasets/speeches/scopes/scopes-001");

describe("edits of ours in the tool", () => {
  let made: number;
  beforeAll(async () => {
    scope.merge([ids[0], ids[1]], "Merged: naïve 👩🏽‍🚀");
    made = scope.assign([5, 6, 7, 8, 9], "New");
    scope.delete([20, 21]);
    scope.tag([5, 30], "check");
    await scope.save();
  });

  it("are in the rows, labels and hulls that it serves", async () => {
    const rows = await served();
    expect(rows.map(({ ls_index }) => ls_index)).toEqual([...rows.keys()]);
    expect(rows.map(({ label }) => label)).toEqual(column(scope.rows, "label"));
    expect(rows.map(({ deleted }) => deleted)).toEqual(column(scope.rows, "deleted"));
    const { cluster_labels_lookup: lookup } = await servedJson();
    const ours = column<number>(scope.rows, "cluster");
    rows.forEach(({ cluster, label }, row) => {
      expect(lookup[cluster]).toMatchObject({ label, latentscope_id: ours[row] });
    });
    expect(lookup[position(lookup, made)].hull.every((row) => ours[row] === made)).toBe(true);
  });

  it("are in its tags", async () => {
    const tags = await server.get<Record<string, number[]>>("tags/", { dataset: "speeches" });
    expect(tags["check"]).toEqual([5, 30]);
  });

  it("stay when it edits on top of them, and come back to us", async () => {
    const before = column<number>(scope.rows, "cluster");
    const { cluster_labels_lookup: lookup } = await servedJson();
    await server.post("bulk/change-cluster", { ...own, row_ids: [40, 41], new_cluster: position(lookup, made) });
    const cluster = position(lookup, ids[0]);
    await server.get("bulk/change-cluster-name", { ...own, cluster, new_label: "By the tool" });
    await server.post("bulk/delete-rows", { ...own, row_ids: [50] });
    await server.get("tags/add", { dataset: "speeches", tag: "check", index: 60 });
    expect(await open("speeches", { dataDir })).toBe(scope);
    const after = column<number>(scope.rows, "cluster");
    expect(after).toEqual(before.map((id, row) => (row === 40 || row === 41 ? made : id)));
    expect(scope.clusters.toRecords().find(({ cluster }) => cluster === ids[0])?.["label"]).toBe("By the tool");
    const deleted = column<boolean>(scope.rows, "deleted").flatMap((yes, row) => (yes ? [row] : []));
    expect(deleted).toEqual([20, 21, 50]);
    expect(column<string[]>(scope.rows, "tags")[60]).toEqual(["check"]);
    expect(new Set(column(scope.edits.tail(4), "actor"))).toEqual(new Set(["files"]));
    // one of its edits taken back, and saved: it sees that, and its transactions are still there
    scope.restore([50]);
    await scope.save();
    expect((await served())[50].deleted).toBe(false);
    const transactions = JSON.parse(readFileSync(dataset.path("scopes", "scopes-001-transactions.json"), "utf8")) as {
      action: string;
      latentscope?: string;
    }[];
    const theirs = transactions.filter(({ latentscope }) => latentscope === undefined).map(({ action }) => action);
    expect(theirs).toEqual(["change_cluster", "change_cluster_name", "delete_rows"]);
  });
});

const position = (lookup: ScopeJson["cluster_labels_lookup"], id: number): number =>
  lookup.findIndex((cluster) => cluster.latentscope_id === id);
const own = { dataset_id: "speeches", scope_id: "scopes-001" };
