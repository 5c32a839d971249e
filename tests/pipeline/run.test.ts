import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import pl from "nodejs-polars";
import { beforeAll, describe, expect, it } from "vitest";
import { listScopes, openScope, runPipeline, type RunResult, type StepReport } from "../../src/pipeline";
import { readJson } from "../../src/store";
import { newDataDir, quickRun, recorded, sentences, vectorsOf } from "./support";

const rows = sentences.slice(0, 100).map((text, i) => ({ text, year: 1790 + i, party: i % 2 ? "Whig" : "none" }));
// a null, an empty text, white space, and a text that comes twice
const input = [
  ...rows,
  { text: null, year: 1, party: null },
  { text: "", year: 2, party: "x" },
  { text: " \t", year: 3, party: "x" },
  { ...rows[7] },
];
const EMPTY = [100, 101, 102];
const reused = (steps: StepReport[]): string[] => steps.filter((step) => step.reused).map((step) => step.step);

describe("a run with the default model", () => {
  const dataDir = newDataDir();
  const reports: StepReport[] = [];
  let result: RunResult;
  beforeAll(async () => {
    result = await runPipeline(input, "text", { dataDir }, { onStep: (report) => reports.push(report) });
  });

  it("does the six steps in order and says what each did", () => {
    expect(reports.map(({ step, id, reused: r }) => [step, id, r])).toEqual([
      ["ingest", result.dataset.name, false],
      ["embed", "embedding-001", false],
      ["umap", "umap-001", false],
      ["cluster", "cluster-001", false],
      ["label", "cluster-001-labels-001", false],
      ["save", "scopes-001", false],
    ]);
    expect(result.steps).toEqual(reports);
    expect(reports[0].summary).toBe("104 rows, 3 rows without text");
    expect(reports[1].summary).toMatch(/^101 distinct texts, [\d,]+ texts\/s$/);
  });

  it("keeps every row: those without text in the corner and in no cluster", () => {
    expect(result.input.toRecords().map(({ text, year }) => [text, year])).toEqual(
      input.map(({ text, year }) => [text, year]),
    );
    expect(result.coordinates).toHaveLength(208);
    for (let row = 0; row < 104; row++) {
      const [x, y] = result.coordinates.subarray(row * 2, row * 2 + 2);
      if (EMPTY.includes(row))
        expect([x, y, result.saved.assignment[row], result.rawClusters[row]]).toEqual([-1, -1, -1, -1]);
      else expect(Math.abs(x) <= 1 && Math.abs(y) <= 1).toBe(true);
    }
    const xs = result.coordinates.filter((_, i) => i % 2 === 0 && !EMPTY.includes(i >> 1));
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([-1, 1]);
  });

  it("finds clusters and gives each a label of its own", () => {
    const inside = result.saved.clusters.filter(({ id }) => id !== -1);
    expect(inside.length).toBeGreaterThan(1);
    expect(inside.map(({ id }) => id)).toEqual(inside.map((_, i) => i));
    expect(new Set(inside.map(({ label }) => label.toLowerCase())).size).toBe(inside.length);
    expect(
      inside.every(({ labelSource, description }) => labelSource === "keywords" && description.startsWith("“")),
    ).toBe(true);
    expect(result.saved.clusters[0]).toMatchObject({ id: -1, label: "Unclustered", labelSource: "none" });
    expect(new Set(result.saved.assignment)).toEqual(new Set(result.saved.clusters.map(({ id }) => id)));
  });

  it("gives equal texts equal vectors, and all vectors the length 1", async () => {
    const vectors = await vectorsOf(result);
    expect(vectors[103]).toEqual(vectors[7]);
    for (const vector of vectors) expect(Math.sqrt(vector.reduce((sum, v) => sum + v * v, 0))).toBeCloseTo(1, 5);
  });

  it("writes the columns of Latent Scope's files, with their types and in their order", () => {
    const columns = (file: string): string[] => {
      const frame = pl.readParquet(result.dataset.path(file));
      return frame.columns.map(
        (name) => `${name} ${String(frame.getColumn(name).dtype).replace(/DataType\((\w+)\)/g, "$1")}`,
      );
    };
    const scope = [
      "x Float32",
      "y Float32",
      "tile_index_64 Int64",
      "tile_index_128 Int64",
      "cluster Int64",
      "raw_cluster Int64",
      "label String",
      "deleted Bool",
    ];
    const labels = [
      "label String",
      "description String",
      "indices DataType(List(Int64))",
      "hull DataType(List(Int64))",
    ];
    expect(columns("input.parquet")).toEqual(["text String", "year Int64", "party String"]);
    expect(columns("umaps/umap-001.parquet")).toEqual(["x Float32", "y Float32"]);
    expect(columns("clusters/cluster-001.parquet")).toEqual(["cluster Int64", "raw_cluster Int64"]);
    expect(columns("clusters/cluster-001-labels-default.parquet")).toEqual(labels);
    expect(columns("clusters/cluster-001-labels-001.parquet")).toEqual([...labels, "labeled Bool", "label_raw String"]);
    expect(columns("scopes/scopes-001.parquet")).toEqual([...scope, "ls_index Int64"]);
    expect(columns("scopes/scopes-001-input.parquet")).toEqual([
      "index Int64",
      "text String",
      "year Int64",
      "party String",
      ...scope,
    ]);
  });

  it.each([
    ["meta.json", "meta.json"],
    ["embeddings/embedding-001.json", "embeddings/embedding-001.json"],
    ["umaps/umap-001.json", "umaps/umap-001.json"],
    ["clusters/cluster-001.json", "clusters/cluster-001.json"],
    ["clusters/cluster-001-labels-001.json", "clusters/cluster-001-labels-001.json"],
    ["scopes/scopes-001.json", "scopes/scopes-001.json"],
  ])("writes every key of Latent Scope's %s, with values of the same kinds", async (own, theirs) => {
    const fixture = path.resolve(__dirname, "../fixtures/latentscope-1.0/sotu150", theirs);
    const [mine, reference] = [await readJson(result.dataset.path(own)), await readJson(fixture)];
    // computed later, on demand, by its server
    delete reference?.["quality_metrics"];
    for (const [key, value] of Object.entries(reference ?? {})) {
      expect(mine, key).toHaveProperty(key);
      if (value !== null && mine?.[key] !== null) expect(typeof mine?.[key], key).toBe(typeof value);
    }
    expect(mine).toHaveProperty("latentscope.version");
  });

  it("writes a scope whose lookup is indexed by the cluster ids of its rows", async () => {
    const frame = pl.readParquet(result.dataset.path("scopes/scopes-001.parquet"));
    const json = await readJson(result.dataset.path("scopes/scopes-001.json"));
    const lookup = json?.["cluster_labels_lookup"] as { label: string; cluster: number; hull: number[] }[];
    const ids = frame.getColumn("cluster").toArray() as number[];
    expect(frame.getColumn("label").toArray()).toEqual(ids.map((id) => lookup[id].label));
    expect(lookup.map(({ cluster }) => cluster)).toEqual(lookup.map((_, i) => i));
    expect(frame.getColumn("ls_index").toArray()).toEqual(ids.map((_, i) => i));
    const unclustered = lookup.length - 1;
    expect(lookup[unclustered]).toMatchObject({ label: "Unclustered", hull: [] });
    expect(json).toMatchObject({ rows: 104, cluster: { unclustered_cluster: unclustered, n_clusters: unclustered } });
    for (const { cluster, hull } of lookup) for (const row of hull) expect(ids[row]).toBe(cluster);
  });

  it("leaves no temporary files, and the tags and folders that Latent Scope expects", () => {
    const names = readdirSync(result.dataset.folder, { recursive: true }) as string[];
    expect(names.filter((name) => name.endsWith(".tmp") || name.includes(".tmp."))).toEqual([]);
    for (const name of [
      "saes",
      "tags/👍.indices",
      "tags/👎.indices",
      "lancedb/emb-embedding-001.lance",
      "lancedb/scopes-001.lance",
    ])
      expect(existsSync(result.dataset.path(name)), name).toBe(true);
    expect(JSON.parse(readFileSync(result.dataset.path("scopes/scopes-001-transactions.json"), "utf8"))).toEqual([]);
  });

  it("run again reuses every step and gives the same scope", async () => {
    const again = await runPipeline(input, "text", { dataDir });
    expect(reused(again.steps)).toEqual(["ingest", "embed", "umap", "cluster", "label", "save"]);
    expect({ ...again, steps: [], dataset: null, input: null }).toEqual({
      ...result,
      steps: [],
      dataset: null,
      input: null,
    });
  });

  it("with another cluster option does clustering, labels and scope again, and nothing else", async () => {
    const other = await runPipeline(input, "text", { dataDir, cluster: { minClusterSize: 10 } });
    expect(reused(other.steps)).toEqual(["ingest", "embed", "umap"]);
    expect(other.scopeId).toBe("scopes-002");
    expect(other.coordinates).toEqual(result.coordinates);
    expect((await runPipeline(input, "text", { dataDir })).scopeId).toBe("scopes-001");
  });

  it("with another layout option embeds nothing", async () => {
    const other = await runPipeline(input, "text", { dataDir, umap: { nEpochs: 10, seed: 7 } });
    expect(reused(other.steps)).toEqual(["ingest", "embed"]);
    expect(other.coordinates).not.toEqual(result.coordinates);
  });

  it("of another table embeds only what no dataset of the folder has", async () => {
    const more = [...input.slice(0, 60), { text: "A sentence that nobody has said before.", year: 0, party: "x" }];
    const other = await runPipeline(more, "text", { dataDir, umap: { nEpochs: 10 } });
    expect(await recorded(other.dataset, "embeddings/embedding-001.json")).toMatchObject({
      distinct_texts: 61,
      embedded_texts: 1,
    });
    const before = await vectorsOf(result);
    expect((await vectorsOf(other)).slice(0, 60)).toEqual(before.slice(0, 60));
  });

  it("can be opened from its files, by name and by id", async () => {
    const opened = await openScope(result.dataset.name, { dataDir, scope: "scopes-001" });
    const plain = ({
      coordinates,
      saved: { assignment, clusters },
      rawClusters,
      textColumn,
      scopeId,
      metadata,
    }: RunResult) => ({
      ...{ coordinates, assignment, clusters, rawClusters, textColumn, scopeId, metadata },
    });
    expect(plain(opened)).toEqual(plain(result));
    expect(opened.input.toRecords()).toEqual(result.input.toRecords());
    expect((await openScope(result.dataset.name, { dataDir })).scopeId).toBe("scopes-003");
  });

  it("is listed", async () => {
    const scopes = await listScopes(dataDir);
    expect(scopes.find(({ dataset, id }) => dataset === result.dataset.name && id === "scopes-001")).toMatchObject({
      rows: 104,
      clusters: result.saved.clusters.length - 1,
    });
    expect(await listScopes(path.join(dataDir, "nowhere"))).toEqual([]);
  });
});

