import { readFileSync } from "node:fs";
import path from "node:path";
import pl from "nodejs-polars";
import { beforeAll, describe, expect, it } from "vitest";
import { open, type Scope } from "../../src/kernel";
import { openScope } from "../../src/pipeline";
import { readVectors } from "../../src/pipeline/vectors";
import { Dataset, kindOf } from "../../src/store";

/** What the Python tool's own readers found in the files, see the fixture's README. */
interface Expected {
  columns: Record<string, { dtype: string; values: unknown[] }>;
  embeddings: Record<string, { rows: number; dimensions: number; values: string }>;
  scopes: Record<
    string,
    {
      label: string;
      description: string;
      unclustered: number | null;
      clusters: [id: number, label: string, description: string][];
      rows: Record<"x" | "y" | "cluster" | "raw_cluster" | "ls_index", number[]> & {
        label: string[];
        deleted: boolean[];
      };
    }
  >;
  tags: Record<string, number[]>;
}

const dataDir = path.resolve(__dirname, "../fixtures/latentscope-1.0");
const expected = JSON.parse(readFileSync(path.join(dataDir, "expected.json"), "utf8")) as Record<string, Expected>;

const KINDS: Record<string, string> = {
  object: "String",
  int64: "Int64",
  float64: "Float64",
  bool: "Bool",
  "datetime64[ns]": "Datetime",
};

/** A column as the fixture writes it. */
function plain(column: pl.Series, like: readonly unknown[]): unknown[] {
  const longNumbers = kindOf(column) === "Int64" && typeof like[0] === "string";
  const values = (longNumbers ? column.cast(pl.Utf8) : column).toArray() as unknown[];
  return values.map((value) =>
    value instanceof Date ? Number(value) : Array.isArray(like[0]) ? Array.from(value as number[]) : value,
  );
}

const scopes = Object.entries(expected).flatMap(([dataset, { scopes: of }]) =>
  Object.keys(of).map((id) => [dataset, id] as const),
);

describe.each(scopes)("%s/%s, written by the Python tool", (dataset, id) => {
  const { columns, tags, scopes: written } = expected[dataset];
  const want = written[id];
  const inFile = (cluster: number): number => (cluster === want.unclustered ? -1 : cluster);
  let scope: Scope;
  let rows: pl.DataFrame;
  const column = <T>(name: string): T[] => rows.getColumn(name).toArray() as T[];

  beforeAll(async () => {
    scope = await open(dataset, { dataDir, scope: id });
    rows = scope.rows;
  });

  it("opens with its name, description and text column", async () => {
    expect(scope.metadata).toMatchObject({ id, label: want.label, description: want.description });
    expect(await openScope(dataset, { dataDir, scope: id })).toMatchObject({ scopeId: id, textColumn: "text" });
  });

  it("has every value of the input, in columns of the same types", () => {
    for (const [name, { dtype, values }] of Object.entries(columns)) {
      const kind = Array.isArray(values[0]) ? "List" : KINDS[dtype];
      expect([name, kindOf(rows.getColumn(name))]).toEqual([name, kind]);
      expect(plain(rows.getColumn(name), values), name).toEqual(values);
    }
  });

  it("has the places, clusters and labels of its rows", () => {
    expect(column("ls_index")).toEqual(want.rows.ls_index);
    expect(column("x")).toEqual(want.rows.x);
    expect(column("y")).toEqual(want.rows.y);
    expect(column("cluster")).toEqual(want.rows.cluster.map(inFile));
    expect(column("raw_cluster")).toEqual(want.rows.raw_cluster);
    expect(column("label")).toEqual(want.rows.label);
  });

  it("has its clusters with their labels, descriptions and sizes", () => {
    const clusters = new Map(scope.clusters.toRecords().map((cluster) => [cluster["cluster"], cluster]));
    for (const [clusterId, label, description] of want.clusters) {
      // deleted rows do not count
      const size = want.rows.cluster.filter((cluster, row) => cluster === clusterId && !want.rows.deleted[row]).length;
      const about = clusterId === want.unclustered ? {} : { description };
      expect(clusters.get(inFile(clusterId)), label).toMatchObject({ label, size, ...about });
    }
    expect(clusters.size).toBe(want.clusters.length);
  });

  it("has the rows that were deleted marked", () => {
    expect(column("deleted")).toEqual(want.rows.deleted);
  });

  it("has the tags of its rows", () => {
    const tagsOf = (row: number): string[] => Object.keys(tags).filter((tag) => tags[tag].includes(row));
    expect(column<Iterable<string>>("tags").map((of) => [...of].sort())).toEqual(
      want.rows.ls_index.map((row) => tagsOf(row).sort()),
    );
  });
});

describe.each(Object.keys(expected))("the vectors of %s, written by the Python tool", (dataset) => {
  it.each(Object.entries(expected[dataset].embeddings))("%s are read bit for bit", async (id, want) => {
    const bytes = Uint8Array.from(Buffer.from(want.values, "base64"));
    const read = await readVectors(new Dataset(dataDir, dataset), id, want.rows);
    expect(read).toMatchObject({ rows: want.rows, dimensions: want.dimensions });
    expect(Float32Array.from(read.values)).toEqual(new Float32Array(bytes.buffer));
  });
});

it("the fixture has what is hard to read", () => {
  const { columns, scopes: of, tags } = expected["sotu150"];
  expect(columns["text"].values).toEqual(expect.arrayContaining([null, "", expect.stringContaining("👩🏽‍🚀") as string]));
  expect(columns["noted_at"].values.filter((v) => v === null)).toHaveLength(15);
  expect(of["scopes-001"].rows.deleted.filter(Boolean)).toHaveLength(3);
  expect(of["scopes-001"].unclustered).toBeGreaterThan(0);
  expect(of["scopes-002"].unclustered).toBeNull();
  expect(tags["to check"]).toEqual([149, 8]);
});
