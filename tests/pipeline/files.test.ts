import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import * as arrow from "apache-arrow";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import type { TableInput } from "../../src/pipeline";
import { RunContext } from "../../src/pipeline/context";
import { ingest } from "../../src/pipeline/ingest";
import { parseDates } from "../../src/pipeline/ingest/dates";
import { readTable } from "../../src/pipeline/ingest/read-table";
import { kindOf } from "../../src/store";
import { newDataDir } from "./support";

const folder = newDataDir();
function file(name: string, content: string | Uint8Array): string {
  const whole = path.join(folder, name);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  return whole;
}

async function read(input: unknown): Promise<{ columns: Record<string, unknown[]>; warnings: string[] }> {
  const warnings: string[] = [];
  const frame = await readTable(input as TableInput, (message) => warnings.push(message));
  const columns = Object.fromEntries(
    frame.columns.map((name) => [name, [...frame.getColumn(name).toArray()] as unknown[]]),
  );
  return { columns, warnings };
}

const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

describe("CSV files", () => {
  it.each([
    ["semicolons", 'text;n\na, b;1\n"c;\nd";2\n'],
    ["tabs", 'text\tn\na, b\t1\n"c;\nd"\t2\n'],
    ["bars", 'text|n\na, b|1\n"c;\nd"|2\n'],
    ["commas", 'text,n\n"a, b",1\n"c;\nd",2\n'],
    ["Windows line ends", 'text,n\r\n"a, b",1\r\n"c;\nd",2\r\n'],
  ])("are read with %s", async (name, content) => {
    const { columns, warnings } = await read(file(`${name}.csv`, content));
    expect(columns).toEqual({ text: ["a, b", "c;\nd"], n: [1, 2] });
    expect(warnings).toEqual([]);
  });

  it("may have one column, with any signs in it", async () => {
    const { columns } = await read(file("one.csv", "text\nwell, yes\nno; never\na, b, c\n"));
    expect(columns).toEqual({ text: ["well, yes", "no; never", "a, b, c"] });
  });

  it("of tabs do not take commas for anything", async () => {
    const { columns } = await read(file("table.tsv", "text\tn\na, b, c\t1\nd\t2\n"));
    expect(columns).toEqual({ text: ["a, b, c", "d"], n: [1, 2] });
  });

  const table = "text,größe\nDer Käse – „gut“,1\nΟ κόσμος,2\n";
  const western = "text,größe\nDer Käse,1\nça va,2\n";
  it.each([
    ["UTF-8", Buffer.from(table), table, undefined],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${table}`), table, undefined],
    ["UTF-16", Buffer.from(`\ufeff${table}`, "utf16le"), table, /is not UTF-8 but UTF-16/],
    ["UTF-16, the other way round", utf16be(`\ufeff${table}`), table, /is not UTF-8 but UTF-16/],
    ["UTF-16 without a mark", Buffer.from(western, "utf16le"), western, /is not UTF-8 but UTF-16/],
    ["Latin-1", Buffer.from(western, "latin1"), western, /is not UTF-8 but Windows-1252 \(Latin-1\)/],
  ])("in %s are told by their bytes", async (name, bytes, content, warning) => {
    const { columns, warnings } = await read(file(`${name}.csv`, bytes));
    const [header, ...lines] = content.trim().split("\n");
    expect(columns).toEqual({
      [header.split(",")[0]]: lines.map((line) => line.split(",")[0]),
      [header.split(",")[1]]: [1, 2],
    });
    expect(warnings).toEqual(warning ? [expect.stringMatching(warning)] : []);
  });

  it("with a name for two columns, or none for one, get names", async () => {
    const { columns, warnings } = await read(file("names.csv", "text,n,n,,n_2\na,1,2,3,4\nb,5,6,7,8\n"));
    expect(columns).toEqual({ text: ["a", "b"], n: [1, 5], n_3: [2, 6], column_4: [3, 7], n_2: [4, 8] });
    expect(warnings).toEqual([expect.stringMatching(/several columns "n": another one is called "n_3"/)]);
  });

  it("with too many fields in a line are refused, with the line", async () => {
    await expect(read(file("ragged.csv", 'text,n\n"a\nb",1\nc, d,2\n'))).rejects.toMatchObject({
      code: "damaged-file",
      message: expect.stringMatching(/ragged\.csv.*line 4 has 3 fields where the first line has 2/) as string,
    });
  });

  it("without anything are no table", async () => {
    await expect(
      ingest(file("nothing.csv", ""), "text", { dataDir: newDataDir() }, new RunContext({})),
    ).rejects.toMatchObject({ code: "empty-input" });
  });
});

describe("compressed files", () => {
  const csv = "text,n\none fish,1\ntwo fish,2\nred fish,3\none fish,1\ntwo fish,2\nred fish,3\n";
  // made by zstd 1.5
  const zst = Buffer.from("KLUv/SRJNQEA2HRleHQsbgpvbmUgZmlzaCwxCnR3bzIKcmVkMwMARDkBhu6hMAFgUuZu", "base64");

  it.each([
    ["t.csv.gz", gzipSync(csv)],
    ["t.csv.zst", zst],
    ["T.CSV.GZ", gzipSync(csv)],
    [
      "t.json.gz",
      gzipSync(
        JSON.stringify({
          text: csv
            .trim()
            .split("\n")
            .slice(1)
            .map((line) => line.slice(0, -2)),
          n: [1, 2, 3, 1, 2, 3],
        }),
      ),
    ],
  ])("%s", async (name, bytes) => {
    const { columns } = await read(file(name, bytes));
    expect(columns["n"]).toEqual([1, 2, 3, 1, 2, 3]);
    expect(columns["text"].slice(0, 2)).toEqual(["one fish", "two fish"]);
  });

  it.each([
    ["cut.csv.gz", gzipSync(csv).subarray(0, 40)],
    ["cut.csv.zst", zst.subarray(0, 30)],
    ["other.csv.zst", Buffer.from("text\na\n")],
  ])("that are damaged are refused: %s", async (name, bytes) => {
    await expect(read(file(name, bytes))).rejects.toMatchObject({
      code: "damaged-file",
      message: expect.stringContaining(name) as string,
    });
  });
});

describe("Arrow", () => {
  const frame = pl.DataFrame([
    pl.Series("text", ["a", "b", null], pl.Utf8),
    pl.Series("n", BigInt64Array.of(1n, 9007199254740993n, 3n)),
  ]);

  it("files and streams are read", async () => {
    for (const [name, bytes] of [
      ["t.arrow", frame.writeIPC()],
      ["t.feather", frame.writeIPC()],
      ["t.ipc", frame.writeIPCStream()],
    ] as const) {
      const whole = file(name, bytes);
      expect((await read(whole)).columns["text"]).toEqual(["a", "b", null]);
      const table = await readTable(whole, () => {});
      expect(table.getColumn("n").cast(pl.Utf8).toArray()).toEqual(["1", "9007199254740993", "3"]);
    }
  });

  it("tables are read, with every type", async () => {
    const table = new arrow.Table({
      text: arrow.vectorFromArray(["a", null, "c"], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
      long: arrow.vectorFromArray([9007199254740993n, null, -1n], new arrow.Int64()),
      share: arrow.vectorFromArray([0.5, null, 2], new arrow.Float64()),
      flag: arrow.vectorFromArray([true, null, false], new arrow.Bool()),
      when: arrow.vectorFromArray([new Date(86_400_000), null, new Date(5)], new arrow.TimestampMillisecond()),
      day: arrow.vectorFromArray([new Date(86_400_000), null, new Date(0)], new arrow.DateDay()),
      list: arrow.vectorFromArray([[1, 2], null, []], new arrow.List(new arrow.Field("item", new arrow.Float64()))),
      thing: arrow.vectorFromArray(
        [{ x: 1 }, null, { x: 2 }],
        new arrow.Struct([new arrow.Field("x", new arrow.Float64())]),
      ),
    });
    const found = await readTable(table, () => {});
    expect(found.columns.map((name) => [name, kindOf(found.getColumn(name))])).toEqual([
      ["text", "String"],
      ["long", "Int64"],
      ["share", "Float64"],
      ["flag", "Bool"],
      ["when", "Datetime"],
      ["day", "Datetime"],
      ["list", "List"],
      ["thing", "String"],
    ]);
    expect(found.getColumn("text").toArray()).toEqual(["a", null, "c"]);
    expect(found.getColumn("long").cast(pl.Utf8).toArray()).toEqual(["9007199254740993", null, "-1"]);
    expect(found.getColumn("day").toArray()).toEqual([new Date(86_400_000), null, new Date(0)]);
    expect(found.getColumn("list").toArray()).toEqual([[1, 2], null, []]);
    expect(found.getColumn("thing").toArray()).toEqual(['{"x":1}', null, '{"x":2}']);
  });

  it("decimals keep their digits", async () => {
    const words = (value: bigint): Uint32Array =>
      new Uint32Array(BigUint64Array.of(BigInt.asUintN(64, value), BigInt.asUintN(64, value >> 64n)).buffer);
    const data = arrow.makeData({
      type: new arrow.Decimal(2, 30),
      length: 2,
      data: Uint32Array.of(...words(-150n), ...words(1234567890123456725n)),
    });
    const table = new arrow.Table({ price: arrow.makeVector(data) });
    expect((await read(table)).columns).toEqual({ price: ["-1.5", "12345678901234567.25"] });
  });
});

describe("patterns", () => {
  it("stand for all files, in the order of their names", async () => {
    file("months/2026-02.csv", "text,n\nc,x\n");
    file("months/2026-01.csv", "text,n\na,1\nb,2\n");
    file("months/deep/2026-03.csv.gz", gzipSync("text,more\nd,5\n"));
    const one = await read(path.join(folder, "months", "*.csv"));
    expect(one).toEqual({ columns: { text: ["a", "b", "c"], n: ["1", "2", "x"] }, warnings: [] });
    const all = await read(path.join(folder, "months", "**", "*.{csv,csv.gz}"));
    expect(all.columns).toEqual({
      text: ["a", "b", "c", "d"],
      n: ["1", "2", "x", null],
      more: [null, null, null, 5],
    });
    expect(all.warnings).toEqual([
      expect.stringMatching(/1 file of 3 has no column "n": it is null for ".*2026-03\.csv\.gz"/),
      expect.stringMatching(/2 files of 3 have no column "more"/),
    ]);
  });

  it("of typed files come to one type", async () => {
    pl.DataFrame({ text: ["a"], n: [1.5] }).writeParquet(file("typed/1.parquet", ""));
    pl.DataFrame([pl.Series("text", ["b"], pl.Utf8), pl.Series("n", BigInt64Array.of(2n))]).writeParquet(
      file("typed/2.parquet", ""),
    );
    expect((await read(path.join(folder, "typed", "?.parquet"))).columns).toEqual({ text: ["a", "b"], n: [1.5, 2] });
  });

  it("that match nothing are refused", async () => {
    await expect(read(path.join(folder, "*.nothing"))).rejects.toMatchObject({ code: "not-found" });
  });

  it("may be the name of a file", async () => {
    expect((await read(file("a[1].csv", "text\na\nb\n"))).columns).toEqual({ text: ["a", "b"] });
  });
});

describe("dates in texts", () => {
  const time = (texts: (string | null)[]): (string | null)[] | undefined =>
    parseDates(texts)?.map((date) => date && date.toISOString());

  it.each([
    [
      ["2026-11-23", null, "1999-1-2"],
      ["2026-11-23T00:00:00.000Z", null, "1999-01-02T00:00:00.000Z"],
    ],
    [["2026-11-23T08:30:15.25Z"], ["2026-11-23T08:30:15.250Z"]],
    [["2026-11-23 08:30+02:00"], ["2026-11-23T06:30:00.000Z"]],
    [["2026/11/23 08:30:01"], ["2026-11-23T08:30:01.000Z"]],
    [
      ["23.11.2026", "01.02.2026"],
      ["2026-11-23T00:00:00.000Z", "2026-02-01T00:00:00.000Z"],
    ],
    [
      ["1/2/2026", "1/31/2026 14:05:22"],
      ["2026-01-02T00:00:00.000Z", "2026-01-31T14:05:22.000Z"],
    ],
    [
      ["13/2/2026", "1/2/2026"],
      ["2026-02-13T00:00:00.000Z", "2026-02-01T00:00:00.000Z"],
    ],
    [
      ["12/31/2026 12:05 AM", "1/2/2026 1:00 pm"],
      ["2026-12-31T00:05:00.000Z", "2026-01-02T13:00:00.000Z"],
    ],
    [["0001-01-01"], ["0001-01-01T00:00:00.000Z"]],
  ])("are found: %j", (texts, wanted) => expect(time(texts)).toEqual(wanted));

  it.each([
    ["of which the order of day and month is not sure", ["1/2/2026", "3/4/2026"]],
    ["one of which does not exist", ["2026-02-28", "2026-02-30"]],
    ["one of which is another text", ["2026-02-28", "soon"]],
    ["with an hour that does not exist", ["2026-02-28 24:30"]],
    ["of both orders", ["13/2/2026", "2/13/2026"]],
    ["that are years", ["2026", "1999"]],
    ["that are numbers", ["20261123"]],
    ["that are none", [null, null]],
  ])("are not made of texts %s", (_, texts) => expect(time(texts)).toBeUndefined());

  it("make a column of dates, but not of the texts that are mapped", async () => {
    const rows = [
      { text: "2026-11-23", when: "2026-11-23", note: "2026-11-23" },
      { text: "2026-11-24", when: "2026-11-24 10:00", note: "then" },
    ];
    const { meta, frame } = await ingest(rows, "text", { dataDir: newDataDir() }, new RunContext({}));
    expect(frame.getColumn("text").toArray()).toEqual(["2026-11-23", "2026-11-24"]);
    expect(frame.getColumn("note").toArray()).toEqual(["2026-11-23", "then"]);
    expect(meta.column_metadata["when"]).toEqual({
      ...{ type: "date", unique_values_count: 2 },
      extent: ["2026-11-23T00:00:00", "2026-11-24T10:00:00"],
    });
  });
});
