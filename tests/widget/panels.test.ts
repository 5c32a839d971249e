/// <reference types="node" />
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { blobs } from "./support/blobs";
import { inBrowser } from "./support/in-browser";
import type { Lab } from "./support/page";
import { partyOf, presidentOf, wordsOf, yearOf } from "./support/table";
import {
  attribute,
  box,
  kernelSelection,
  map,
  openView,
  root,
  shows,
  transform,
  type Options,
  type Start,
} from "./support/view";

declare const window: Window & { lab: Lab };

const { laboratory, watched } = inBrowser();

const open = (start: Partial<Start> = {}, options: Options = {}): Promise<Page> =>
  watched(openView(laboratory(), { rows: 1000, clusters: 6, ...start }, options));

const data = blobs(1000, 6);
const rowsWhere = (passes: (row: number) => boolean) => Array.from({ length: 1000 }, (_, row) => row).filter(passes);
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const filters = (page: Page) => page.getByRole("group", { name: "Filters" });
const colourBy = (page: Page, column: string) =>
  page.getByRole("combobox", { name: "Colour by" }).selectOption({ label: column });
const searchBox = (page: Page) => page.getByRole("searchbox", { name: "Search rows and clusters" });
const found = (page: Page) => page.getByRole("group", { name: "Found", exact: true });
const tab = (page: Page, name: string) => page.getByRole("tab", { name });
const grid = (page: Page) => page.getByRole("grid", { name: "Rows" });
const shownRows = (page: Page) =>
  page.locator(".ls-grid-row").evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.row)));
const card = (page: Page) => page.locator(".ls-pinned");

test("colours of a column are kept by the kernel for all views; its histogram is brushed by keys and filters", async () => {
  const page = await open();
  await colourBy(page, "year");
  await expect.poll(() => page.evaluate(() => window.lab.kernel.look.colorBy)).toEqual({ column: "year" });
  const from = page.getByRole("slider", { name: "year, from" });
  await from.focus();
  await page.keyboard.press("PageUp");
  await page.keyboard.press("ArrowRight");
  expect(await from.getAttribute("aria-valuenow")).toBe("6");
  await page.getByRole("slider", { name: "year, to" }).focus();
  await page.keyboard.press("PageDown");
  const text = (await filters(page).textContent()) ?? "";
  const [, first, last] = /year: (\d{4}) – (\d{4})/.exec(text) ?? [];
  const passing = rowsWhere((row) => yearOf(row) >= Number(first) && yearOf(row) <= Number(last));
  expect(passing.length).toBeGreaterThan(300);
  await shows(page, "filtered", String(passing.length));
  await button(page, "Select these").click();
  await expect.poll(() => kernelSelection(page)).toEqual(passing);
  await button(page, "Clear all").click();
  expect(await attribute(page, "filtered")).toBeNull();
  expect(await from.getAttribute("aria-valuenow")).toBe("0");
});

test("the histogram is brushed by the pointer, also of numbers over orders of magnitude; a press takes the range away", async () => {
  const page = await open();
  await colourBy(page, "words");
  const plot = await box(page.locator(".ls-plot"));
  await page.mouse.move(plot.x + plot.width * 0.5, plot.y + 20);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.75, plot.y + 20, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => filters(page).count()).toBe(1);
  const number = (written: string) => Number(written.replace(",", ""));
  const outOfRange = async () => {
    const [, from, to] =
      /words: ([\d,]+) – ([\d,]+)/.exec((await filters(page).locator("bdi").textContent()) ?? "") ?? [];
    const passing = rowsWhere((row) => wordsOf(row) >= number(from) && wordsOf(row) <= number(to)).length;
    expect(passing).toBeGreaterThan(150);
    return Math.abs(Number(await attribute(page, "filtered")) - passing);
  };
  await expect.poll(outOfRange).toBe(0);
  await page.mouse.click(plot.x + plot.width * 0.1, plot.y + 20);
  await expect.poll(() => filters(page).count()).toBe(0);
});

