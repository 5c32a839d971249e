import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  checkDatasetName,
  checkRunId,
  Dataset,
  defaultDatasetName,
  readJson,
  resolveDataDir,
  writeJson,
} from "../../src/store";

describe("a dataset's name", () => {
  it.each(["sotu", "State of the Union 2026", "umfrage-ä", "東京", "a.b_c-d", "_x"])("may be %j", (name) => {
    expect(checkDatasetName(name)).toBe(name);
  });

  it.each([
    "",
    ".",
    "..",
    "a/b",
    "a\\b",
    "../x",
    "a..b",
    ".hidden",
    "a:b",
    "a\nb",
    "a\0b",
    "-x",
    "x ",
    "x.",
    "CON",
    "nul.txt",
    "x".repeat(101),
    7,
    null,
  ])("may not be %j", (name) => {
    expect(() => checkDatasetName(name)).toThrow(expect.objectContaining({ code: "bad-name" }) as Error);
  });

  it("is made from the text column and the content, and is always a good name", () => {
    expect(defaultDatasetName("answer", "1f0c77aa99887766")).toBe("answer-1f0c77aa");
    for (const column of ["../../etc", "what is your name?", "///", "", "x".repeat(300), ".."])
      expect(() => checkDatasetName(defaultDatasetName(column, "1f0c77aa99887766"))).not.toThrow();
  });
});

it("an id from outside cannot leave the dataset's folder", () => {
  expect(checkRunId("scopes", "scopes-012")).toBe("scopes-012");
  for (const id of ["scopes-", "scopes-1/../x", "../scopes-001", "umap-001", "scopes-001.json", 1])
    expect(() => checkRunId("scopes", id)).toThrow(expect.objectContaining({ code: "bad-name" }) as Error);
});

it("the data folder is the option, else the environment variable, else a folder here", () => {
  const before = process.env["LATENT_SCOPE_DATA"];
  try {
    delete process.env["LATENT_SCOPE_DATA"];
    expect(resolveDataDir()).toBe(path.resolve("latentscope-data"));
    process.env["LATENT_SCOPE_DATA"] = "/somewhere";
    expect(resolveDataDir()).toBe(path.resolve("/somewhere"));
    expect(resolveDataDir("here")).toBe(path.resolve("here"));
  } finally {
    if (before === undefined) delete process.env["LATENT_SCOPE_DATA"];
    else process.env["LATENT_SCOPE_DATA"] = before;
  }
});

describe("ids of runs", () => {
  it("go on after the last one", async () => {
    const dataset = new Dataset(mkdtempSync(path.join(os.tmpdir(), "latentscope-")), "d");
    expect(await dataset.nextId("umap")).toBe("umap-001");
    for (const id of ["umap-001", "umap-012"]) await writeJson(dataset.path("umaps", `${id}.json`), { id });
    expect(await dataset.nextId("umap")).toBe("umap-013");
    expect((await dataset.runs("umap")).map(({ id }) => id)).toEqual(["umap-001", "umap-012"]);
  });

  it("leave a table of vectors without a JSON alone: another tool may be about to resume it", async () => {
    const dataset = new Dataset(mkdtempSync(path.join(os.tmpdir(), "latentscope-")), "d");
    await writeJson(dataset.path("embeddings", "embedding-001.json"), {});
    await writeJson(dataset.path("lancedb", "emb-embedding-002.lance", "x.json"), {});
    expect(await dataset.nextId("embedding")).toBe("embedding-003");
  });

  it("of label sets belong to a cluster run, and are no cluster runs", async () => {
    const dataset = new Dataset(mkdtempSync(path.join(os.tmpdir(), "latentscope-")), "d");
    for (const id of ["cluster-001", "cluster-001-labels-001", "cluster-002"])
      await writeJson(dataset.path("clusters", `${id}.json`), {});
    expect((await dataset.runs("cluster")).map(({ id }) => id)).toEqual(["cluster-001", "cluster-002"]);
    expect((await dataset.labelSets("cluster-001")).map(({ id }) => id)).toEqual(["cluster-001-labels-001"]);
    expect(await dataset.nextLabelSetId("cluster-001")).toBe("cluster-001-labels-002");
    expect(await dataset.nextLabelSetId("cluster-002")).toBe("cluster-002-labels-001");
  });
});

describe("a JSON file", () => {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), "latentscope-")), "a.json");

  it("comes back as it was written, in plain ASCII", async () => {
    const value = { text: "naïve 👍", list: [1, 0.5, null], nested: { ключ: true } };
    await writeJson(file, value);
    expect(await readJson(file)).toEqual(value);
    const { readFileSync } = await import("node:fs");
    expect(readFileSync(file, "utf8")).toMatch(/^[\n\x20-\x7e]+$/);
    expect(readFileSync(file, "utf8")).toContain("\\ud83d\\udc4d");
  });

  it("of Python may hold NaN and Infinity", async () => {
    writeFileSync(file, '{"a": NaN, "b": [-Infinity, 1], "c": "NaN, Infinity"}');
    expect(await readJson(file)).toEqual({ a: null, b: [null, 1], c: "NaN, Infinity" });
  });

  it("that is damaged is named", async () => {
    writeFileSync(file, '{"a": 1');
    await expect(readJson(file)).rejects.toMatchObject({
      code: "damaged-file",
      message: expect.stringContaining(file) as string,
    });
    expect(await readJson(`${file}.none`)).toBeUndefined();
  });
});
