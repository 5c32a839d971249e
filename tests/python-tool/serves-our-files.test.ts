import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type pl from "nodejs-polars";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest, run, type Scope } from "../../src/kernel";
import { runPipeline, type RunResult } from "../../src/pipeline";
import { readVectors } from "../../src/pipeline/vectors";
import { UNCLUSTERED } from "../../src/scope";
import { Dataset, readJson } from "../../src/store";
import { newDataDir, speeches, UGLY } from "./speeches";
import { serve, serveModel, tool, type Server } from "./tool";

type Row = Record<string, unknown>;
interface QueryAnswer {
  rows: Row[];
  total: number;
  per_page: number;
}
interface Found {
  indices: number[];
  distances: number[];
}

const ROWS = 620;
const NEW_LABEL = "Renamed: naïve 👩🏽‍🚀";
const dataDir = newDataDir();
const dataset = new Dataset(dataDir, "speeches");
const table = speeches(ROWS);

let scope: Scope; // HDBSCAN, one cluster renamed
let means: Scope; // k-means
let saved: string[]; // the labels of `scope` by row, before the rename
let server: Server;
let model: Awaited<ReturnType<typeof serveModel>>;

beforeAll(async () => {
  const options = { name: "speeches", dataDir, embed: { model: "static" } } as const;
  means = await run(table, "text", { ...options, cluster: { method: "kmeans", nClusters: 7 } });
  scope = await run(table, "text", options);
  saved = values(scope.rows, "label");
  scope.rename(values<number>(scope.clusters, "cluster")[0], NEW_LABEL, { description: "by hand" });
  model = await serveModel();
  server = await serve(dataDir);
});
afterAll(async () => {
  await server?.stop();
  await model?.stop();
});

const values = <T>(frame: pl.DataFrame, name: string): T[] => frame.getColumn(name).toArray() as T[];

/** A value as the tool's server sends it: dates are milliseconds, numbers have ten decimals. */
function sent(value: unknown): unknown {
  if (value instanceof Date) return Number(value);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && !Number.isInteger(value)) return expect.closeTo(value, 9);
  return Array.isArray(value) ? value.map(sent) : value;
}

/** Rows of the input as the tool's server sends them. */
function sentRows(indices: number[]): Row[] {
  const records = table.toRecords() as Row[];
  return indices.map((index) => Object.fromEntries(Object.entries(records[index]).map(([k, v]) => [k, sent(v)])));
}

/** The number that the files of a scope have for the cluster of each row: without gaps, rows of none the last. */
const fileIds = (of: Scope): number[] => {
  const ids = values<number>(of.rows, "cluster");
  const numbered = [...new Set(ids)].sort((a, b) => Number(a < 0) - Number(b < 0) || a - b);
  return ids.map((id) => numbered.indexOf(id));
};
/** The number that the files of a clustering have: as above, before a scope gave clusters the ids of those before them. */
const clusteringIds = (of: Scope): number[] => {
  const raw = values<number>(of.rows, "raw_cluster");
  const outside = Math.max(...raw) + 1;
  return raw.map((id) => (id === UNCLUSTERED ? outside : id));
};

describe("datasets", () => {
  it("are listed with their rows and columns", async () => {
    const [first] = await server.get<Row[]>("datasets/");
    expect(first).toMatchObject({ id: "speeches", length: ROWS, text_column: "text", columns: table.columns });
  });

  it("describe their columns as the tool's own ingest does", async () => {
    await tool(dataDir, "ls-ingest", "oracle", "--path", dataset.path("input.parquet"), "--text_column", "text");
    type Columns = Record<string, { type: string; categories?: string[]; counts?: Record<string, number> }>;
    const columnsOf = async (name: string): Promise<Columns> =>
      (await server.get<{ column_metadata: Columns }>(`datasets/${name}/meta`)).column_metadata;
    const [ours, theirs] = [await columnsOf("speeches"), await columnsOf("oracle")];
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    // The tool makes texts of booleans with gaps ("True", "None"): here they stay what they are.
    expect(ours["checked"]).toEqual({ type: "number", unique_values_count: 2, extent: [false, true] });
    delete theirs["checked"];
    for (const [name, { categories, ...column }] of Object.entries(theirs)) {
      const { categories: own, ...rest } = ours[name];
      // the tool counts distinct lists; it says -1 itself where it cannot
      const uncounted = column.type === "array" ? { unique_values_count: -1 } : {};
      expect([name, rest]).toEqual([name, { ...column, ...uncounted }]);
      // equally frequent ones have no order
      expect(own?.map((category) => column.counts?.[category])).toEqual(categories?.map((c) => column.counts?.[c]));
      expect(own?.sort()).toEqual(categories?.sort());
    }
  });

  it("list the runs of every step", async () => {
    const ids = async (step: string): Promise<unknown[]> =>
      (await server.get<Row[]>(`datasets/speeches/${step}`)).map(({ id }) => id).sort();
    expect(await ids("embeddings")).toEqual(["embedding-001"]);
    expect(await ids("umaps")).toEqual(["umap-001"]);
    expect(await ids("clusters")).toEqual(["cluster-001", "cluster-002"]);
    expect(await ids("scopes")).toEqual(["scopes-001", "scopes-002"]);
    expect(await ids("saes")).toEqual([]);
    expect(await ids("clusters/cluster-002/labels_available")).toEqual(["cluster-002-labels-001"]);
  });
});

