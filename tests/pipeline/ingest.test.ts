import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import type { TableInput } from "../../src/pipeline";
import { RunContext } from "../../src/pipeline/context";
import { ingest as ingestStep } from "../../src/pipeline/ingest";
import { contentHash } from "../../src/pipeline/ingest/content-hash";
import { editDistance, nearestNames } from "../../src/pipeline/ingest/nearest-names";
import { readTable } from "../../src/pipeline/ingest/read-table";
import { kindOf } from "../../src/store";
import { newDataDir } from "./support";

async function ingest(input: unknown, column = "text", options: { name?: string; dataDir?: string } = {}) {
  const context = new RunContext({});
  try {
    const result = await ingestStep(input as TableInput, column, { dataDir: newDataDir(), ...options }, context);
    return { ...result, warnings: context.warnings };
  } finally {
    await context.unlock();
  }
}

const read = (input: unknown, warnings: string[] = []) =>
  readTable(input as TableInput, (message) => warnings.push(message));

const refused = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) as string });
const good = [
  { text: "one", year: 1 },
  { text: "two", year: 2 },
  { text: "three", year: 3 },
];

describe("bad input is refused with what to do", () => {
  it.each([
    ["a misspelt column", good, "txet", "no-such-column", /no column "txet"\. Did you mean "text"\?/],
    ["a column that is not there", good, "body", "no-such-column", /The columns are "text" and "year"/],
    ["no column name", good, "", "no-such-column", /The text columns are "text"/],
    ["a column of numbers", good, "year", "not-a-text-column", /type is Int64\. The text columns are "text"/],
    ["no rows", [], "text", "empty-input", /no columns/],
    ["a frame without rows", pl.DataFrame({ text: pl.Series("text", [], pl.Utf8) }), "text", "empty-input", /no rows/],
    ["one row", [{ text: "alone" }], "text", "too-few-rows", /text in 1 row; a map needs at least 2/],
    ["one row with text", [{ text: "alone" }, { text: " " }, { text: null }], "text", "too-few-rows", /1 row/],
    [
      "empty texts",
      [{ text: "" }, { text: " \n" }, { text: null }],
      "text",
      "no-text",
      /all of its 3 rows are null, empty or white space/,
    ],
    [
      "equal texts",
      [{ text: "a" }, { text: "a" }, { text: "" }],
      "text",
      "all-texts-equal",
      /All 2 texts of column "text" are equal/,
    ],
    ["a number", 5, "text", "unsupported-input", /A number is no table.*nodejs-polars DataFrame/],
    ["null", null, "text", "unsupported-input", /Null is no table/],
    ["a Map", new Map([["text", ["a"]]]), "text", "unsupported-input", /class Map/],
    ["rows that are no objects", ["a", "b"], "text", "unsupported-input", /Row 0 is a string/],
    [
      "columns of several lengths",
      { text: ["a", "b"], n: [1] },
      "text",
      "unsupported-input",
      /Column "n" has 1 values and column "text" 2/,
    ],
    ["another kind of file", "table.xlsx", "text", "unsupported-input", /table\.xlsx.*\.csv, \.parquet/],
    ["a file that is not there", "/nowhere/table.csv", "text", "not-found", /table\.csv/],
    ["a parquet file that is not there", "/nowhere/table.parquet", "text", "not-found", /table\.parquet/],
  ])("%s", async (_, input, column, code, message) => {
    await expect(ingest(input, column)).rejects.toMatchObject(refused(code, message));
  });

  it("a data folder that cannot be written", async () => {
    const file = path.join(newDataDir(), "a file");
    writeFileSync(file, "");
    await expect(ingest(good, "text", { dataDir: path.join(file, "data") })).rejects.toMatchObject(
      refused("data-dir-not-writable", /a file.*dataDir.*LATENT_SCOPE_DATA/s),
    );
  });

  it("a name that is no name of a folder", async () => {
    await expect(ingest(good, "text", { name: "../elsewhere" })).rejects.toMatchObject(
      refused("bad-name", /\.\.\/elsewhere/),
    );
  });
});

