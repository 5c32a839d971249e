import path from "node:path";
import pl from "nodejs-polars";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { list, open } from "../../src/kernel";
import { openScope, runPipeline, type RunResult } from "../../src/pipeline";
import { readVectors } from "../../src/pipeline/vectors";
import { UNCLUSTERED } from "../../src/scope";
import { readJson } from "../../src/store";
import { newDataDir, speeches } from "./speeches";
import { serve, tool, type Server } from "./tool";

const ROWS = 300;
const dataDir = newDataDir();
const table = speeches(ROWS);
const options = { name: "speeches", dataDir, embed: { model: "static" } } as const;
const files = path.join(dataDir, "speeches");

let ours: RunResult;
beforeAll(async () => {
  ours = await runPipeline(table, "text", options);
});

const scope = (id: string): Promise<RunResult> => openScope("speeches", { dataDir, scope: id });
const values = <T>(frame: pl.DataFrame, name: string): T[] => frame.getColumn(name).toArray() as T[];

describe("a scope that the tool makes of our steps", () => {
  let theirs: RunResult;
  beforeAll(async () => {
    const parts = ["embedding-001", "umap-001", "cluster-001", "cluster-001-labels-001"];
    await tool(dataDir, "ls-scope", "speeches", ...parts, "Again", "by the tool");
    theirs = await scope("scopes-002");
  });

  it("opens with the same rows, places and clusters as our own", () => {
    expect(theirs.metadata).toMatchObject({ label: "Again", description: "by the tool" });
    expect(theirs.textColumn).toBe("text");
    expect(theirs.input.toRecords()).toEqual(ours.input.toRecords());
    expect(theirs.coordinates).toEqual(ours.coordinates);
    expect(theirs.saved.assignment).toEqual(ours.saved.assignment);
    expect(theirs.rawClusters).toEqual(ours.rawClusters);
  });

  it("opens with the same labels and descriptions", () => {
    const named = ({ saved: { clusters } }: RunResult) =>
      clusters.map(({ id, label, description }) => [id, label, description]);
    expect(named(theirs)).toEqual(named(ours));
  });

  it("knows as well as our own where the labels came from", () => {
    expect(theirs.saved.clusters).toEqual(ours.saved.clusters);
  });

  it("writes the columns that we write, with the same values", () => {
    const read = (id: string) => pl.readParquet(path.join(files, "scopes", `${id}-input.parquet`));
    const [first, second] = [read("scopes-001"), read("scopes-002")];
    expect(second.columns).toEqual(first.columns);
    for (const name of first.columns) expect(values(second, name), name).toEqual(values(first, name));
  });
});

