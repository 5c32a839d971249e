import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import * as latentscope from "../../src";

const sentences = JSON.parse(
  readFileSync(path.resolve(__dirname, "../fixtures/embedding/texts.json"), "utf8"),
) as string[];
const distinct = [...new Set(sentences)];
const newDataDir = (): string => mkdtempSync(path.join(os.tmpdir(), "latentscope-preview-"));

const table = [
  ...distinct.map((text, i) => ({
    text,
    label: i % 2 ? "even" : "odd",
    year: 1790 + i,
    when: new Date(Date.UTC(2000, 0, 1 + i)),
    page: `https://example.org/${i}`,
    vector_: [i, 1, 2],
  })),
  { text: distinct[0], label: "odd", year: null, when: new Date(0), page: "http://a", vector_: [0, 1, 2] },
  { text: " ", label: null, year: 3, when: new Date(0), page: "http://b", vector_: [0, 1, 2] },
];

describe("a preview", () => {
  it("says what would be mapped, and writes nothing", async () => {
    const dataDir = path.join(newDataDir(), "none");
    const preview = await latentscope.preview(table, "text", { dataDir, embed: { model: "static" } });
    expect(preview.texts).toMatchObject({
      ...{ column: "text", empty: 1, distinct: distinct.length, duplicates: 1, known: 0, cut: 0 },
      ...{ model: "static", price: undefined },
    });
    expect(preview.texts.languages[0]).toMatchObject({ language: "en" });
    expect(preview.texts.languages[0].share).toBeGreaterThan(0.9);
    expect(preview.warnings).toEqual([expect.stringContaining('"label" to "label_input"')]);
    expect(existsSync(dataDir)).toBe(false);
  });

  it("describes every column", async () => {
    const { columns } = await latentscope.preview(table, "text", { embed: { model: "static" } });
    const records = columns.toRecords() as Record<string, unknown>[];
    const rows = new Map(records.map((row) => [row["column"], row]));
    const lengths = [...distinct, distinct[0], " "].map((text) => [...text].length);
    expect(rows.get("text")).toMatchObject({
      ...{ type: "string", nulls: 0, distinct: distinct.length + 1, note: "the text to map", shortest: 1 },
      longest: Math.max(...lengths),
      mean_length: expect.closeTo(lengths.reduce((a, b) => a + b) / lengths.length, 6) as number,
    });
    expect(rows.get("label")).toMatchObject({ nulls: 1, distinct: 2, note: "stored as label_input; categories" });
    expect(rows.get("year")).toMatchObject({
      type: "number",
      nulls: 1,
      least: "3",
      greatest: String(1789 + distinct.length),
    });
    expect(rows.get("when")).toMatchObject({ type: "date", least: "1970-01-01", example: "2000-01-01" });
    expect(rows.get("page")).toMatchObject({ type: "string", note: "web addresses" });
    expect(rows.get("vector_")).toMatchObject({
      type: "array",
      distinct: null,
      note: expect.stringContaining("column:vector_") as string,
    });
  });

  it("finds the column that says most, and knows what is embedded already", async () => {
    const dataDir = newDataDir();
    const embed = { model: "static" } as const;
    await latentscope.run(table.slice(0, 40), "text", { dataDir, embed, umap: { nEpochs: 10 } });
    const preview = await latentscope.preview(table, undefined, { dataDir, embed });
    expect(preview.texts).toMatchObject({ column: "text", known: 40 });
    expect(String(preview)).toMatch(/To be mapped: "text".*40 of the texts are known already/s);
  });

  it("estimates a time for each step of a model on this machine", async () => {
    const { steps } = await latentscope.preview(table, "text", { dataDir: newDataDir() });
    expect(steps.getColumn("step").toArray()).toEqual(["ingest", "embed", "umap", "cluster", "label", "save"]);
    expect((steps.getColumn("seconds").toArray() as number[]).every((seconds) => seconds > 0 && seconds < 600)).toBe(
      true,
    );
  });

  it("tries no model of somebody else", async () => {
    let calls = 0;
    const model = {
      id: "mine",
      embed: (texts: string[]) => {
        calls++;
        return Promise.resolve(texts.map(() => [1, 2]));
      },
    };
    const { steps } = await latentscope.preview(table, "text", { embed: { model } });
    expect(calls).toBe(0);
    expect(steps.toRecords()[1]).toEqual({ step: "embed", seconds: null });
  });

  it("counts texts that are longer than the model reads", async () => {
    const long = "All work and no play makes Jack a dull boy. ".repeat(100);
    const rows = [{ text: long }, { text: "short" }, { text: `${long} again` }];
    const { texts } = await latentscope.preview(rows, "text", { dataDir: newDataDir() });
    expect(texts.cut).toBe(2);
  });

  it("shows texts of the table as text", async () => {
    const rows = ["<img src=x onerror=alert(1)> is here", "<b>bold</b> words are there"].map((text) => ({
      text,
      "<i>name</i>": text,
    }));
    const preview = await latentscope.preview(rows, "text", { embed: { model: "static" } });
    const display = preview as unknown as Record<symbol, () => Record<string, string>>;
    const html = display[Symbol.for("Jupyter.display")]()["text/html"];
    expect(html).toContain("&#60;img");
    expect(html).not.toMatch(/<img|<b>|<i>/);
  });

  it.each([
    ["no-such-column", table, "txt"],
    ["empty-input", [], "text"],
    ["no-text", pl.DataFrame([pl.Series("text", ["", null], pl.Utf8)]), "text"],
    ["unsupported-input", 7, "text"],
  ])("refuses what a run refuses: %s", async (code, input, column) => {
    await expect(latentscope.preview(input as never, column)).rejects.toMatchObject({ code });
  });
});
