import path from "node:path";
import { connect } from "@lancedb/lancedb";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { RunContext } from "../../src/pipeline/context";
import { embed, findProvider, ingest, openScope } from "../../src/pipeline";
import { contentHash } from "../../src/pipeline/ingest/content-hash";
import { Texts } from "../../src/pipeline/ingest/texts";
import { newDataDir, quickRun, vectorsOf } from "./support";

/** More rows than are embedded at once. */
const ROWS = 120_000;
const DISTINCT = 70_000;
const textOf = (row: number): string | null => (row % 1000 === 999 ? null : `text ${row % DISTINCT}`);

describe("a long table", () => {
  it("is embedded part by part, each distinct text once", async () => {
    const frame = pl.DataFrame([
      pl.Series(
        "text",
        Array.from({ length: ROWS }, (_, row) => textOf(row)),
        pl.Utf8,
      ),
    ]);
    const seen = new Map<string, number>();
    const vectorOf = (text: string): Float32Array => Float32Array.of(Number(text.slice(5)) + 1, text.length, 1);
    const model = {
      id: "counting",
      embed: (texts: string[]) => {
        for (const text of texts) seen.set(text, (seen.get(text) ?? 0) + 1);
        return Promise.resolve(texts.map(vectorOf));
      },
    };
    const context = new RunContext({});
    try {
      const data = await ingest(frame, "text", { dataDir: newDataDir() }, context);
      const provider = await findProvider({ model, batchSize: 5000 });
      const { vectors, json } = await embed(data, provider, {}, context);
      const { values, dimensions, rows } = await vectors();
      expect({ rows, dimensions }).toEqual({ rows: ROWS, dimensions: 3 });
      const wrong = Array.from({ length: ROWS }, (_, row) => row).filter((row) => {
        const wanted = vectorOf(textOf(row) ?? " ");
        return wanted.some((value, d) => values[row * 3 + d] !== value);
      });
      expect(wrong).toEqual([]);
      // those of the table, and the space for rows without text
      const distinct = new Set(Array.from({ length: ROWS }, (_, row) => textOf(row) ?? " ")).size;
      expect(seen.size).toBe(distinct);
      expect([...seen.values()].every((times) => times === 1)).toBe(true);
      expect(json).toMatchObject({ latentscope: { distinct_texts: distinct, embedded_texts: distinct } });
    } finally {
      await context.unlock();
    }
  });
});

describe("a long column of lists", () => {
  const rows = 2500;
  const dimensions = 400;
  const value = (row: number, d: number): number => Math.sin(row * dimensions + d);
  const lists = Array.from({ length: rows }, (_, row) => Array.from({ length: dimensions }, (_, d) => value(row, d)));
  const text = Array.from({ length: rows }, (_, row) => `text ${row}`);

  it("is embedding and column at once, and comes back whole from every file", async () => {
    const dataDir = newDataDir();
    const table = pl.DataFrame([pl.Series("text", text, pl.Utf8), pl.Series("v", lists, pl.List(pl.Float64))]);
    const result = await quickRun(table, dataDir, { name: "lists", embed: { model: "column:v" } });
    const vectors = await vectorsOf(result);
    expect(vectors[rows - 1]).toEqual(Float32Array.from(lists[rows - 1]));
    const stored = await (await connect(path.join(result.dataset.folder, "lancedb"))).openTable("scopes-001");
    const found = (await stored.query().where("index = 2499").select(["v"]).toArray()) as { v: Iterable<number> }[];
    expect([...found[0].v]).toEqual(lists[rows - 1]);
    const { input } = await openScope("lists", { dataDir });
    expect(Array.from(input.getColumn("v").toArray()[1200] as unknown as number[])).toEqual(lists[1200]);
  });

  it.each([
    ["is too short in one row", 2000, (list: (number | null)[]) => list.slice(1), /399 numbers in row 2,?000/],
    ["is missing in one row", 2001, () => null, /no vector in row 2001/],
    [
      "has a gap",
      1999,
      (list: (number | null)[]) => list.map((v, d) => (d === 7 ? null : v)),
      /null at place 7 of row 1999/,
    ],
    [
      "has what is no number",
      3,
      (list: (number | null)[]) => list.map((v, d) => (d === 0 ? NaN : v)),
      /NaN at place 0 of row 3/,
    ],
  ])("that %s is refused with the row", async (_, row, change, message) => {
    const damaged = lists.map((list, i) => (i === row ? (change(list) as number[]) : list));
    const table = pl.DataFrame([pl.Series("text", text, pl.Utf8), pl.Series("v", damaged, pl.List(pl.Float64))]);
    await expect(quickRun(table, newDataDir(), { embed: { model: "column:v" } })).rejects.toMatchObject({
      code: "bad-vectors",
      message: expect.stringMatching(message) as string,
    });
  });
});