describe("small and strange tables make maps", () => {
  it.each([2, 3, 4, 6, 15])("%i rows", async (n) => {
    const result = await quickRun(rows.slice(0, n), newDataDir());
    expect(result.coordinates).toHaveLength(n * 2);
    expect(result.coordinates.every((v) => v >= -1 && v <= 1)).toBe(true);
  });

  it("two texts, many times each", async () => {
    const result = await quickRun(
      Array.from({ length: 60 }, (_, i) => ({ text: rows[i % 2].text, i })),
      newDataDir(),
    );
    expect(result.coordinates.every((v) => v >= -1 && v <= 1)).toBe(true);
  });

  it("columns with dots, quotes and emoji in their names", async () => {
    const result = await quickRun(
      rows.slice(0, 20).map((row) => ({ text: row.text, "a.b": 1, a_b: 2, 'q"': "x", "👍": true })),
      newDataDir(),
    );
    expect(result.input.columns).toEqual(["text", "a.b", "a_b", 'q"', "👍"]);
  });

  it("texts that are markup stay texts", async () => {
    const texts = rows.slice(0, 20).map((row, i) => ({ text: `<img src=x onerror=alert(${i})> ${row.text}` }));
    const result = await quickRun(texts, newDataDir());
    expect(result.input.getColumn("text").toArray()).toEqual(texts.map(({ text }) => text));
  });
});