describe("the tool's own steps on our vectors", () => {
  beforeAll(async () => {
    await tool(dataDir, "ls-umap", "speeches", "embedding-001", 15, 0.1, "--seed", 42);
    await tool(dataDir, "ls-cluster", "speeches", "umap-002", 5, 2, 0, "--method", "hdbscan");
    await tool(dataDir, "ls-cluster", "speeches", "umap-001", 6, 5, 0, "--method", "kmeans");
    const shared = ["speeches", "embedding-001"];
    await tool(dataDir, "ls-scope", ...shared, "umap-002", "cluster-002", "default", "Density", "");
    await tool(dataDir, "ls-scope", ...shared, "umap-001", "cluster-003", "default", "Means", "");
  });

  it.each([
    ["scopes-003", "umap-002", "cluster-002"],
    ["scopes-004", "umap-001", "cluster-003"],
  ])("%s of %s and %s opens with its rows, places, clusters and labels", async (id, umapId, clusterId) => {
    const opened = await scope(id);
    const layout = pl.readParquet(path.join(files, "umaps", `${umapId}.parquet`));
    const clusters = pl.readParquet(path.join(files, "clusters", `${clusterId}.parquet`));
    const labels = pl.readParquet(path.join(files, "clusters", `${clusterId}-labels-default.parquet`));
    const outside = (await readJson(path.join(files, "clusters", `${clusterId}.json`)))?.["unclustered_cluster"];
    const ids = values<number>(clusters, "cluster").map((cluster) => (cluster === outside ? UNCLUSTERED : cluster));
    const [x, y] = [values<number>(layout, "x"), values<number>(layout, "y")];
    expect(Array.from(opened.coordinates)).toEqual(x.flatMap((value, row) => [value, y[row]]));
    expect(Array.from(opened.saved.assignment)).toEqual(ids);
    expect(Array.from(opened.rawClusters)).toEqual(values(clusters, "raw_cluster"));
    const names = values<string>(labels, "label");
    const found = new Map(opened.saved.clusters.map((cluster) => [cluster.id as number, cluster]));
    names.forEach((label, cluster) =>
      expect(found.get(cluster === outside ? UNCLUSTERED : cluster)).toMatchObject({ label, labelSource: "none" }),
    );
    expect(found.size).toBe(names.length + Number(outside === undefined));
    expect(opened.input.toRecords()).toEqual(ours.input.toRecords());
  });

  it("makes vectors shorter, and they are read", async () => {
    await tool(dataDir, "ls-embed-truncate", "speeches", "embedding-001", 64);
    const [whole, short] = [
      await readVectors(ours.dataset, "embedding-001", ROWS),
      await readVectors(ours.dataset, "embedding-002", ROWS),
    ];
    expect(short).toMatchObject({ rows: ROWS, dimensions: 64 });
    for (const row of [0, 11, ROWS - 1]) {
      const part = whole.values.subarray(row * whole.dimensions, row * whole.dimensions + 64);
      const length = Math.hypot(...part);
      part.forEach((value, d) => expect(short.values[row * 64 + d]).toBeCloseTo(value / length, 5));
    }
  });

  it("are all listed, and our next run gets the next ids", async () => {
    const next = await runPipeline(table, "text", { ...options, cluster: { minClusterSize: 12 } });
    expect(next.scopeId).toBe("scopes-005");
    expect(next.metadata).toMatchObject({
      embedding_id: "embedding-001",
      umap_id: "umap-001",
      cluster_id: "cluster-004",
    });
    const scopes = await list({ dataDir });
    expect(values(scopes, "scope")).toEqual([1, 2, 3, 4, 5].map((n) => `scopes-00${n}`));
    expect(values(scopes, "label")).toEqual(["speeches", "Again", "Density", "Means", "speeches"]);
    expect((await runPipeline(table, "text", options)).scopeId).toBe("scopes-001");
  });
});

describe("edits that the tool's server makes in a scope of ours", () => {
  const of = { dataset_id: "speeches", scope_id: "scopes-001" };
  let server: Server;
  beforeAll(async () => {
    server = await serve(dataDir);
    await server.get("bulk/change-cluster-name", { ...of, cluster: 1, new_label: "Named by the tool" });
    await server.post("bulk/change-cluster", { ...of, row_ids: [0, 299], new_cluster: 0 });
    await server.post("bulk/delete-rows", { ...of, row_ids: [4, 11] });
    await server.get("datasets/speeches/scopes/scopes-001/new-cluster", { label: "New" });
    await server.post("bulk/change-cluster", { ...of, row_ids: [7], new_cluster: ours.saved.clusters.length });
    await server.post("tags/add", { dataset: "speeches", tag: "👍", indices: [5, 6] });
  });
  afterAll(() => server?.stop());

  it("are there when the scope is opened", async () => {
    const opened = await open("speeches", { dataDir, scope: "scopes-001" });
    const clusters = Array.from(ours.saved.assignment);
    clusters[0] = clusters[299] = 0;
    clusters[7] = ours.saved.nextCluster;
    expect(values(opened.rows, "cluster")).toEqual(clusters);
    const label = new Map(ours.saved.clusters.map((cluster) => [cluster.id as number, cluster.label]));
    label.set(1, "Named by the tool").set(ours.saved.nextCluster, "New");
    expect(values(opened.rows, "label")).toEqual(clusters.map((id) => label.get(id)));
  });

  it("of deleted rows and tags are there as well", async () => {
    const { rows } = await open("speeches", { dataDir, scope: "scopes-001" });
    const where = (name: string, is: (value: unknown) => boolean): number[] =>
      values<unknown>(rows, name).flatMap((value, row) => (is(value) ? [row] : []));
    expect(where("deleted", (deleted) => deleted === true)).toEqual([4, 11]);
    expect(where("tags", (tags) => Array.from(tags as string[]).includes("👍"))).toEqual([5, 6]);
  });

  it("are there when a scope that this process has open is opened again", async () => {
    await open("speeches", { dataDir, scope: "scopes-001" });
    await server.get("bulk/change-cluster-name", { ...of, cluster: 2, new_label: "Named later" });
    const again = await open("speeches", { dataDir, scope: "scopes-001" });
    expect(values(again.clusters, "label")).toContain("Named later");
  });
});