describe("a table becomes a dataset", () => {
  it("two rows are enough", async () => {
    const { texts, reused, summary } = await ingest([{ text: "a" }, { text: "b" }]);
    expect(texts.slice(0, 9)).toEqual(["a", "b"]);
    expect({ reused, summary }).toEqual({ reused: false, summary: "2 rows" });
  });

  it("rows without text keep their place", async () => {
    const { texts, frame, summary } = await ingest([{ text: "a" }, { text: null }, { text: "  " }, { text: "b" }]);
    expect(texts.slice(0, 4)).toEqual(["a", null, null, "b"]);
    expect(texts.at([3, 2, 3])).toEqual(["b", null, "b"]);
    expect(texts.rows).toEqual(Int32Array.of(0, 3));
    expect(frame.height).toBe(4);
    expect(summary).toBe("4 rows, 2 rows without text");
  });

  it("with a name from its content, and is found again", async () => {
    const dataDir = newDataDir();
    const first = await ingest(good, "text", { dataDir });
    expect(first.id).toMatch(/^text-[0-9a-f]{8}$/);
    const again = await ingest(
      pl.DataFrame(first.frame.toRecords()).withColumn(pl.col("year").cast(pl.Int64)),
      "text",
      { dataDir },
    );
    expect(again).toMatchObject({ id: first.id, reused: true });
    const other = await ingest([...good, { text: "four", year: 4 }], "text", { dataDir });
    expect(other).toMatchObject({ reused: false });
    expect(other.id).not.toBe(first.id);
  });

  it("a name is never given to another table", async () => {
    const dataDir = newDataDir();
    await ingest(good, "text", { dataDir, name: "mine" });
    expect(await ingest(good, "text", { dataDir, name: "mine" })).toMatchObject({ reused: true });
    await expect(ingest(good.slice(1), "text", { dataDir, name: "mine" })).rejects.toMatchObject(
      refused("bad-name", /"mine".*holds another table \(3 rows.*this one has 2 rows.*Choose another name/s),
    );
    expect((await ingest(good, "text", { dataDir, name: "mine" })).frame.height).toBe(3);
  });

  it("columns with the names of a scope's own are renamed, the text column too", async () => {
    const rows = good.map((row) => ({ label: row.text, index: row.year, x: 1, text: "t", label_input: "taken" }));
    const { frame, textColumn, warnings } = await ingest(rows, "label");
    expect(frame.columns).toEqual(["label_input2", "index_input", "x_input", "text", "label_input"]);
    expect(textColumn).toBe("label_input2");
    expect(warnings).toEqual([
      expect.stringMatching(/Renamed "label" to "label_input2", "index" to "index_input", "x" to "x_input"/),
    ]);
  });

  it("every type of column is stored so that other tools read it", async () => {
    const frame = pl
      .DataFrame({
        text: ["a", "b", null],
        category: ["u", "v", "u"],
        price: ["1.50", "2.25", null],
        day: [new Date(0), new Date(86400000), null],
      })
      .withColumns(
        pl.col("category").cast(pl.Categorical),
        pl.col("price").cast(pl.Decimal(10, 2)),
        pl.col("day").cast(pl.Date),
      );
    const stored = await ingest(
      frame.withColumns(
        pl.Series("list", [["p", "q"], [], null], pl.List(pl.Utf8)),
        pl.Series("vector_of", [[1, 2], [3], null], pl.List(pl.Float64)),
        pl.Series("flag", [true, false, null], pl.Bool),
      ),
    );
    const kinds = Object.fromEntries(stored.frame.columns.map((name) => [name, kindOf(stored.frame.getColumn(name))]));
    expect(kinds).toEqual({
      text: "String",
      category: "String",
      price: "Float64",
      day: "Datetime",
      list: "String",
      vector_of: "List",
      flag: "Bool",
    });
    expect(stored.frame.getColumn("list").toArray()).toEqual(['["p","q"]', "[]", null]);
    expect(stored.meta.column_metadata).toMatchObject({
      category: { type: "string", counts: { u: 2, v: 1 } },
      price: { type: "number", extent: [1.5, 2.25] },
      day: { type: "date", extent: ["1970-01-01T00:00:00", "1970-01-02T00:00:00"] },
      vector_of: { type: "array" },
      flag: { type: "number", extent: [false, true] },
    });
    expect(stored.meta.potential_embeddings).toEqual(["vector_of"]);
    const read = await stored.dataset.readInput();
    expect(await contentHash(read)).toBe(stored.contentHash);
  });
});

describe("plain data", () => {
  it("as an array of objects and as columns is the same table", async () => {
    const columns = await read({ text: ["one", "two", "three"], year: Int32Array.of(1, 2, 3) });
    expect(await contentHash(columns)).toBe(await contentHash(await read(good)));
  });

  it("takes its types from all rows, and keeps what is mixed as text", async () => {
    const rows = [
      ...Array.from({ length: 200 }, (_, i) => ({ text: `t${i}`, mixed: i, late: null })),
      { text: "z", mixed: "x", late: { a: 1 }, more: 2.5 },
    ];
    const frame = await read(rows);
    expect(frame.columns).toEqual(["text", "mixed", "late", "more"]);
    expect(frame.getColumn("mixed").toArray().at(7)).toBe("7");
    expect(frame.getColumn("late").toArray().at(-1)).toBe('{"a":1}');
    expect(frame.getColumn("more").toArray().slice(-2)).toEqual([null, 2.5]);
  });
});

describe("files", () => {
  const folder = newDataDir();
  const file = (name: string, content: string | Buffer): string => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };

  it("of four kinds are the same table", async () => {
    const frame = pl.DataFrame([
      pl.Series("text", ["a", 'b,\n"c"', null], pl.Utf8),
      pl.Series("n", BigInt64Array.of(1n, 2n, 3n)),
    ]);
    const parquet = path.join(folder, "t.parquet");
    frame.writeParquet(parquet);
    const paths = [
      parquet,
      file("t.csv", '\ufefftext,n\na,1\n"b,\n""c""",2\n,3\n'),
      file("t.jsonl", '{"text":"a","n":1}\n\n{"text":"b,\\n\\"c\\"","n":2}\n{"text":null,"n":3}\n'),
      file("t.json", '{"text":["a","b,\\n\\"c\\"",null],"n":[1,2,3]}'),
    ];
    const hashes = await Promise.all(paths.map(async (p) => contentHash(await read(p))));
    expect(new Set(hashes).size).toBe(1);
  });

  it("of text where the first rows looked like numbers lose nothing", async () => {
    const lines = Array.from({ length: 12_000 }, (_, i) => `t${i},${i}`);
    const frame = await read(file("late.csv", ["text,code", ...lines, "last,A7"].join("\n")));
    expect(frame.getColumn("code").toArray().slice(-2)).toEqual(["11999", "A7"]);
  });

  it("keep codes with leading zeros as text, and know flags and fractions", async () => {
    const frame = await read(
      file("codes.csv", "text,zip,flag,share,none\na,01234,true,.5,\nb,99999,False,1e-3,\n,,,,\n"),
    );
    const columns = Object.fromEntries(
      frame.columns.map((name) => [name, frame.getColumn(name).toArray().slice(0, 2)]),
    );
    expect(columns).toEqual({
      text: ["a", "b"],
      zip: ["01234", "99999"],
      flag: [true, false],
      share: [0.5, 0.001],
      none: [null, null],
    });
  });

  it("with numbers too long for a number keep their digits", async () => {
    const csv =
      "text,long,longer,exact\na,1,1,0.1\nb,9007199254740993,99999999999999999999999,3.14159265358979323846\n";
    const frame = await read(file("big.csv", csv));
    expect(frame.getColumn("long").cast(pl.Utf8).toArray()).toEqual(["1", "9007199254740993"]);
    expect(frame.getColumn("longer").toArray()).toEqual(["1", "99999999999999999999999"]);
    expect(frame.getColumn("exact").toArray()).toEqual(["0.1", "3.14159265358979323846"]);
    for (const name of ["big.json", "big.jsonl"]) {
      const rows = ['{"text":"a","long":1}', '{"text":"b","long":9007199254740993}'];
      const content = name.endsWith("l") ? rows.join("\n") : `[${rows.join()}]`;
      const frame = await read(file(name, content));
      expect(frame.columns).toEqual(["text", "long"]);
      const long = frame.getColumn("long");
      expect([kindOf(long), long.cast(pl.Utf8).toArray()]).toEqual(["Int64", ["1", "9007199254740993"]]);
    }
  });

  it("that are broken are named with the place", async () => {
    await expect(read(file("bad.jsonl", '{"text":"a"}\n{"text":'))).rejects.toMatchObject(
      refused("damaged-file", /bad\.jsonl.*line 2/),
    );
    await expect(read(file("bad.json", "5"))).rejects.toMatchObject(refused("damaged-file", /bad\.json/));
    await expect(read(file("bad.parquet", "PAR1 no"))).rejects.toMatchObject(refused("damaged-file", /bad\.parquet/));
  });
});

describe("nearest names", () => {
  it("are those of the fewest edits", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("txet", "text")).toBe(1);
    expect(nearestNames("Sentense", ["sentence", "tense", "year"])).toEqual(["sentence", "tense"]);
    expect(nearestNames("zzz", ["sentence", "year"])).toEqual([]);
  });
});
