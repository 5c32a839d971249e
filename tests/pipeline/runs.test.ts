import { cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import pl from "nodejs-polars";
import { beforeAll, describe, expect, it } from "vitest";
import { flagged } from "../../src/scope";
import { openScope, runPipeline, type RunOptions, type RunResult } from "../../src/pipeline";
import { readVectors } from "../../src/pipeline/vectors";
import { Dataset, readJson, readParquet, writeJson, writeParquet } from "../../src/store";
import { newDataDir, quickRun, recorded, sentences } from "./support";

const rows = sentences.map((text, i) => ({ text, kind: i % 2 ? "odd" : "even" }));
const withGap = [...rows.slice(0, 5), { text: "", kind: "none" }, ...rows.slice(5)];
const quick = (dataDir: string, options: RunOptions = {}): Promise<RunResult> => quickRun(rows, dataDir, options);
const jsonOf = (result: RunResult, ...file: string[]): Promise<Record<string, unknown> | undefined> =>
  readJson(result.dataset.path(...file));

describe("names of runs", () => {
  const named: RunOptions = {
    embed: { model: "static", name: "words only", description: "fast" },
    umap: { nEpochs: 20, name: "rough" },
    cluster: { minClusterSize: 6, name: "small ones" },
    label: { name: "first words" },
  };
  let dataDir: string;
  let result: RunResult;
  beforeAll(async () => {
    dataDir = newDataDir();
    result = await quick(dataDir, named);
  });

  it("are in the files of each step", async () => {
    expect(await jsonOf(result, "embeddings", "embedding-001.json")).toMatchObject({
      ...{ name: "words only", description: "fast" },
    });
    expect(await jsonOf(result, "umaps", "umap-001.json")).toMatchObject({ name: "rough" });
    expect(await jsonOf(result, "clusters", "cluster-001.json")).toMatchObject({ name: "small ones" });
    expect(await jsonOf(result, "clusters", "cluster-001-labels-001.json")).toMatchObject({ name: "first words" });
  });

  it("make no other run: it is renamed, or keeps its name where none is given", async () => {
    const again = await quick(dataDir, { ...named, umap: { nEpochs: 20, name: "rough draft" }, label: {} });
    expect(again.steps.every(({ reused }) => reused)).toBe(true);
    expect(await jsonOf(again, "umaps", "umap-001.json")).toMatchObject({ name: "rough draft", neighbors: 25 });
    expect(await jsonOf(again, "clusters", "cluster-001-labels-001.json")).toMatchObject({ name: "first words" });
  });

  it.each([{ embed: { name: 3 } }, { umap: { description: {} } }, { cluster: { name: null } }])(
    "are strings: %j",
    async (options) => {
      await expect(quick(newDataDir(), options as RunOptions)).rejects.toMatchObject({ code: "bad-option" });
    },
  );
});

describe("a layout in space", () => {
  it("has a third number in its files, its scope and its cells, and is clustered in space", async () => {
    const dataDir = newDataDir();
    const flat = await quickRun(withGap, dataDir);
    const space = await quickRun(withGap, dataDir, { umap: { nEpochs: 20, dimensions: 3 } });
    expect(flat.z).toBeUndefined();
    const { z } = space;
    expect(z).toHaveLength(withGap.length);
    expect(Math.min(...(z ?? []))).toBe(-1);
    expect(Math.max(...(z ?? []))).toBe(1);
    expect(z?.[5]).toBe(-1);
    expect(await jsonOf(space, "umaps", "umap-002.json")).toMatchObject({ dimensions: 3 });
    expect((await readParquet(space.dataset.path("umaps", "umap-002.parquet"))).columns).toEqual(["x", "y", "z"]);
    const scope = await readParquet(space.dataset.path("scopes", "scopes-002.parquet"));
    expect(scope.columns.slice(0, 7)).toEqual([
      ...["x", "y", "z", "tile_index_64", "tile_index_128", "voxel_index_32", "voxel_index_64"],
    ]);
    expect(space.metadata).toMatchObject({ dimensions: 3 });
    const again = await openScope(space.dataset.name, { dataDir });
    expect(again.z).toEqual(z);
  });
});

describe("a layout that starts from another", () => {
  it("begins there", async () => {
    const dataDir = newDataDir();
    const first = await quickRun(withGap, dataDir, { umap: { nEpochs: 200 } });
    const from = { nEpochs: 1, nNeighbors: 12 };
    const next = await quickRun(withGap, dataDir, { umap: { ...from, init: "umap-001" } });
    const fresh = await quickRun(withGap, dataDir, { umap: from });
    const moved = (result: RunResult): number =>
      result.coordinates.reduce((sum, value, i) => sum + Math.abs(value - first.coordinates[i]), 0);
    expect(moved(next)).toBeLessThan(moved(fresh) * 0.7);
    expect(await jsonOf(next, "umaps", "umap-002.json")).toMatchObject({ init: "umap-001", neighbors: 12 });
    const again = await quickRun(withGap, dataDir, { umap: { ...from, init: "umap-001" } });
    expect(again.steps.every(({ reused }) => reused)).toBe(true);
  });

  it.each([
    [{ init: "umap-007" }, "not-found", /"umap-007".*"umap-001"/],
    [{ init: "../umap-001" }, "bad-name", /umap-001/],
    [{ init: "umap-001", dimensions: 3 }, "bad-option", /2 dimensions/],
    [{ init: 3 }, "bad-option", /umap\.init/],
  ])("has to fit: %j", async (umap, code, message) => {
    const dataDir = newDataDir();
    await quick(dataDir);
    const wrong = quick(dataDir, { umap: umap as RunOptions["umap"] });
    await expect(wrong).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

describe("rows placed in a layout of others", () => {
  let dataDir: string;
  let old: RunResult;
  const later = withGap.filter((_, i) => i % 3 === 0 || i === 5);
  beforeAll(async () => {
    dataDir = newDataDir();
    old = await quickRun(withGap, dataDir, { name: "old", umap: { nEpochs: 200, nNeighbors: 10 } });
  });

  it("come to lie where equal rows are", async () => {
    const placed = await quickRun(later, dataDir, { name: "later", umap: { transform: "old/umap-001" } });
    const where = new Map(withGap.map(({ text }, i) => [text, [old.coordinates[2 * i], old.coordinates[2 * i + 1]]]));
    const distances = later.flatMap(({ text }, i) => {
      const [x, y] = where.get(text) ?? [];
      return text ? [Math.hypot(placed.coordinates[2 * i] - x, placed.coordinates[2 * i + 1] - y)] : [];
    });
    const median = distances.sort((a, b) => a - b)[distances.length >> 1];
    // the map is 2 wide: a row of another place is some 0.7 away
    expect(median).toBeLessThan(0.15);
    expect(Math.max(...placed.coordinates)).toBeLessThanOrEqual(1);
    expect(await jsonOf(placed, "umaps", "umap-001.json")).toMatchObject({
      ...{ transformed_from: "old/umap-001", neighbors: 10 },
      min_values: (await jsonOf(old, "umaps", "umap-001.json"))?.["min_values"],
    });
    const again = await quickRun(later, dataDir, { name: "later", umap: { transform: "old/umap-001" } });
    expect(again.steps.every(({ reused }) => reused)).toBe(true);
  });

  it.each([
    [{ transform: "umap-001" }, "bad-option", /another dataset/],
    [{ transform: "none/umap-001" }, "not-found", /"none"/],
    [{ transform: "old/umap-009" }, "not-found", /"umap-009"/],
    [{ transform: "../x/umap-001" }, "bad-name", /x/],
    [{ transform: "old/umap-001", nNeighbors: 5 }, "bad-option", /nNeighbors/],
  ])("need a layout that fits: %j", async (umap, code, message) => {
    const wrong = quickRun(later, dataDir, { name: "others", umap });
    await expect(wrong).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it("need vectors of the same model", async () => {
    const model = { id: "other", embed: (texts: string[]) => Promise.resolve(texts.map((text) => [text.length, 1])) };
    const wrong = quickRun(later, dataDir, { name: "others", embed: { model }, umap: { transform: "old/umap-001" } });
    await expect(wrong).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringMatching(/static.*other/s) as string,
    });
  });
});

describe("shorter vectors", () => {
  it("are the first numbers at length 1, from the texts that are known", async () => {
    const dataDir = newDataDir();
    const whole = await quick(dataDir);
    const short = await quick(dataDir, { embed: { model: "static", dimensions: 32 } });
    expect(await recorded(short.dataset, "embeddings/embedding-002.json")).toMatchObject({ embedded_texts: 0 });
    const of = (id: string) => readVectors(whole.dataset, id, rows.length);
    const [long, first] = [await of("embedding-001"), await of("embedding-002")];
    expect([long.dimensions, first.dimensions]).toEqual([256, 32]);
    const wanted = long.values.slice(256, 288);
    const norm = Math.hypot(...wanted);
    expect(Array.from(first.values.slice(32, 64))).toEqual(
      Array.from(wanted, (value) => expect.closeTo(value / norm, 5) as number),
    );
  });

  it("cannot be longer", async () => {
    const wrong = quick(newDataDir(), { embed: { model: "static", dimensions: 300 } });
    await expect(wrong).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringContaining("256") as string,
    });
  });
});

describe("the quality of a clustering", () => {
  it("is beside its parameters", async () => {
    const result = await quick(newDataDir(), { cluster: { method: "kmeans", nClusters: 5 } });
    const { quality_metrics: quality } = (await jsonOf(result, "clusters", "cluster-001.json")) ?? {};
    expect(Object.keys(quality as object)).toEqual(["silhouette", "calinski_harabasz", "davies_bouldin"]);
    expect((quality as Record<string, number>)["silhouette"]).toBeGreaterThan(0);
  });
});

describe("files of early versions of Latent Scope", () => {
  it("open: without raw clusters, without a lookup of labels, without the rows that were deleted", async () => {
    const dataDir = newDataDir();
    const {
      dataset,
      coordinates,
      saved: { clusters, assignment },
    } = await quick(dataDir);
    const file = dataset.path("scopes", "scopes-001.parquet");
    const scope = await readParquet(file);
    const left = scope.filter(pl.col("ls_index").neq(3)).filter(pl.col("ls_index").neq(rows.length - 1));
    await writeParquet(file, left.drop("raw_cluster").drop("deleted"));
    const json = await readJson(dataset.path("scopes", "scopes-001.json"));
    await writeJson(dataset.path("scopes", "scopes-001.json"), { ...json, cluster_labels_lookup: undefined });
    const opened = await openScope(dataset.name, { dataDir });
    expect([...flagged(opened.saved.deleted)]).toEqual([3, rows.length - 1]);
    expect(opened.coordinates.slice(0, 6)).toEqual(coordinates.slice(0, 6));
    expect(opened.coordinates.slice(6, 8)).toEqual(Float32Array.of(-1, -1));
    expect(opened.coordinates.slice(8, -2)).toEqual(coordinates.slice(8, -2));
    expect(opened.saved.assignment.slice(4, -1)).toEqual(assignment.slice(4, -1));
    expect(opened.saved.assignment[3]).toBe(-1);
    expect(opened.saved.clusters.map(({ label }) => label).sort()).toEqual(
      [...new Set([...clusters.map(({ label }) => label), "Unclustered"])].sort(),
    );
  });

  it("with vectors in HDF5 say how to convert them", async () => {
    const dataDir = newDataDir();
    const { dataset } = await quick(dataDir);
    await rm(dataset.path("lancedb", "emb-embedding-001.lance"), { recursive: true });
    await writeFile(dataset.path("embeddings", "embedding-001.h5"), "\x89HDF\r\n\x1a\n");
    await expect(readVectors(dataset, "embedding-001", rows.length)).rejects.toMatchObject({
      code: "unsupported-input",
      message: expect.stringMatching(/embedding-001\.h5.*Migrate to LanceDB/s) as string,
    });
    // the map needs none
    expect((await openScope(dataset.name, { dataDir })).saved.assignment).toHaveLength(rows.length);
  });

  it("of tokens are refused by name", async () => {
    const dataDir = newDataDir();
    const { dataset } = await quick(dataDir);
    const file = dataset.path("scopes", "scopes-001.json");
    await writeJson(file, { ...(await readJson(file)), granularity: "tokens" });
    await expect(openScope(dataset.name, { dataDir })).rejects.toMatchObject({ code: "unsupported-input" });
  });
});

describe("vectors without their JSON", () => {
  const withoutJson = async (sign: boolean): Promise<RunResult> => {
    const dataDir = newDataDir();
    const { dataset } = await quick(dataDir, { name: "speeches" });
    // as after a kill between the table and its JSON
    const json = dataset.path("embeddings", "embedding-001.json");
    await (sign ? rename(json, dataset.path("embeddings", ".embedding-001.json.99-0a.tmp")) : rm(json));
    return quick(dataDir, { name: "speeches" });
  };

  it("are replaced when a killed run of ours left them", async () => {
    const { dataset } = await withoutJson(true);
    expect((await dataset.runs("embedding")).map(({ id }) => id)).toEqual(["embedding-001"]);
    expect(await readdir(dataset.path("lancedb"))).toContain("emb-embedding-001.lance");
    expect((await readdir(dataset.path("embeddings"))).sort()).toEqual(["embedding-001.json"]);
  });

  it("keep their number when they are another tool's, which may go on with them", async () => {
    const { dataset } = await withoutJson(false);
    expect((await dataset.runs("embedding")).map(({ id }) => id)).toEqual(["embedding-002"]);
    expect(await readdir(dataset.path("lancedb"))).toContain("emb-embedding-001.lance");
  });
});

describe("a dataset's folder", () => {
  it("can be copied elsewhere, and goes on there", async () => {
    const [from, to] = [newDataDir(), newDataDir()];
    const options = { name: "speeches" };
    const first = await quick(from, options);
    await mkdir(to, { recursive: true });
    await cp(path.join(from, "speeches"), path.join(to, "speeches"), { recursive: true });
    await rm(from, { recursive: true });
    const opened = await openScope("speeches", { dataDir: to });
    expect(opened.coordinates).toEqual(first.coordinates);
    const again = await quick(to, options);
    expect(again.steps.every(({ reused }) => reused)).toBe(true);
    // one that is changed starts from the vectors that came along
    const other = await quick(to, { ...options, umap: { nEpochs: 21 } });
    expect(other.steps.map(({ reused }) => reused)).toEqual([true, true, false, false, false, false]);
    expect(new Dataset(to, "speeches").folder).toBe(path.join(to, "speeches"));
  });
});

describe("what is known of a scope", () => {
  it("is the whole chain: input, parameters, models, versions, seeds and times", async () => {
    const { metadata } = await runPipeline(rows, "text", {
      ...{ dataDir: newDataDir(), embed: { model: "static" }, umap: { nEpochs: 20, seed: 7 } },
    });
    const made = { key: expect.stringMatching(/^[0-9a-f]{64}$/) as string, version: expect.any(String) as string };
    const step = {
      ...made,
      seconds: expect.any(Number) as number,
      created: expect.stringMatching(/^\d{4}-/) as string,
    };
    expect(metadata).toMatchObject({
      dataset: { latentscope: step, length: rows.length, text_column: "text" },
      embedding: {
        model_id: "latentscope-static-gte-256",
        latentscope: {
          ...step,
          model: { model: "static", weights: { "table.i8": expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
        },
      },
      umap: { neighbors: 25, min_dist: 0.1, latentscope: { ...step, seed: 7, engine: "wasm", epochs: 20 } },
      cluster: { method: "hdbscan", quality_metrics: expect.any(Object) as object, latentscope: step },
      cluster_labels: { model_id: "latentscope-keywords", latentscope: step },
      latentscope: step,
    });
  });
});