describe("labels by a function", () => {
  it("see the cluster, and one that fails keeps its keywords and the reason", async () => {
    const seen: { size: number; texts: readonly string[]; keywords: readonly string[] }[] = [];
    const model = async (cluster: {
      id: number;
      size: number;
      texts: readonly string[];
      keywords: readonly string[];
    }): Promise<string> => {
      seen.push(cluster);
      if (cluster.id === 1) throw new Error("no answer");
      return Promise.resolve(` Topic\n${cluster.id} `);
    };
    const result = await quickRun(rows, newDataDir(), { cluster: { minClusterSize: 5 }, label: { model, samples: 3 } });
    expect(seen.length).toBe(result.saved.clusters.filter(({ id }) => id !== -1).length);
    expect(
      seen.every(({ size, texts }) => texts.length === Math.min(3, size) && texts.every((t) => sentences.includes(t))),
    ).toBe(true);
    const [first, second] = result.saved.clusters.filter(({ id }) => id >= 0);
    expect(first).toMatchObject({
      label: "Topic 0",
      labelSource: "llm",
      labelModel: "function-model",
      labelError: null,
    });
    expect(second).toMatchObject({ labelSource: "keywords", labelModel: null, labelError: "no answer" });
    expect(result.warnings).toEqual([expect.stringMatching(/1 cluster kept keywords.*no answer/)]);
  });
});