test("filters combine: a category, a tag, a cluster; each chip takes its own away", async () => {
  const page = await open();
  await page.evaluate(() => window.lab.kernel.edit({ kind: "tag", rows: "0-499" as never, tag: "half" }));
  await colourBy(page, "president");
  await page
    .getByRole("group", { name: "president" })
    .getByRole("button", { name: /^Lincoln/ })
    .click();
  const lincoln = rowsWhere((row) => presidentOf(row) === "Lincoln");
  await shows(page, "filtered", String(lincoln.length));
  await button(page, "Filter to this tag").click();
  const half = lincoln.filter((row) => row < 500);
  await shows(page, "filtered", String(half.length));
  await page.locator('[role=row][data-cluster="1"]').focus();
  await page.keyboard.press("f");
  const inCluster = half.filter((row) => data.assignment[row] === 1);
  await shows(page, "filtered", String(inCluster.length));
  // a tag that goes takes its rows with it
  await page.evaluate(() => window.lab.kernel.edit({ kind: "untag", rows: "0-249" as never, tag: "half" }));
  await shows(page, "filtered", String(inCluster.filter((row) => row >= 250).length));
  await button(page, "Remove filter tag half").click();
  await button(page, "Remove filter president: Lincoln").click();
  await shows(page, "filtered", String(rowsWhere((row) => data.assignment[row] === 1).length));
});

test("a filter that a cell has asked for is a chip; taking it away tells the kernel", async () => {
  const page = await open();
  await page.evaluate(() => {
    const { kernel } = window.lab;
    kernel.look = { ...kernel.look, filter: "10-19" as never };
    kernel.tell({ type: "look", look: kernel.look });
  });
  await shows(page, "filtered", "10");
  await button(page, "Remove filter From a cell").click();
  await expect.poll(() => page.evaluate(() => window.lab.kernel.look.filter)).toBeNull();
  expect(await attribute(page, "filtered")).toBeNull();
});

test("text is found at once and by meaning after; results are numbered in the table, filter, select and colour", async () => {
  const page = await open();
  await map(page).focus();
  await page.keyboard.press("/");
  await page.keyboard.type("public debt");
  await expect.poll(() => tab(page, "Rows").getAttribute("aria-selected")).toBe("true");
  const withText = rowsWhere((row) => row % 3 === 0);
  await expect.poll(() => found(page).textContent()).toContain(`${withText.length} rows contain it`);
  await page.keyboard.press("Enter");
  await expect.poll(() => found(page).textContent()).toContain("20 nearest in meaning");
  await expect.poll(() => grid(page).getAttribute("aria-rowcount")).toBe(String(withText.length + 1));
  expect(await page.locator(".ls-rank").first().textContent()).toBe("1");
  expect(await page.locator(".ls-grid-row").first().textContent()).toContain("0.90");
  expect(await page.evaluate(() => window.lab.kernel.received.filter((m) => m.type === "search").length)).toBe(1);
  await button(page, "Filter to the rows nearest in meaning").click();
  await shows(page, "filtered", "20");
  await button(page, "Select the rows with the text").click();
  await expect.poll(() => kernelSelection(page)).toEqual(withText);
  await button(page, "Colour").click();
  await page.getByRole("region", { name: /Similarity to/ }).waitFor();
  // the cluster of that name is found, too
  const before = await transform(page);
  await page.getByRole("group", { name: "Clusters found" }).getByRole("button", { name: "Public debt" }).click();
  await expect.poll(async () => (await transform(page)).join()).not.toBe(before.join());
  await searchBox(page).focus();
  await page.keyboard.press("Escape");
  expect(await searchBox(page).inputValue()).toBe("");
  expect(await found(page).count()).toBe(0);
  expect(await page.getByRole("region", { name: /Similarity to/ }).count()).toBe(0);
});

test("while the kernel is busy text is found here, and meaning waits and says so; a refusal is told; nothing found, too", async () => {
  const page = await open();
  await page.waitForFunction(() => window.lab.kernel.received.filter((m) => m.type === "rows").length >= 5);
  await page.evaluate(() => (window.lab.kernel.busy = true));
  await searchBox(page).fill("farmers");
  await expect.poll(() => found(page).textContent()).toContain("333 rows contain it so far");
  await expect.poll(() => found(page).textContent()).toContain("Text matches now; by meaning when the kernel is free");
  await page.evaluate(() => window.lab.kernel.idle());
  await expect.poll(() => found(page).textContent()).toContain("20 nearest in meaning");
  await searchBox(page).fill("unsearchable");
  await expect.poll(() => found(page).textContent()).toContain("The model of this embedding is not there.");
  expect(await found(page).textContent()).toContain("No row contains it");
});

