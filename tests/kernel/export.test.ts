import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import pl from "nodejs-polars";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, type Scope } from "../../src";
import { openBrowser, pictureFile, type OpenBrowser } from "../support/chromium";
import { ink, mapArea } from "../support/map-page";
import { codeOf, column, idsOf, newDataDir, sentences } from "./scopes";

const UGLY = `=1+1, "quoted"\n<img src=x onerror="document.title='hacked'"> </script><script>document.title='hacked'</script>`;
const folder = mkdtempSync(path.join(tmpdir(), "latentscope-export-"));
const to = (name: string): string => path.join(folder, name);
const read = (name: string): string => readFileSync(to(name), "utf8");

let scope: Scope;
beforeAll(async () => {
  const rows = sentences.map((text, i) => ({
    text: i === 3 ? UGLY : text,
    year: 1790 + i,
    when: new Date(Date.UTC(1790 + i, 0, 2)),
    numbers: [i, i + 1],
    nested: { a: i },
  }));
  scope = await run(rows, "text", {
    ...{ name: "speeches", dataDir: newDataDir(), embed: { model: "static" }, umap: { nEpochs: 20 } },
  });
  scope.tag([1, 2], "check");
  scope.tag([2], "later");
  scope.delete([7]);
  scope.rename(idsOf(scope)[0], UGLY.replace("\n", " ").slice(0, 190));
});

describe("a table", () => {
  const order = [9, 2, 40, 3];

  it("as parquet has the rows asked for, in that order, with their types", async () => {
    expect(await scope.export(to("rows.parquet"), { rows: order })).toBe(to("rows.parquet"));
    const frame = await pl.scanParquet(to("rows.parquet")).collect();
    expect(frame.columns).toEqual(scope.rows.columns);
    expect(column<bigint>(frame, "ls_index").map(Number)).toEqual(order);
    expect(column<string[]>(frame, "tags")).toEqual([[], ["check", "later"], [], []]);
    expect(column<string>(frame, "text")[3]).toBe(UGLY);
  });

  it("as CSV has cells as they are, quoted, and tags joined", async () => {
    await scope.export(to("rows.csv"), { rows: order });
    const frame = pl.readCSV(to("rows.csv"));
    expect(column<string>(frame, "text")[3]).toBe(UGLY);
    expect(column<string>(frame, "tags")[1]).toBe("check, later");
    expect(column<string>(frame, "numbers")[0]).toMatch(/^9(\.0)?, 10(\.0)?$/);
    expect(JSON.parse(column<string>(frame, "nested")[0])).toEqual({ a: 9 });
  });

  it("as JSON lines has one object a row", async () => {
    await scope.export(to("rows.JSONL"), { rows: { cluster: idsOf(scope)[1] } });
    const rows = read("rows.JSONL")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(new Set(rows.map(({ cluster }) => cluster))).toEqual(new Set([idsOf(scope)[1]]));
    expect(rows[0]).toMatchObject({ tags: expect.any(Array) as unknown, year: expect.any(Number) as unknown });
  });

  it("has all rows when none are named, and none when none are meant", async () => {
    await scope.export(to("all.csv"));
    expect(pl.readCSV(to("all.csv")).height).toBe(scope.rows.height);
    await scope.export(to("none.jsonl"), { rows: [] });
    expect(read("none.jsonl")).toBe("");
  });
});

describe("a picture", () => {
  it("is a PNG of the size asked for", async () => {
    await scope.export(to("map.png"), { width: 400, height: 300, theme: "dark" });
    const bytes = readFileSync(to("map.png"));
    expect(bytes.toString("latin1", 1, 4)).toBe("PNG");
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([800, 600]);
  });

  it("is an SVG without the deleted rows", async () => {
    await scope.export(to("map.svg"));
    const points = /<g id="points">(.*)<\/g>\n<(line|g font)/s.exec(read("map.svg"))?.[1] ?? "";
    expect(points.split("<circle ").length - 1).toBe(scope.rows.height - 1);
  });
});

