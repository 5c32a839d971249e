import { connect } from "@lancedb/lancedb";
import pl from "nodejs-polars";
import { beforeAll, describe, expect, it } from "vitest";
import { openScope, type RunResult } from "../../src/pipeline";
import { clusterCount } from "../../src/pipeline/cluster";
import { readParquet } from "../../src/store";
import { newDataDir, quickRun, recorded, sentences, vectorsOf } from "./support";

const rows = sentences.map((text, i) => ({
  text,
  kind: i % 5 ? ["apples", "pears"][i % 2] : null,
  year: 1790 + (i % 3),
}));
const dataDir = newDataDir();
const sizes = ({ saved: { clusters, assignment } }: RunResult) =>
  clusters.filter(({ id }) => id >= 0).map(({ id }) => assignment.filter((cluster) => cluster === id).length);

describe("k-means", () => {
  it("puts every row with text into one of so many clusters", async () => {
    const result = await quickRun([...rows, { text: null, kind: "x", year: 1 }], dataDir, {
      cluster: { method: "kmeans", nClusters: 7 },
    });
    expect(sizes(result)).toHaveLength(7);
    expect(sizes(result).reduce((a, b) => a + b)).toBe(rows.length);
    expect(result.saved.assignment[rows.length]).toBe(-1);
    const json = await result.dataset.findRun("cluster", "cluster-001");
    expect(json?.json).toMatchObject({
      method: "kmeans",
      samples: 7,
      n_clusters: 7,
      n_noise: 1,
      cluster_on: "umap",
      seed: 42,
    });
  });

  it("chooses a number of clusters, and can look at the vectors", async () => {
    const onMap = await quickRun(rows, dataDir, { cluster: { method: "kmeans" } });
    // as the first scope of a dataset, whose ids begin at 0
    const onVectors = await quickRun(rows, newDataDir(), { cluster: { method: "kmeans", clusterOn: "embedding" } });
    for (const result of [onMap, onVectors]) expect(sizes(result)).toHaveLength(clusterCount(rows.length));
    expect(onVectors.saved.assignment).not.toEqual(onMap.saved.assignment);
    // Rows of a cluster are nearer to its mean vector than those of others.
    const vectors = await vectorsOf(onVectors);
    const means = sizes(onVectors).map((size, id) =>
      vectors[0].map((_, d) =>
        vectors.reduce((sum, v, row) => sum + (onVectors.saved.assignment[row] === id ? v[d] / size : 0), 0),
      ),
    );
    const wrong = vectors.filter((v, row) => {
      const distances = means.map((mean) => mean.reduce((sum, m, d) => sum + (m - v[d]) ** 2, 0));
      return distances.indexOf(Math.min(...distances)) !== onVectors.saved.assignment[row];
    });
    expect(wrong.length).toBeLessThan(rows.length / 20);
  });

  it("has at most a cluster for each row", async () => {
    const result = await quickRun(rows.slice(0, 4), newDataDir(), { cluster: { method: "kmeans", nClusters: 50 } });
    expect(sizes(result)).toEqual([1, 1, 1, 1]);
  });
});

