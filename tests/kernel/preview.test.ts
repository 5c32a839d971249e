import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import * as latentscope from "../../src";
import type { LabelOptions } from "../../src/pipeline";
import { estimateTokens } from "../../src/pipeline/openai/tokens";
import { ChatEndpoint } from "../support/chat-endpoint";
import { serveEachTest } from "../support/serve-each-test";

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

describe("a preview of labels by a model", () => {
  const embed = { model: "static" } as const;
  let endpoint: ChatEndpoint;
  serveEachTest(
    () => ChatEndpoint.start(),
    (started) => (endpoint = started),
  );
  const KEY = "sk-proj-Zq7RtW93LmXc51VbNpAs";
  const price = { pricePerMillionTokens: 1, pricePerMillionOutputTokens: 4 };
  const label = (more: LabelOptions = {}): LabelOptions => ({
    ...{ model: "openai:namer", baseURL: endpoint.url, apiKey: KEY, ...price },
    ...more,
  });

  it("says what would be sent where, for how many clusters, and for how much, and sends nothing", async () => {
    const dataDir = path.join(newDataDir(), "none");
    const preview = await latentscope.preview(table, "text", { dataDir, embed, label: label() });
    const { labels } = preview;
    // half of √151 rows
    expect(labels).toMatchObject({
      ...{ model: `openai:namer at ${endpoint.host}/v1`, clusters: 6, clustersKnown: false },
      sent: { to: `${endpoint.host}/v1`, texts: 60, answerTokens: 6 * 256 },
    });
    const { promptTokens = 0, cost = 0 } = labels?.sent ?? {};
    expect(cost).toBeCloseTo((promptTokens + 4 * 6 * 256) / 1e6, 12);
    const words = String(preview);
    expect(words).toContain(`60 texts would be sent to ${endpoint.host}/v1`);
    expect(words).toContain("if there are some 6 clusters, which only clustering tells");
    expect(words).toMatch(/About \$0\.\d+\. This is an estimate; nothing has been sent\./);
    expect(words).toContain("and what the model takes");
    expect(preview.steps.toRecords()[4]).toEqual({ step: "label", seconds: null });
    expect(inspect(preview, { depth: 9, showHidden: true }) + JSON.stringify(labels)).not.toContain(KEY.slice(8));
    expect(endpoint.requests).toEqual([]);
    expect(existsSync(dataDir)).toBe(false);
  });

  it("is near to what the run then sends, and rather too high", async () => {
    const dataDir = newDataDir();
    const cluster = { method: "kmeans", nClusters: 9 } as const;
    const options = { dataDir, embed, cluster, label: label({ samples: 6, context: "Speeches of presidents" }) };
    const { labels } = await latentscope.preview(table, "text", options);
    expect(labels).toMatchObject({ clusters: 9, clustersKnown: true });
    await latentscope.run(table, "text", { ...options, umap: { nEpochs: 20 } });
    const first = endpoint.requests.filter(({ user }) => !user.includes("Another group got the label"));
    expect(first).toHaveLength(9);
    const actual = first.reduce((sum, { user, system }) => sum + estimateTokens(user) + estimateTokens(system), 0);
    const texts = first.reduce((sum, request) => sum + request.texts.length, 0);
    expect((labels?.sent?.promptTokens ?? 0) / actual).toBeGreaterThan(0.85);
    expect((labels?.sent?.promptTokens ?? 0) / actual).toBeLessThan(1.25);
    expect(labels?.sent?.texts).toBeGreaterThanOrEqual(texts);
  });

  it("follows the options", async () => {
    const of = async (options: latentscope.RunOptions) =>
      (await latentscope.preview(table, "text", { embed, ...options, label: label(options.label) })).labels;
    const known = await of({ cluster: { method: "kmeans", nClusters: 4 } });
    expect(known).toMatchObject({ clusters: 4, clustersKnown: true });
    expect(await of({ cluster: { method: "column:label" } })).toMatchObject({ clusters: 2, clustersKnown: true });
    expect(await of({ cluster: { minClusterSize: 3 } })).toMatchObject({ clusters: 10, clustersKnown: false });
    const tokens = async (more: LabelOptions) => (await of({ label: more }))?.sent?.promptTokens ?? 0;
    const [usual, few, short] = [
      await tokens({}),
      await tokens({ samples: 2 }),
      await tokens({ maxTokensPerText: 12 }),
    ];
    expect(few).toBeLessThan(usual);
    expect(short).toBeLessThan(usual);
  });

  it("of long texts stays within the budget of a prompt", async () => {
    const long = Array.from({ length: 40 }, (_, i) => ({ text: `${i} ${"tariffs and duties ".repeat(5000)}` }));
    const { labels } = await latentscope.preview(long, "text", { embed, label: label({ maxPromptTokens: 1000 }) });
    expect(labels?.sent?.promptTokens).toBeLessThanOrEqual(1050 * (labels?.clusters ?? 0));
  });

  it("names no price where none is known, and sends nothing to models on this machine", async () => {
    const bare = { model: "openai:namer", baseURL: endpoint.url };
    const unknown = await latentscope.preview(table, "text", { embed, label: bare });
    expect(unknown.labels?.sent?.cost).toBeUndefined();
    expect(String(unknown)).toContain("The price is not known.");
    const own = await latentscope.preview(table, "text", { embed, label: { model: () => "x" } });
    expect(own.labels).toMatchObject({ sent: undefined });
    expect((await latentscope.preview(table, "text", { embed })).labels).toBeUndefined();
    // the values of a column are the labels
    const column = { embed, cluster: { method: "column:label" } };
    expect((await latentscope.preview(table, "text", column)).labels).toBeUndefined();
  });

  it.each<[string, LabelOptions]>([
    ["endpoint-refused", { model: "openai:gpt-4o-mini" }],
    ["unknown-model", { model: "nonsense" }],
    ["bad-option", { model: "openai:x", samples: 0 }],
    ["model-missing", { model: "gguf:/nowhere/model.gguf" }],
  ])("refuses what a run refuses: %s", async (code, options) => {
    await expect(latentscope.preview(table, "text", { embed, label: options })).rejects.toMatchObject({ code });
  });
});