describe("what cannot be written", () => {
  it("is refused with words that say what to do", async () => {
    await expect(scope.export(to("rows.xlsx"))).rejects.toThrow(/\.parquet, \.csv, \.jsonl, \.html, \.png or \.svg/);
    expect(await codeOf(() => scope.export(to("rows")))).toBe("bad-option");
    expect(await codeOf(() => scope.export(7 as never))).toBe("bad-option");
    expect(await codeOf(() => scope.export(to("none/rows.csv")))).toBe("not-writable");
    expect(existsSync(to("none"))).toBe(false);
    expect(await codeOf(() => scope.export(to("a.csv"), { rows: [99_999] }))).toBe("bad-rows");
    expect(await codeOf(() => scope.export(to("a.png"), { width: 7 }))).toBe("bad-option");
    expect(await codeOf(() => scope.export(to("a.html"), { theme: "blue" as "dark" }))).toBe("bad-option");
    mkdirSync(to("folder.csv"));
    expect(await codeOf(() => scope.export(to("folder.csv")))).toBe("not-writable");
  });

  it("leaves what was there, and nothing else", async () => {
    writeFileSync(to("kept.html"), "before");
    expect(await codeOf(() => scope.export(to("kept.html"), { signal: AbortSignal.abort() }))).toBe("interrupted");
    expect(read("kept.html")).toBe("before");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("a page", () => {
  let browser: OpenBrowser;
  const map = () => browser.page.locator("[data-latentscope]");
  const visit = async (name: string): Promise<void> => {
    await browser.page.goto(pathToFileURL(to(name)).href);
    await expect.poll(() => map().getAttribute("data-status")).toBe("ready");
  };
  beforeAll(async () => {
    browser = await openBrowser({ width: 1100, height: 700 });
  });
  afterAll(() => browser?.close());

  it("has the whole application, asks nobody for anything, and runs nothing that is in the data", async () => {
    await scope.export(to("map.html"));
    await visit("map.html");
    expect(await map().getAttribute("data-rows")).toBe(String(scope.rows.height));
    expect(await ink(browser.page, mapArea(map()))).toBeGreaterThan(0.005);
    expect(await map().getByRole("row").count()).toBeGreaterThan(2);
    // a file shares nothing with another tab
    expect(await map().getByRole("button", { name: "Own tab" }).count()).toBe(0);
    await browser.page.screenshot({ path: pictureFile("export-page") });
    expect(await browser.page.title()).toBe("speeches");
    expect(browser.outside).toEqual([]);
    expect(browser.pageErrors).toEqual([]);
  });

  it("shows the text under the pointer", async () => {
    const row = 60;
    const [x, y] = ["x", "y"].map((name) => column<number>(scope.rows, name)[row]);
    const area = mapArea(map());
    const [scaleX, scaleY, offsetX, offsetY] =
      (await area.getAttribute("data-transform"))?.split(",").map(Number) ?? [];
    const box = await area.boundingBox();
    await browser.page.mouse.move((box?.x ?? 0) + scaleX * x + offsetX, (box?.y ?? 0) + scaleY * y + offsetY);
    await expect.poll(() => map().innerText()).toContain("year");
  });

  it("selects, and says that edits are not kept", async () => {
    const first = map().getByRole("row").filter({ hasNotText: "Unclustered" }).nth(1);
    await first.click();
    await expect.poll(() => map().getAttribute("data-selected").then(Number)).toBeGreaterThan(0);
    await first.dblclick();
    const input = map().getByRole("textbox", { name: /Label of cluster/ });
    await input.fill("Renamed in a copy");
    await input.press("Enter");
    await expect.poll(() => map().innerText()).toContain("not kept");
    await expect.poll(() => map().getByText("Renamed in a copy").count()).toBe(0);
  });

  it("opens in a tab of its own where a server sends it", async () => {
    const page = read("map.html");
    const server = createServer((_request, response) => response.setHeader("content-type", "text/html").end(page));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      await browser.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const opening = browser.page.waitForEvent("popup");
      await map().getByRole("button", { name: "Own tab" }).click();
      const tab = await opening;
      const own = tab.locator("[data-latentscope]");
      await expect.poll(() => own.getAttribute("data-status")).toBe("ready");
      await own.getByRole("row").nth(1).click();
      await expect.poll(() => map().getAttribute("data-selected").then(Number)).toBeGreaterThan(0);
      expect(await own.getAttribute("data-selected")).toBe(await map().getAttribute("data-selected"));
      await tab.close();
    } finally {
      server.close();
      server.closeAllConnections();
    }
    expect(browser.pageErrors).toEqual([]);
  });

  it("is smaller without texts, and dark when asked", async () => {
    await scope.export(to("dark.html"), { texts: false, theme: "dark", height: 400 });
    expect(statSync(to("dark.html")).size).toBeLessThan(statSync(to("map.html")).size);
    expect(read("dark.html")).not.toContain("hacked'</script>");
    await visit("dark.html");
    expect(await map().evaluate((el) => [el.clientHeight + 2, getComputedStyle(el).backgroundColor])).toEqual([
      400,
      "rgb(21, 24, 29)",
    ]);
    await browser.page.screenshot({ path: pictureFile("export-page-dark") });
    expect(browser.pageErrors).toEqual([]);
  });
});