describe("rows", () => {
  const wanted = [...Object.keys(UGLY).map(Number), 619, 0, 4, 5, 9, 300];

  it("are found by their indices, with every value", async () => {
    const answer = await server.post<QueryAnswer>("query", { dataset: "speeches", indices: wanted });
    expect(answer.total).toBe(wanted.length);
    expect(answer.rows.map(({ ls_index }) => ls_index)).toEqual(wanted);
    sentRows(wanted).forEach((row, i) => expect(answer.rows[i]).toEqual({ ...row, ls_index: wanted[i] }));
    const indexed = await server.post<Row[]>("indexed", { dataset: "speeches", indices: wanted });
    sentRows(wanted).forEach((row, i) => expect(indexed[i]).toEqual({ ...row, index: wanted[i] }));
  });

  it("are found all, page by page", async () => {
    const found: Row[] = [];
    for (let page = 0; page * 100 < ROWS; page++)
      found.push(...(await server.post<QueryAnswer>("query", { dataset: "speeches", indices: [], page })).rows);
    expect(found).toHaveLength(ROWS);
    sentRows([...Array(ROWS).keys()]).forEach((row, i) => expect(found[i]).toEqual({ ...row, ls_index: i }));
  });

  it("come with their vectors", async () => {
    const indices = [619, 0, 11, 44, 7];
    const { rows } = await server.post<QueryAnswer>("query", {
      ...{ dataset: "speeches", indices, embedding_id: "embedding-001" },
    });
    const vectors = await readVectors(dataset, "embedding-001", ROWS);
    const { dimensions } = vectors;
    rows.forEach(({ ls_embedding: vector }, i) => {
      const own = vectors.values.subarray(indices[i] * dimensions, (indices[i] + 1) * dimensions);
      expect(vector).toHaveLength(dimensions);
      (vector as number[]).forEach((value, d) => expect(value).toBeCloseTo(own[d], 9));
    });
  });

  it.each<[column: string, type: string, value: unknown, right: (value: unknown) => boolean]>([
    ["president", "eq", "Abraham Lincoln", (v) => v === "Abraham Lincoln"],
    ["party", "in", ["Whig", "Federalist"], (v) => v === "Whig" || v === "Federalist"],
    ["year", "gte", 1990, (v) => (v as number) >= 1990],
    ["rank", "lt", 5, (v) => v !== null && (v as number) < 5],
    ["share", "gt", 0.9, (v) => v !== null && (v as number) > 0.9],
    ["recent", "eq", true, (v) => v === true],
    ["checked", "eq", true, (v) => v === true],
    ["president", "contains", "Roosevelt", (v) => (v as string).includes("Roosevelt")],
  ])("are filtered: %s %s %j", async (column, type, value, right) => {
    const filters = [{ column, type, value }];
    const { indices } = await server.post<{ indices: number[] }>("column-filter", { dataset: "speeches", filters });
    const own = values(table, column).flatMap((v, row) => (right(v) ? [row] : []));
    expect(indices).toEqual(own);
    expect(own.length).toBeGreaterThan(0);
  });

  it("are sorted by a column", async () => {
    const sort = { column: "read at", ascending: true };
    const { rows } = await server.post<QueryAnswer>("query", { dataset: "speeches", indices: [], sort });
    const times = values<Date | null>(table, "read at").filter((date) => date !== null);
    const earliest = times.map(Number).sort((a, b) => a - b);
    rows.forEach((row, i) => expect(row["read at"]).toBe(earliest[i]));
  });

  it.each(["year", "share", "rank", "party", "recent", "checked", "link"])("are coloured by %s", async (column) => {
    interface Colours {
      values: (number | null)[];
      type: string;
      categorical?: { categories: string[]; counts: number[] };
    }
    const route = `datasets/speeches/column/${encodeURIComponent(column)}`;
    const { values: colours, categorical } = await server.get<Colours>(route, { scope: scope.id });
    const own = values<unknown>(table, column);
    if (categorical) {
      const { categories, counts } = categorical;
      expect(colours.map((index) => categories[index ?? -1] ?? null)).toEqual(own.map((v) => (v === "" ? null : v)));
      expect(counts).toEqual(categories.map((category) => own.filter((v) => v === category).length));
    } else expect(colours).toEqual(own.map((v) => (typeof v === "boolean" ? Number(v) : sent(v))));
  });
});

