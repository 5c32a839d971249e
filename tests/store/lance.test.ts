import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { connect } from "@lancedb/lancedb";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { writeParquet } from "../../src/store";
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
  const file = path.join(path.dirname(folder), "scopes-001-input.parquet");
  await writeParquet(file, frame);
  await writeScopeTable(folder, "scopes-001", file, vectors(3, 16));
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

it("the table of a scope of more rows than are written at once has every value in its row", async () => {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), "latentscope-")), "lancedb");
  const rows = 41_007;
  const every = <T>(value: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => value(row));
  const textOf = (row: number): string | null => (row % 11 === 7 ? null : `${row} ${"é".repeat(row % 50)}`);
  const listOf = (row: number): number[] | null => (row % 13 === 5 ? null : [0, 1].slice(0, row % 3));
  const frame = pl.DataFrame([
    pl.Series("index", BigInt64Array.from(every(BigInt))),
    pl.Series("a.text", every(textOf), pl.Utf8),
    pl.Series("list", every(listOf), pl.List(pl.Int64)),
    pl.Series(
      "when",
      every((row) => (row % 17 ? new Date(row * 1000) : null)),
      pl.Datetime("ms"),
    ),
  ]);
  const file = path.join(path.dirname(folder), "scopes-001-input.parquet");
  await writeParquet(file, frame);
  await writeScopeTable(folder, "scopes-001", file, vectors(rows, 2));
  const table = await (await connect(folder)).openTable("scopes-001");
  type Row = { index: bigint; a_text: string | null; list: Iterable<bigint> | null; when: number | null };
  const stored = (await table.query().select(["index", "a_text", "list", "when"]).toArray()) as Row[];
  expect(stored.length).toBe(rows);
  const wrong = stored.filter(({ index, a_text: text, list, when }) => {
    const row = Number(index);
    const wanted = listOf(row);
    const lists = list && wanted ? [...list].map(Number).join() === wanted.join() : list === wanted;
    return text !== textOf(row) || !lists || when !== (row % 17 ? row * 1000 : null);
  });
  expect(wrong).toEqual([]);
});