describe("a scope of the Python tool", () => {
  const fixtures = path.resolve(__dirname, "../fixtures/latentscope-1.0");

  it("opens with labels of the model that made them; its bucket of unclustered rows is cluster -1", async () => {
    const scope = await openScope("sotu150", { dataDir: fixtures, scope: "scopes-001" });
    expect(scope.saved.clusters[0]).toMatchObject({ id: -1, label: "Unclustered", labelSource: "none" });
    const { model_id: model } = scope.metadata["cluster_labels"] as Record<string, unknown>;
    expect(typeof model).toBe("string");
    expect(scope.saved.clusters[1]).toMatchObject({ id: 0, labelSource: "llm", labelModel: model });
  });

  it("with default labels has labels of no model", async () => {
    const scope = await openScope("sotu150", { dataDir: fixtures, scope: "scopes-002" });
    expect(scope.saved.clusters.every(({ labelSource }) => labelSource === "none")).toBe(true);
  });
});

describe("what is not there", () => {
  it("is named with what is", async () => {
    const dataDir = newDataDir();
    await expect(openScope("sotu", { dataDir })).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("no datasets there") as string,
    });
    await quickRun(rows.slice(0, 10), dataDir, { name: "sotu" });
    await expect(openScope("stou", { dataDir })).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining('"sotu"') as string,
    });
    await expect(openScope("sotu", { dataDir, scope: "scopes-009" })).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining('"scopes-001"') as string,
    });
  });
});

describe("options", () => {
  it.each([
    [{ embed: { model: "gpt" } }, "unknown-model", /"gpt".*"gte-small", "static".*"column:…"/],
    [{ embed: { modle: "static" } }, "bad-option", /"modle"/],
    [{ embed: { model: "static", batchSize: 5 } }, "bad-option", /"batchSize"/],
    [{ embed: { model: { id: "", embed: () => [] } } }, "bad-option", /id/],
    [{ umap: { nNeighbors: 1 } }, "bad-option", /umap\.nNeighbors.*at least 2/],
    [{ umap: { minDist: 2 } }, "bad-option", /umap\.minDist/],
    [{ cluster: { method: "dbscan" } }, "bad-option", /cluster\.method/],
    [{ cluster: { minClusterSize: 2.5 } }, "bad-option", /whole number/],
    [{ label: { model: "gpt" } }, "unknown-model", /"gpt"/],
    [{ label: { samples: 0 } }, "bad-option", /label\.samples/],
    [{ clusters: {} }, "bad-option", /"clusters".*name, dataDir/],
  ])("%j is refused before anything is done", async (options, code, message) => {
    const dataDir = newDataDir();
    await expect(runPipeline(rows, "text", { dataDir, ...options } as never)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
    expect(readdirSync(dataDir)).toEqual([]);
  });
});
