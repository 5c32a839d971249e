import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { connect } from "@lancedb/lancedb";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import type * as Lance from "../../src/store/lance";

// the built file: here, apache-arrow would be loaded a second time, as an ES module, and LanceDB takes tables of its own copy only
const { readVectorTable, writeScopeTable, writeVectorTable } = createRequire(__filename)(
  "../../dist/store/lance",
) as typeof Lance;

const vectors = (rows: number, dimensions: number) => ({
  rows,
  dimensions,
  values: Float32Array.from({ length: rows * dimensions }, (_, i) => Math.sin(i)),
});

async function types(folder: string, table: string): Promise<Record<string, string>> {
  const opened = await (await connect(folder)).openTable(table);
  const schema = await opened.schema();
  return Object.fromEntries(
    schema.fields.map((field) => [field.name, `${String(field.type)}${field.nullable ? "" : " not null"}`]),
  );
}

describe("a table of vectors", () => {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), "latentscope-")), "lancedb");

  it("comes back bit for bit, in shared memory, and has Latent Scope's schema", async () => {
    const written = vectors(300, 24);
    await writeVectorTable(folder, "emb-embedding-001", written);
    const read = await readVectorTable(folder, "emb-embedding-001");
    expect(read.values).toEqual(written.values);
    expect(read.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(await types(folder, "emb-embedding-001")).toEqual({
      ls_index: "Int64",
      vector: "FixedSizeList[24]<Float32>",
    });
    expect(readdirSync(folder)).toEqual(["emb-embedding-001.lance"]);
  });

  it("replaces one of the same name", async () => {
    await writeVectorTable(folder, "emb-embedding-001", vectors(7, 16));
    expect(await readVectorTable(folder, "emb-embedding-001")).toMatchObject({ rows: 7, dimensions: 16 });
  });

  it("of many rows is written in parts", async () => {
    const written = vectors(45_000, 2);
    await writeVectorTable(folder, "emb-embedding-002", written);
    expect((await readVectorTable(folder, "emb-embedding-002")).values).toEqual(written.values);
  });

  it("that is missing is a damaged file with its name", async () => {
    await expect(readVectorTable(folder, "emb-embedding-009")).rejects.toMatchObject({
      code: "damaged-file",
      message: expect.stringContaining("emb-embedding-009.lance") as string,
    });
    expect(existsSync(path.join(folder, "emb-embedding-009.lance"))).toBe(false);
  });
});

it("the table of a scope has the columns of its input with their types, and the vectors", async () => {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), "latentscope-")), "lancedb");
  const frame = pl.DataFrame([
    pl.Series("index", BigInt64Array.of(0n, 1n, 2n)),
    pl.Series("text", [null, "b", "c"], pl.Utf8),
    pl.Series("x", Float32Array.of(1, 2, 3)),
    pl.Series("deleted", [false, true, null], pl.Bool),
    pl.Series("when", [new Date(0), null, new Date(5)], pl.Datetime("ms")),
  ]);
  await writeScopeTable(
    folder,
    "scopes-001",
    { columns: frame.writeIPCStream({ compression: "uncompressed" }), lists: {} },
    vectors(3, 16),
  );
  expect(await types(folder, "scopes-001")).toMatchObject({
    index: "Int64",
    x: "Float32",
    deleted: "Bool",
    vector: "FixedSizeList[16]<Float32>",
  });
  const table = await (await connect(folder)).openTable("scopes-001");
  const rows = await table.query().toArray();
  expect(rows.map((row: { text: string | null }) => row.text)).toEqual([null, "b", "c"]);
  const [nearest] = (await table
    .search(Array.from(vectors(3, 16).values.subarray(16, 32)))
    .limit(1)
    .toArray()) as { index: bigint }[];
  expect(Number(nearest.index)).toBe(1);
});