describe("the layout and the clusters", () => {
  it("have a place for each row", async () => {
    const points = await server.get<Row[]>("datasets/speeches/umaps/umap-001/points");
    const [x, y] = [values<number>(scope.rows, "x"), values<number>(scope.rows, "y")];
    expect(points).toEqual(x.map((value, row) => ({ x: sent(value), y: sent(y[row]) })));
  });

  it.each<[run: string, of: () => Scope]>([
    ["cluster-001", () => means],
    ["cluster-002", () => scope],
  ])("%s has a cluster for each row and its labels", async (id, of) => {
    const rows = await server.get<Row[]>(`datasets/speeches/clusters/${id}/indices`);
    const ids = clusteringIds(of());
    const raw = values<number>(of().rows, "raw_cluster");
    expect(rows).toEqual(ids.map((cluster, row) => ({ cluster, raw_cluster: raw[row] })));
    for (const set of ["default", "001"]) {
      const labels = await server.get<{ index: number; label: string; indices: number[]; hull: number[] }[]>(
        `datasets/speeches/clusters/${id}/labels/${set}`,
      );
      expect(labels.map(({ index }) => index)).toEqual([...new Set(ids)].sort((a, b) => a - b));
      labels.forEach(({ indices, hull }, cluster) => {
        expect(indices).toEqual(ids.flatMap((c, row) => (c === cluster ? [row] : [])));
        for (const row of hull) expect(ids[row]).toBe(cluster);
      });
      if (set === "001") continue;
      const outside = values<number>(of().rows, "cluster").includes(UNCLUSTERED) ? labels.length - 1 : -1;
      expect(labels.map(({ label }) => label)).toEqual(
        labels.map((_, cluster) => (cluster === outside ? "Unclustered" : `Cluster ${cluster}`)),
      );
    }
    const quality = await server.get<Row>(`datasets/speeches/clusters/${id}/quality`);
    expect(quality).toEqual({
      silhouette: expect.any(Number) as number,
      calinski_harabasz: expect.any(Number) as number,
      davies_bouldin: expect.any(Number) as number,
    });
  });

  it("are compared with each other", async () => {
    const answer = await server.get<{ n_total: number; overlap_matrix: number[][] }>("search/compare-clusters", {
      ...{ dataset: "speeches", cluster_left: "cluster-001", cluster_right: "cluster-002" },
    });
    expect(answer.n_total).toBe(ROWS);
    const [left, right] = [clusteringIds(means), clusteringIds(scope)];
    answer.overlap_matrix.forEach((counts, l) =>
      counts.forEach((count, r) =>
        expect(count).toBe(left.filter((cluster, row) => cluster === l && right[row] === r).length),
      ),
    );
  });

  it("a row has its nearest rows on the map", async () => {
    const { neighbor_indices: found } = await server.get<{ neighbor_indices: number[] }>("search/compare/neighbors", {
      ...{ dataset: "speeches", umap_left: "umap-001", umap_right: "umap-001", point_index: 100, k: 8 },
    });
    const [x, y] = [values<number>(scope.rows, "x"), values<number>(scope.rows, "y")];
    const away = x.map((value, row) => Math.hypot(value - x[100], y[row] - y[100]));
    const nearest = [...away.keys()].filter((row) => row !== 100).sort((a, b) => away[a] - away[b]);
    expect(found.map((row) => away[row])).toEqual(nearest.slice(0, 8).map((row) => away[row]));
  });
});

