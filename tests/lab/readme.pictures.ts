/**
 * Takes the README's pictures anew, of the quickstart in a real JupyterLab, into docs/pictures.
 *
 *     npm run pictures
 */
import { copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openBrowser, type OpenBrowser } from "../support/chromium";
import { ownKernel, startLab, type Lab } from "../support/lab";
import { lasso, mapArea, type Point } from "../support/map-page";
import { NotebookPage } from "../support/notebook-page";
import { pictureFont } from "../support/picture-font";
import { settledPicture } from "../support/settled-picture";
import { smallPng } from "../support/small-png";

const ROOT = path.resolve(__dirname, "..", "..");
const RUN_CELL = 3;
const CIRCLE = Array.from({ length: 24 }, (_, i): Point => {
  const angle = (2 * Math.PI * i) / 24;
  return [0.4 + 0.13 * Math.cos(angle), 0.4 + 0.16 * Math.sin(angle)];
});

let lab: Lab;
let browser: OpenBrowser;
let notebook: NotebookPage;
let map: Locator;

beforeAll(async () => {
  lab = await startLab([ownKernel]);
  copyFileSync(path.join(ROOT, "notebooks", "quickstart.ipynb"), path.join(lab.notebooks, "quickstart.ipynb"));
  browser = await openBrowser({ width: 1100, height: 900 }, { reducedMotion: "reduce" });
  notebook = await NotebookPage.open(browser.page, lab, "quickstart.ipynb");
  await browser.page.addStyleTag({ content: await pictureFont() });
  await browser.page.evaluate(() => Promise.all([...document.fonts].map((font) => font.load())));
  await command("application:toggle-left-area");
  await notebook.runAll(400_000);
  map = notebook.map(RUN_CELL);
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

beforeEach(async () => {
  await expect.poll(() => map.getAttribute("data-status")).toBe("ready");
  await map.evaluate((element) => element.scrollIntoView({ block: "center" }));
  await button("Reset view").click();
  await browser.page.mouse.move(0, 0);
});

const button = (name: string): Locator => map.getByRole("button", { name });

function command(name: string, options = {}): Promise<unknown> {
  return browser.page.evaluate(([n, o]) => globalThis.jupyterapp.commands.execute(n, o).then(() => null), [
    name,
    options,
  ] as const);
}

async function take(name: string, element = map): Promise<void> {
  writeFileSync(path.join(ROOT, "docs", "pictures", `${name}.png`), smallPng(await settledPicture(element)));
}

it("the map at first sight, under the cell that makes it", async () => {
  await take("map", notebook.cell(RUN_CELL));
});

it("coloured by a column", async () => {
  const by = map.getByRole("combobox", { name: "Colour by" });
  await by.selectOption({ label: "year" });
  await map.getByRole("region", { name: "Legend: year" }).waitFor();
  await take("colour-by");
  await by.selectOption({ index: 0 });
});

it("a part of it, with the clusters' labels, in JupyterLab's dark theme", async () => {
  await notebook.runNew(`scope.zoomTo(pl.col("x").abs().lt(0.4).and(pl.col("y").abs().lt(0.35)))`);
  await command("apputils:change-theme", { theme: "JupyterLab Dark" });
  await take("dark");
  await command("apputils:change-theme", { theme: "JupyterLab Light" });
});

it("a selection and its rows", async () => {
  await lasso(browser.page, mapArea(map), CIRCLE);
  await expect.poll(() => map.getAttribute("data-selected").then(Number)).toBeGreaterThan(0);
  await map.getByRole("tab", { name: "Rows" }).click();
  const edge = map.getByRole("separator", { name: "Width of the panel" });
  for (let i = 0; i < 4; i++) await edge.press("ArrowLeft");
  await edge.blur();
  await take("selection");
});