test("the table of four hundred thousand rows scrolls to its end, and says which rows it shows", async () => {
  const page = await open({ rows: 400_000, clusters: 6 });
  await tab(page, "Rows").click();
  expect(await grid(page).getAttribute("aria-rowcount")).toBe("400001");
  expect(await shownRows(page)).toEqual(Array.from({ length: (await shownRows(page)).length }, (_, row) => row));
  await grid(page).focus();
  await page.keyboard.press("End");
  await expect.poll(async () => (await shownRows(page)).at(-1)).toBe(399_999);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await expect.poll(async () => (await shownRows(page))[0]).toBe(0);
  // one turn of the wheel goes by as many pixels as in any list
  await page.locator(".ls-grid-row").first().hover();
  await page.mouse.wheel(0, 300);
  await expect.poll(async () => (await shownRows(page))[0]).toBe(10);
  await expect.poll(() => page.locator(".ls-grid-row").first().textContent()).toMatch(/I ask|Our farmers|receipts/);
});

test("the table sorts by a column of the kernel's and by clusters, and selects by click and keys", async () => {
  const page = await open();
  await tab(page, "Rows").click();
  await button(page, "Sort by year").click();
  await expect.poll(() => shownRows(page).then((rows) => rows.slice(0, 3))).toEqual([0, 235, 470]);
  const head = page.getByRole("columnheader", { name: "Sort by year" });
  expect(await head.getAttribute("aria-sort")).toBe("ascending");
  await button(page, "Sort by year").click();
  await expect.poll(() => shownRows(page).then((rows) => yearOf(rows[0]))).toBe(2024);
  expect(await head.getAttribute("aria-sort")).toBe("descending");
  await button(page, "Sort by text").click();
  await expect.poll(() => shownRows(page).then((rows) => rows[0])).toBe(data.rows - 1);
  expect(await page.getByRole("columnheader", { name: /text/i }).count()).toBe(1);
  await button(page, "Sort by cluster").click();
  await expect.poll(() => shownRows(page).then((rows) => data.assignment[rows[0]])).toBe(-1);
  await button(page, "Sort by row").click();
  await expect.poll(() => shownRows(page).then((rows) => rows[0])).toBe(0);
  const row = (index: number) => page.locator(`.ls-grid-row[data-row="${index}"]`);
  await row(2).click({ modifiers: ["Control"] });
  await expect.poll(() => kernelSelection(page)).toEqual([2]);
  expect(await page.getByRole("tabpanel").textContent()).toContain("1 selected row");
  await button(page, "Clear selection").click();
  await grid(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(() => card(page).getAttribute("aria-label")).toMatch(/^Row \d/);
});

test("a click on a row goes there and opens its card: typed columns, safe links, neighbours to walk to and back", async () => {
  const page = await open();
  await tab(page, "Rows").click();
  const before = await transform(page);
  await page.locator('.ls-grid-row[data-row="1"]').click();
  await expect.poll(() => card(page).getAttribute("aria-label")).toBe("Row 1");
  await expect.poll(async () => (await transform(page)).join()).not.toBe(before.join());
  await expect.poll(() => card(page).textContent()).toContain("I ask the Congress");
  const link = card(page).getByRole("link");
  expect(await link.getAttribute("href")).toBe("https://example.org/1");
  expect(await link.getAttribute("rel")).toBe("noopener noreferrer");
  const neighbours = card(page).locator(".ls-neighbour");
  await expect.poll(() => neighbours.count()).toBe(10);
  await neighbours.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(() => card(page).getAttribute("aria-label")).not.toBe("Row 1");
  await page.keyboard.press("Backspace");
  await expect.poll(() => card(page).getAttribute("aria-label")).toBe("Row 1");
  // an address that is none stays text
  await page.locator('.ls-grid-row[data-row="2"]').click();
  await expect.poll(() => card(page).textContent()).toContain("javascript:alert(1)");
  expect(await card(page).getByRole("link").count()).toBe(0);
  await card(page).getByRole("button", { name: "Find similar" }).click();
  await expect.poll(() => found(page).textContent()).toContain("nearest in meaning");
  await map(page).focus();
  await page.keyboard.press("Escape");
  expect(await card(page).count()).toBe(0);
  await page.keyboard.press("n");
  const first = await card(page).getAttribute("aria-label");
  await page.keyboard.press("n");
  expect(await card(page).getAttribute("aria-label")).not.toBe(first);
  await page.keyboard.press("p");
  expect(await card(page).getAttribute("aria-label")).toBe(first);
});

test("texts and labels with markup are only text, wherever they are shown", async () => {
  const evil = `<img src=x onerror="window.hit=1">`;
  const page = await open({ labels: { 0: evil }, text: evil });
  await tab(page, "Rows").click();
  await page.locator(".ls-grid-row").first().click();
  await expect.poll(() => card(page).textContent()).toContain(evil);
  await searchBox(page).fill("<img");
  await expect.poll(() => found(page).textContent()).toContain("1,000 rows contain it");
  await page.getByRole("group", { name: "Clusters found" }).getByRole("button", { name: evil }).waitFor();
  expect(await page.locator("[data-latentscope] img").count()).toBe(0);
  expect(await page.evaluate(() => "hit" in window)).toBe(false);
});

test("what the selection is made of is shown by cluster and by column; a part is narrowed to", async () => {
  const page = await open();
  await page.evaluate(() => window.lab.kernel.select(Array.from({ length: 600 }, (_, row) => row)));
  await button(page, "What the selection is made of").click();
  const parts = page.getByRole("group", { name: "Parts of the selection" });
  expect(await parts.getByRole("button").count()).toBe(7);
  await page.getByRole("combobox", { name: "By", exact: true }).selectOption("party");
  const none = rowsWhere((row) => row < 600 && partyOf(row) === null);
  await parts.getByRole("button", { name: `no value ${none.length} of 200 selected (60 %)` }).click();
  await expect.poll(() => kernelSelection(page)).toEqual(none);
});

test("an edit made here can be taken back from where it is told", async () => {
  const page = await open();
  await page.locator('[role=row][data-cluster="2"]').focus();
  await page.keyboard.press("F2");
  await page.keyboard.type("Mistake");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator(".ls-toast").textContent()).toContain("now called Mistake");
  await button(page, "Take back").click();
  await expect.poll(() => page.locator(".ls-toast").count()).toBe(0);
  await shows(page, "revision", "2");
  // one that a cell has made is not announced this way
  await page.evaluate(() => window.lab.kernel.edit({ kind: "rename", cluster: 1 as never, label: "From a cell" }));
  await shows(page, "revision", "3");
  expect(await page.locator(".ls-toast").count()).toBe(0);
});