describe("scopes", () => {
  it.each<[of: () => Scope]>([[() => scope], [() => means]])("are whole (%#)", async (of) => {
    const { id, rows, clusters } = of();
    const json = await server.get<Row>(`datasets/speeches/scopes/${id}`);
    expect(json).toEqual(await readJson(dataset.path("scopes", `${id}.json`)));
    const ids = fileIds(of());
    const lookup = json["cluster_labels_lookup"] as { label: string; description: string; cluster: number }[];
    expect(json).toMatchObject({ rows: ROWS, dimensions: 2, cluster_labels_lookup: { length: clusters.height } });

    const answer = await server.get<Row[]>(`datasets/speeches/scopes/${id}/parquet`);
    const labels = of() === scope ? saved : values<string>(rows, "label");
    const [x, y] = [values<number>(rows, "x"), values<number>(rows, "y")];
    const raw = values<number>(rows, "raw_cluster");
    expect(answer).toHaveLength(ROWS);
    answer.forEach((row, i) => {
      expect(row).toMatchObject({ ls_index: i, x: sent(x[i]), y: sent(y[i]), cluster: ids[i], raw_cluster: raw[i] });
      expect(row).toMatchObject({ label: labels[i], deleted: false });
      expect(lookup[ids[i]].label).toBe(labels[i]);
    });
  });

  it("keep the label they were saved with: later edits are in a log of this library's own", () => {
    expect(readFileSync(dataset.path("scopes", `${scope.id}-edits.jsonl`), "utf8")).toContain("Renamed");
    const renamed = values<string>(scope.rows, "label").filter((label) => label === NEW_LABEL);
    expect(renamed.length).toBeGreaterThan(0);
    expect(saved).not.toContain(NEW_LABEL);
  });

  it("are exported as one table", async () => {
    const { name } = await server.post<{ name: string }>(`datasets/speeches/export/combine/${scope.id}`, {});
    const { readParquet } = await import("nodejs-polars").then(({ default: polars }) => polars);
    const exported = readParquet(dataset.path("scopes", name));
    expect(exported.height).toBe(ROWS);
    for (const column of ["text", "year", "president", "party", "share", "recent"])
      expect(values(exported, column), column).toEqual(values(table, column));
    expect(values(exported, "label")).toEqual(saved);
    expect(values(exported, "tag_👍").some(Boolean)).toBe(false);
  });
});

it("tags are there, and take rows", async () => {
  expect(await server.get("tags/", { dataset: "speeches" })).toEqual({ "👍": [], "👎": [] });
  await server.get("tags/new", { dataset: "speeches", tag: "to check" });
  await server.post("tags/add", { dataset: "speeches", tag: "to check", indices: [7, 619] });
  expect(await server.get("tags/", { dataset: "speeches" })).toEqual({ "👍": [], "👎": [], "to check": [7, 619] });
});

describe("search by text, with a model that the tool can ask as well", () => {
  const query = "the price of corn and the wages of farmers";
  let result: RunResult;
  let nearest: number[];
  let distances: number[];

  beforeAll(async () => {
    const id = "custom_embedding-static";
    writeFileSync(
      path.join(dataDir, "custom_embedding_models.json"),
      JSON.stringify([{ id, name: "static", base_url: model.url, params: {}, provider: "custom_embedding" }]),
    );
    const ask = async (input: string[]): Promise<number[][]> => {
      const request = { method: "POST", body: JSON.stringify({ input, model: "static" }) };
      const answer = await fetch(`${model.url}/embeddings`, request);
      const { data } = (await answer.json()) as { data: { embedding: number[] }[] };
      return data.map(({ embedding }) => embedding);
    };
    const head = table.head(90);
    result = await runPipeline(head, "text", { name: "searched", dataDir, embed: { model: { id, embed: ask } } });
    const { values: all, dimensions } = await readVectors(result.dataset, "embedding-001", 90);
    const [vector] = await ask([query]);
    distances = Array.from({ length: 90 }, (_, row) =>
      vector.reduce((rest, value, d) => rest - value * all[row * dimensions + d], 1),
    );
    nearest = [...distances.keys()].sort((a, b) => distances[a] - distances[b]);
  });

  it.each(["in the vectors", "in the scope"])("%s finds the nearest rows", async (where) => {
    const found = await server.get<Found>("search/nn", {
      ...{ dataset: "searched", embedding_id: "embedding-001", query },
      ...(where === "in the scope" ? { scope_id: result.scopeId } : {}),
    });
    expect(found.indices.slice(0, 50)).toEqual(nearest.slice(0, 50));
    found.distances.forEach((distance, i) => expect(distance).toBeCloseTo(distances[found.indices[i]], 4));
  });
});

it("a dataset that is only ingested is listed", async () => {
  await ingest(table.head(20), "text", { name: "unfinished", dataDir });
  const all = await server.get<Row[]>("datasets/");
  expect(all.map(({ id }) => id)).toContain("unfinished");
  expect(await server.get("datasets/unfinished/scopes")).toEqual([]);
});
