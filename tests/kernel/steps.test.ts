import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import * as latentscope from "../../src";

const sentences = JSON.parse(
  readFileSync(path.resolve(__dirname, "../fixtures/embedding/texts.json"), "utf8"),
) as string[];
const table = [...sentences.map((text, i) => ({ text, year: 1790 + i })), { text: "", year: 0 }];
const dataDir = mkdtempSync(path.join(os.tmpdir(), "latentscope-steps-"));
const fast = { embed: { model: "static" }, umap: { nEpochs: 20 }, cluster: { minClusterSize: 6 } } as const;

describe("the steps one by one", () => {
  let data: latentscope.Data;
  let embedding: latentscope.Embedding;
  let layout: latentscope.Layout;
  let clustering: latentscope.Clustering;
  let labels: latentscope.Labels;
  let scope: latentscope.Scope;
  beforeAll(async () => {
    data = await latentscope.ingest(table, "text", { name: "speeches", dataDir });
    embedding = await data.embed(fast.embed);
    layout = await embedding.umap(fast.umap);
    clustering = await layout.cluster(fast.cluster);
    labels = await clustering.label();
    scope = await labels.save({ label: "first look", description: "What they said." });
  });

  it("have the ids of their files", () => {
    const ids = [data, embedding, layout, clustering, labels, scope].map(({ id }) => id);
    expect(ids).toEqual([
      ...["speeches", "embedding-001", "umap-001", "cluster-001", "cluster-001-labels-001", "scopes-001"],
    ]);
    expect(data.path).toBe(path.join(dataDir, "speeches"));
  });

  it("have what they recorded", () => {
    expect(data.metadata).toMatchObject({ length: table.length, text_column: "text" });
    expect(embedding.metadata).toMatchObject({ id: "embedding-001", dimensions: 256 });
    expect(layout.metadata).toMatchObject({ embedding_id: "embedding-001", neighbors: 25 });
    expect(clustering.metadata).toMatchObject({ umap_id: "umap-001", samples: 6 });
    expect(labels.metadata).toMatchObject({ cluster_id: "cluster-001" });
    expect(scope.metadata).toMatchObject({ label: "first look", description: "What they said." });
  });

  it("have frames by ls_index that agree with the scope's", async () => {
    expect(data.rows.columns).toEqual(["ls_index", "text", "year"]);
    expect(data.rows.height).toBe(table.length);
    const { values, rows, dimensions } = await embedding.vectors();
    expect([values.length, rows, dimensions]).toEqual([table.length * 256, table.length, 256]);
    expect(layout.rows.toRecords()).toEqual(scope.rows.select("ls_index", "x", "y").toRecords());
    expect(clustering.rows.toRecords()).toEqual(scope.rows.select("ls_index", "cluster", "raw_cluster").toRecords());
    const ofScope = scope.clusters.select("cluster", "label", "description", "size").sort("cluster");
    expect(labels.clusters.sort("cluster").toRecords()).toEqual(ofScope.toRecords());
  });

  it("are those that a run of all of them finds", async () => {
    const whole = await latentscope.run(table, "text", { ...fast, name: "speeches", dataDir });
    expect(whole.id).toBe("scopes-002");
    expect(whole.metadata).toMatchObject({ cluster_labels_id: labels.id, label: "speeches" });
    expect(whole.rows.toRecords()).toEqual(scope.rows.toRecords());
  });

  it("are not done again with the same options, and stand side by side with others", async () => {
    expect((await embedding.umap(fast.umap)).id).toBe("umap-001");
    const other = await embedding.umap({ nEpochs: 20, nNeighbors: 8 });
    expect(other.id).toBe("umap-002");
    expect(other.rows.toRecords()).not.toEqual(layout.rows.toRecords());
    const byMeans = await other.cluster({ method: "kmeans", nClusters: 5 });
    expect([byMeans.id, byMeans.metadata["umap_id"]]).toEqual(["cluster-002", "umap-002"]);
    const again = await (await byMeans.label()).save();
    expect(again.clusters.height).toBe(6);
    expect(await labels.save({ label: "first look", description: "What they said." })).toBe(scope);
    const listed = (await latentscope.list({ dataDir })).select("scope", "label").toRecords();
    expect(listed).toEqual([
      { scope: "scopes-001", label: "first look" },
      { scope: "scopes-002", label: "speeches" },
      { scope: "scopes-003", label: "speeches" },
    ]);
  });

  it("refuse options that are not theirs, and end when they are aborted", async () => {
    const bad = { code: "bad-option" };
    await expect(embedding.umap({ minSamples: 3 } as object)).rejects.toMatchObject(bad);
    await expect(layout.cluster({ nNeighbors: 3 } as object)).rejects.toMatchObject(bad);
    await expect(clustering.label({ k: 3 } as object)).rejects.toMatchObject(bad);
    await expect(labels.save({ name: "x" } as object)).rejects.toMatchObject(bad);
    await expect(data.embed({ model: "no such model" })).rejects.toMatchObject({ code: "unknown-model" });
    await expect(embedding.umap({ seed: 3, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "interrupted",
    });
    await expect(latentscope.ingest(table, "txt", { dataDir })).rejects.toMatchObject({ code: "no-such-column" });
  });
});