describe("clusters by a column", () => {
  const dataDir = newDataDir();
  let result: RunResult;
  beforeAll(async () => {
    result = await quickRun(rows, dataDir, { cluster: { method: "column:kind" } });
  });

  it("are its values, which are their labels", () => {
    expect(result.saved.clusters.map(({ id, label, labelSource }) => [id, label, labelSource])).toEqual([
      [-1, "Unclustered", "none"],
      [0, "pears", "column"],
      [1, "apples", "column"],
    ]);
    rows.forEach(({ kind }, row) =>
      expect(result.saved.assignment[row]).toBe(kind === null ? -1 : kind === "pears" ? 0 : 1),
    );
  });

  it("stay that when they are opened, and when they are reused", async () => {
    const plain = ({ saved: { clusters, assignment } }: RunResult) => ({ clusters, assignment });
    const again = await quickRun(rows, dataDir, { cluster: { method: "column:kind" } });
    expect(again.steps.every(({ reused }) => reused)).toBe(true);
    expect(plain(again)).toEqual(plain(result));
    expect(plain(await openScope(result.dataset.name, { dataDir, scope: result.scopeId }))).toEqual(plain(result));
  });

  it("may get other labels", async () => {
    const labelled = await quickRun(rows, dataDir, {
      cluster: { method: "column:kind" },
      label: { model: "keywords" },
    });
    expect(labelled.saved.clusters.slice(1).map(({ labelSource }) => labelSource)).toEqual(["keywords", "keywords"]);
    expect(labelled.steps.find(({ step }) => step === "cluster")).toMatchObject({ reused: true });
  });

  it("of numbers are named by them, the largest first", async () => {
    const {
      saved: { clusters, assignment },
    } = await quickRun(rows.slice(0, 50), newDataDir(), {
      cluster: { method: "column:year" },
    });
    expect(clusters.slice(1).map(({ label }) => label)).toEqual(["1790", "1791", "1792"]);
    expect([...assignment.subarray(0, 4)]).toEqual([0, 1, 2, 0]);
  });

  it.each([
    ["a column that is not there", "column:knid", "no-such-column", /Did you mean "kind"/],
    ["a column of lists", "column:list", "bad-option", /holds lists.*"kind"/],
    ["no name", "column:", "bad-option", /"column:<name>"/],
  ])("refuse %s", async (_, method, code, message) => {
    const table = pl.DataFrame(rows).withColumn(
      pl.Series(
        "list",
        rows.map((_r, i) => [i, 1]),
        pl.List(pl.Float64),
      ),
    );
    await expect(quickRun(table, dataDir, { cluster: { method } })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});

describe("rows of no cluster", () => {
  it("go to the nearest one where that is wanted, and are still known", async () => {
    const cluster = { minClusterSize: 8, minSamples: 5 };
    const apart = await quickRun(rows, newDataDir(), { cluster });
    const noise = apart.saved.assignment.filter((id) => id === -1).length;
    expect(noise).toBeGreaterThan(5);
    const joined = await quickRun(rows, newDataDir(), { cluster: { ...cluster, assignNoise: true } });
    expect(joined.saved.assignment).not.toContain(-1);
    expect(joined.rawClusters).toEqual(apart.rawClusters);
    apart.saved.assignment.forEach((id, row) => {
      if (id >= 0) expect(joined.saved.assignment[row]).toBe(id);
    });
    const json = (await joined.dataset.findRun("cluster", "cluster-" + String(joined.metadata["cluster_id"]).slice(-3)))
      ?.json;
    expect(json).toMatchObject({ assign_noise: true, n_noise: noise });
    expect(json).not.toHaveProperty("unclustered_cluster");
    // by hand: the nearest mean
    const places = (id: number) =>
      [...joined.saved.assignment.keys()].filter((row) => apart.saved.assignment[row] === id);
    const means = apart.saved.clusters
      .filter(({ id }) => id >= 0)
      .map(({ id }) =>
        [0, 1].map(
          (axis) => places(id).reduce((sum, row) => sum + apart.coordinates[2 * row + axis], 0) / places(id).length,
        ),
      );
    const row = apart.saved.assignment.indexOf(-1);
    const distances = means.map(([x, y]) =>
      Math.hypot(apart.coordinates[2 * row] - x, apart.coordinates[2 * row + 1] - y),
    );
    expect(joined.saved.assignment[row]).toBe(distances.indexOf(Math.min(...distances)));
  });
});

describe("options of a clustering", () => {
  it.each([
    [{ method: "dbscan" }, /cluster\.method is "hdbscan", "kmeans" or "column:<name>"/],
    [{ method: "kmeans", minSamples: 3 }, /cluster\.minSamples has no meaning for the method "kmeans"/],
    [{ nClusters: 3 }, /cluster\.nClusters has no meaning for the method "hdbscan"/],
    [{ method: "kmeans", nClusters: 0 }, /cluster\.nClusters/],
    [{ clusterOn: "text" }, /cluster\.clusterOn is "umap" or "embedding"/],
    [{ assignNoise: 1 }, /cluster\.assignNoise is true or false/],
    [{ minclustersize: 3 }, /no option "minclustersize"/],
  ])("%o is refused", async (cluster, message) => {
    await expect(quickRun(rows, dataDir, { cluster: cluster as object })).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringMatching(message) as string,
    });
  });
});

describe("vectors of a column", () => {
  const vectorOf = (i: number): number[] => [Math.cos(i), Math.sin(i), i % 2];
  const table = rows.map((row, i) => ({ ...row, vector_: vectorOf(i) }));

  it("are used as they are", async () => {
    const result = await quickRun(table, dataDir, { embed: { model: "column:vector_" }, umap: { nEpochs: 20 } });
    const vectors = await vectorsOf(result);
    vectors.forEach((vector, i) => vectorOf(i).forEach((value, d) => expect(vector[d]).toBeCloseTo(value, 6)));
    const json = (await result.dataset.findRun("embedding", "embedding-001"))?.json;
    expect(json).toMatchObject({ model_id: "column:vector_", dimensions: 3, text_column: "text" });
    expect(await recorded(result.dataset, "embeddings/embedding-001.json")).toMatchObject({ embedded_texts: 0 });
    const again = await quickRun(table, dataDir, { embed: { model: "column:vector_" }, umap: { nEpochs: 20 } });
    expect(again.steps.every(({ reused }) => reused)).toBe(true);
  });

  it("are in the table of the scope as lists, empty ones and missing ones too", async () => {
    const lists = [[1, 2], [], null, [3.5], [null, 4]];
    const frame = pl
      .DataFrame(rows.slice(0, 5))
      .withColumn(pl.Series("list", lists, pl.List(pl.Float64)))
      .withColumn(pl.Series("last", ["a", "b", "c", "d", "e"]));
    const result = await quickRun(frame, newDataDir());
    const database = await connect(result.dataset.path("lancedb"));
    const stored = await (await database.openTable(result.scopeId)).query().toArray();
    const found = (stored as Record<string, { toArray(): ArrayLike<number | null> } | null>[]).map(
      ({ list }) => list && [...(list as unknown as Iterable<number | null>)],
    );
    expect(found).toEqual(lists);
    expect((stored as { last: string }[]).map(({ last }) => last)).toEqual(["a", "b", "c", "d", "e"]);
    database.close();
    expect(result.input.getColumn("list").toArray()).toEqual(lists);
  });

  it("may lack where there is no text, and nowhere else", async () => {
    const without = [...table.slice(0, 20), { ...table[20], text: null, vector_: null }];
    const result = await quickRun(without, newDataDir(), { embed: { model: "column:vector_" } });
    expect(result.saved.assignment[20]).toBe(-1);
    await expect(
      quickRun([...table.slice(0, 20), { ...table[20], vector_: null }], newDataDir(), {
        embed: { model: "column:vector_" },
      }),
    ).rejects.toMatchObject({ code: "bad-vectors", message: expect.stringMatching(/no vector in row 20/) as string });
  });

  it.each([
    ["that is not there", "column:vektor_", table, "no-such-column", /Did you mean "vector_"/],
    ["of texts", "column:kind", table, "no-such-column", /no column "kind" of lists of numbers/],
    [
      "of several lengths",
      "column:vector_",
      table.map((row, i) => (i === 7 ? { ...row, vector_: [1] } : row)),
      "bad-vectors",
      /1 number in row 7, and 3 in others/,
    ],
    [
      "with values that are not finite",
      "column:vector_",
      table.map((row, i) => (i === 7 ? { ...row, vector_: [1, NaN, 2] } : row)),
      "bad-vectors",
      /NaN at place 1 of row 7/,
    ],
  ])("are refused from a column %s", async (_, model, input, code, message) => {
    await expect(quickRun(input, newDataDir(), { embed: { model } })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});

describe("two runs of one table at once", () => {
  it("do the work once, one after the other", async () => {
    const folder = newDataDir();
    const notes: string[] = [];
    const [first, second] = await Promise.all([
      quickRun(rows, folder),
      quickRun(rows, folder, {}, { onProgress: ({ note }) => note && notes.push(note) }),
    ]);
    const reused = [first, second].map(({ steps }) => steps.filter((step) => step.reused).length).sort();
    expect(reused).toEqual([0, 6]);
    expect(first.scopeId).toBe(second.scopeId);
    const frame = await readParquet(first.dataset.path("scopes/scopes-001.parquet"));
    expect(frame.height).toBe(rows.length);
    if (second.steps[0].reused)
      expect(notes).toContainEqual(expect.stringMatching(/waiting for another run of this kernel/));
  });
});