test("rows are saved as files in the order of the kernel's making, and the map as a picture", async () => {
  const page = await open();
  await page.evaluate(() => window.lab.kernel.select([7, 3]));
  const saved = async (item: RegExp): Promise<[string, Buffer]> => {
    await button(page, "Export").click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: item }).click(),
    ]);
    return [download.suggestedFilename(), await readFile(await download.path())];
  };
  const [name, bytes] = await saved(/Selection \(2 rows\) as CSV/);
  expect([name, bytes.toString()]).toEqual(["blobs-selection.csv", "csv\n7\n3\n"]);
  const [picture, png] = await saved(/Picture/);
  expect(picture).toBe("blobs.png");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  const colours = await page.evaluate(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context?.drawImage(image, 0, 0);
    const pixels = context?.getImageData(0, 0, image.width, image.height).data ?? [];
    return new Set(Array.from({ length: pixels.length / 4 }, (_, i) => pixels[4 * i] * 256 + pixels[4 * i + 2])).size;
  }, png.toString("base64"));
  expect(colours).toBeGreaterThan(100);
});

test("the question mark lists the shortcuts; Escape closes the list and gives the focus back", async () => {
  const page = await open();
  await map(page).focus();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Shortcuts" });
  await help.waitFor();
  expect(await help.textContent()).toContain("Undo");
  await page.keyboard.press("Escape");
  await expect.poll(() => help.count()).toBe(0);
  await expect.poll(() => map(page).evaluate((element) => element === document.activeElement)).toBe(true);
});

