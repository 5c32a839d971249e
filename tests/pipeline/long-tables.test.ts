import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { RunContext } from "../../src/pipeline/context";
import { embed, findProvider, ingest } from "../../src/pipeline";
import { contentHash } from "../../src/pipeline/ingest/content-hash";
import { Texts } from "../../src/pipeline/ingest/texts";
import { newDataDir } from "./support";

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