describe("the hash of a table", () => {
  const texts = ["a", null, "", "bc", "é", "\u{1f600}", "x".repeat(50_000)];
  const column = (values: readonly (string | null)[]): pl.Series => pl.Series("text", [...values], pl.Utf8);

  it("does not depend on how it lies in memory", async () => {
    const long = Array.from({ length: 9000 }, (_, i) => texts[i % texts.length]);
    const pieces = pl.concat([column(long.slice(0, 100)), column(long.slice(100, 5000)), column(long.slice(5000))]);
    expect(await contentHash(pl.DataFrame([pieces]))).toBe(await contentHash(pl.DataFrame([column(long)])));
  });

  it.each([
    ["a text moved to its neighbour", ["ab", "c"], ["a", "bc"]],
    ["null for an empty text", ["a", null], ["a", ""]],
    ["a dash for a null", ["-", "a"], [null, "a"]],
    ["another order", ["a", "b"], ["b", "a"]],
  ])("changes with %s", async (_, before, after) => {
    const hash = (values: readonly (string | null)[]): Promise<string> => contentHash(pl.DataFrame([column(values)]));
    expect(await hash(before)).not.toBe(await hash(after));
  });

  it("tells lists by their lengths and values, and knows no other names for the same numbers", async () => {
    const hash = (values: unknown[], type = pl.List(pl.Float64)): Promise<string> =>
      contentHash(pl.DataFrame([pl.Series("v", values, type)]));
    const different = [
      [[1, 2], [3]],
      [[1], [2, 3]],
      [[1, 2], [3], []],
      [[1, 2], [3], null],
      [[1, null], [3]],
      [[1, 0], [3]],
    ];
    const hashes = await Promise.all(different.map((values) => hash(values)));
    expect(new Set(hashes).size).toBe(different.length);
    expect(await hash([[1, 2], [3]])).toBe(hashes[0]);
  });

  it("tells numbers, missing numbers and what is none", async () => {
    const hash = (values: readonly (number | null)[]): Promise<string> =>
      contentHash(pl.DataFrame([pl.Series("n", [...values], pl.Float64)]));
    const hashes = await Promise.all(
      [
        [1, null],
        [1, NaN],
        [1, Infinity],
        [1, 0],
      ].map(hash),
    );
    expect(new Set(hashes).size).toBe(4);
  });
});

describe("the texts of a column", () => {
  it("are read in parts that grow small where texts are long, without losing one", async () => {
    const values = Array.from({ length: 5000 }, (_, i) => (i % 7 ? `${i} `.repeat(i % 2000) : null));
    const texts = await Texts.of(pl.Series("text", values, pl.Utf8));
    const parts: { from: number; count: number }[] = [];
    const all: (string | null)[] = [];
    for await (const { from, texts: part } of texts.parts()) {
      parts.push({ from, count: part.length });
      all.push(...part);
    }
    const wanted = values.map((text) => (text?.trim() ? text : null));
    expect(all).toEqual(wanted);
    expect(parts.length).toBeGreaterThan(5);
    expect(texts.at([4999, 3, 0])).toEqual([wanted[4999], wanted[3], null]);
    expect(texts.sample(10).length).toBeLessThanOrEqual(10);
  });
});