test("the view fills the screen, or the window where it may not, and comes back", async () => {
  const page = await open();
  const before = await box(root(page));
  await page.evaluate(() => (Element.prototype.requestFullscreen = () => Promise.reject(new TypeError("not allowed"))));
  await button(page, "Full screen").click();
  await expect.poll(async () => (await box(root(page))).width).toBe(1000);
  expect((await box(root(page))).height).toBe(640);
  await button(page, "Full screen").click();
  await expect.poll(async () => (await box(root(page))).width).toBe(before.width);
});

test("the panel is made wider by its edge, by keys and by the pointer", async () => {
  const page = await open();
  const panel = page.getByRole("region", { name: "Clusters and rows" });
  const before = (await box(panel)).width;
  await page.getByRole("separator", { name: "Width of the panel" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(async () => (await box(panel)).width).toBe(Math.round(before) + 24);
  const edge = await box(page.getByRole("separator", { name: "Width of the panel" }));
  await page.mouse.move(edge.x + 4, edge.y + 100);
  await page.mouse.down();
  await page.mouse.move(edge.x - 96, edge.y + 100, { steps: 3 });
  await page.mouse.up();
  await expect.poll(async () => (await box(panel)).width).toBe(Math.round(before) + 124);
});

test("the number of rows is either whole or not there, however narrow the output is", async () => {
  const page = await open({ rows: 12_000 }, { width: 1000, viewport: { width: 1032, height: 700 } });
  await page.evaluate(() => window.lab.kernel.edit({ kind: "delete", rows: "1-3" as never }));
  await page.locator(".ls-counts", { hasText: "11,997 rows, 3 deleted" }).waitFor();
  const hidden = () =>
    page.locator(".ls-bar").evaluate((bar) => {
      const element = bar.querySelector(".ls-counts");
      if (!element) return 0;
      const range = document.createRange();
      range.selectNodeContents(element);
      const [text, shown] = [range.getBoundingClientRect(), element.getBoundingClientRect()];
      return Math.max(shown.left - text.left, text.right - shown.right);
    });
  for (let width = 1000; width >= 320; width -= 20) {
    await root(page).evaluate((element, px) => {
      (element.parentElement as HTMLElement).style.width = `${px}px`;
    }, width);
    await expect.poll(hidden, { message: `at ${width} px` }).toBeLessThan(1);
  }
});

test.for([
  { width: 480, zoom: 1 },
  { width: 480, zoom: 2 },
  { width: 700, zoom: 1 },
])(
  "the controls of an output $width wide are within it, and none lies over another (zoom $zoom)",
  async ({ width, zoom }) => {
    // 200 % zoom halves the pixels that the page has
    const own = Math.round(width / zoom);
    const page = await open({}, { width: own, viewport: { width: own + 32, height: 700 }, deviceScaleFactor: zoom });
    const more = button(page, "More tools");
    if (!(await page.getByRole("combobox", { name: "Colour by" }).count())) await more.click();
    await colourBy(page, "president");
    await tab(page, "Rows").click();
    await expect.poll(() => more.getAttribute("aria-expanded")).toBe("false");
    await searchBox(page).fill("public");
    await expect.poll(() => found(page).textContent()).toContain("nearest in meaning");
    await button(page, "Filter to the rows with the text").click();
    await page.evaluate(() => window.lab.kernel.select([1, 2, 3]));
    await page.getByRole("toolbar", { name: "Selection" }).waitFor();
    const outer = await box(root(page));
    const controls = await page.locator(".ls-bar").locator("button, input, select").all();
    const places = await Promise.all(controls.map(box));
    for (const { x, width: w } of places) {
      expect(x).toBeGreaterThanOrEqual(outer.x);
      expect(x + w).toBeLessThanOrEqual(outer.x + outer.width + 0.5);
    }
    places.forEach((a, i) => {
      for (const b of places.slice(i + 1))
        expect(
          a.x + a.width <= b.x + 0.5 ||
            b.x + b.width <= a.x + 0.5 ||
            a.y + a.height <= b.y + 0.5 ||
            b.y + b.height <= a.y + 0.5,
        ).toBe(true);
    });
  },
);
