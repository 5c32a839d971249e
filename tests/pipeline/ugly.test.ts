import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { openScope } from "../../src/pipeline";
import { newDataDir, quickRun, sentences } from "./support";

const uglyTexts = [
  ...["", " ", "\n\t", "\u00a0", "\ufeff", "\u200b"],
  ...["\0", "a\0b", "\u0007 bell", "\u001b[31mred\u001b[0m"],
  ...["\ud800", "half a \ud83d pair", "\udc00 the other half"],
  ...["👩‍👩‍👧‍👦 family", "🏳️‍🌈", "é e\u0301", "Ａ full width", "ﷺ", "שלום עולם", "مرحبا بالعالم", "こんにちは", "ไทย"],
  ...["NaN", "null", "undefined", "None", "true", "0", "-1", "1e999", "2026-11-23"],
  ...[
    "<script>alert(1)</script>",
    "'; DROP TABLE rows; --",
    "=HYPERLINK(1)",
    "../../etc/passwd",
    "C:\\con",
    "%s%n",
    "${7*7}",
  ],
  ...["a".repeat(100_000), "word ".repeat(20_000), "🦊".repeat(25_000), `${"\n".repeat(5000)}end`],
  ...["line\r\nbreaks\rof\nall\u2028kinds\u2029", '"quoted", and, comma', "tab\tseparated"],
];
const texts = [...sentences.slice(0, 60), ...uglyTexts, null];

describe("ugly texts", () => {
  it("stay what they are, have a place, and come back from the files", async () => {
    const dataDir = newDataDir();
    const result = await quickRun(
      [...texts].map((text) => ({ text })),
      dataDir,
    );
    // a half of a surrogate pair is no character: UTF-8 has none
    const wanted = texts.map((text) => text && text.replace(/\p{Surrogate}/gu, "\ufffd"));
    expect(result.input.getColumn("text").toArray()).toEqual(wanted);
    expect(result.coordinates.every(Number.isFinite)).toBe(true);
    const opened = await openScope(result.dataset.name, { dataDir });
    expect(opened.input.getColumn("text").toArray()).toEqual(wanted);
    expect(opened.coordinates).toEqual(result.coordinates);
    const blank = texts.flatMap((text, row) => (text?.trim() ? [] : [row]));
    expect(blank.map((row) => result.saved.assignment[row])).toEqual(blank.map(() => -1));
    const again = await quickRun(
      [...texts].map((text) => ({ text })),
      dataDir,
    );
    expect(again.steps.every(({ reused }) => reused)).toBe(true);
  });
});

describe("ugly columns", () => {
  const names = [
    ...["index", "vector", "x", "y", "z", "label", "ls_index", "cluster", "deleted", "tags", "raw_cluster"],
    ...[" ", "a.b", "a_b", "a b", "A", "ä", "*", "^text$", "constructor", "__proto__", "toString", "value", "own"],
    ...["0", "text2\0", "<b>", "'", '"', "tile_index_64", "index_input", "x_input", "height", "columns"],
  ];

  it("of any name are there under it, or under the name that the warning says", async () => {
    const dataDir = newDataDir();
    const column = (name: string, i: number): pl.Series =>
      pl.Series(
        name,
        sentences.map((_, row) => row * 100 + i),
        pl.Int64,
      );
    const table = pl.DataFrame([pl.Series("text", sentences, pl.Utf8), ...names.map(column)]);
    const { warnings } = await quickRun(table, dataDir, { name: "names" });
    const { input } = await openScope("names", { dataDir });
    const renamed = new Map([...warnings.join().matchAll(/"([^"]*)" to "([^"]*)"/g)].map(([, from, to]) => [from, to]));
    expect(new Set(input.columns).size).toBe(names.length + 1);
    for (const [i, name] of names.entries()) {
      const stored = renamed.get(name) ?? name;
      expect(input.columns, JSON.stringify(name)).toContain(stored);
      expect(input.getColumn(stored).toArray().slice(0, 3), JSON.stringify(name)).toEqual([i, 100 + i, 200 + i]);
    }
  });

  it("of any values are stored so that they come back", async () => {
    const dataDir = newDataDir();
    const values: Record<string, unknown[]> = {
      numbers: [1, NaN, Infinity, -Infinity, -0, null, 1e308, 5e-324],
      mixed: [1, "two", null, true, { three: 3 }, [4], new Date(5), undefined],
      nested: [{ a: { b: [1, { c: "d" }] } }, { a: null }, {}, null, { a: 1 }, { "": 0 }, { a: [] }, { a: "x" }],
      lists: [[1, 2], [], null, [3], [NaN], [1, null], [0], [9]],
      words: [["a", "b"], [], null, ["c"], ["d", null], [""], ["e"], ["f"]],
      flags: [true, false, null, true, false, true, null, true],
      long: [2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, null, 0n, 1n, 2n, 3n],
      longer: [2n ** 64n, null, 0n, 1n, 2n, 3n, 4n, 5n],
      dates: [
        new Date(0),
        new Date(-62135596800000),
        new Date(253402300799000),
        null,
        new Date(1),
        new Date(-1),
        null,
        new Date(NaN),
      ],
      nothing: [null, null, null, null, null, null, null, undefined],
      symbols: ["∞", "½", "²", "", null, "\0", "\ud800", "x"],
    };
    const table = sentences.slice(0, 40).map((text, i) => ({
      text,
      ...Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list[i % list.length]])),
    }));
    const first = await quickRun(table, dataDir, { name: "values" });
    const { input } = await openScope("values", { dataDir });
    const column = (name: string): unknown[] => input.getColumn(name).toArray().slice(0, 8);
    expect(column("numbers")).toEqual(values["numbers"]);
    expect(column("mixed").slice(0, 4)).toEqual(["1", "two", null, "true"]);
    expect(column("nested").slice(0, 2)).toEqual(['{"a":{"b":[1,{"c":"d"}]}}', '{"a":null}']);
    expect(column("flags")).toEqual(values["flags"]);
    expect(input.getColumn("long").cast(pl.Utf8).toArray().slice(0, 4)).toEqual([
      ...["9007199254740993", "-9223372036854775808", "9223372036854775807", null],
    ]);
    expect(column("longer").map(String).slice(0, 3)).toEqual(["18446744073709551616", "null", "0"]);
    const times = (list: unknown[]): unknown[] => list.map((date) => (date instanceof Date ? date.getTime() : date));
    expect(times(column("dates"))).toEqual([0, -62135596800000, 253402300799000, null, 1, -1, null, null]);
    expect(column("symbols")).toEqual(["∞", "½", "²", "", null, "\0", "\ufffd", "x"]);
    expect(input.frameEqual(first.input, true)).toBe(true);
  });
});
