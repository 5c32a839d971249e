/// <reference types="node" />
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { inBrowser } from "./support/in-browser";
import type { Lab } from "./support/page";
import { map, openView, shows } from "./support/view";

declare const window: Window & { lab: Lab };

const { laboratory, watched } = inBrowser();

/** The clusters whose contours are drawn, and why. */
const contours = (page: Page) =>
  page
    .locator(".ls-contours g[data-cluster]")
    .evaluateAll((groups) =>
      groups.map((group) => [(group as SVGElement).dataset.cluster, (group as SVGElement).dataset.reason]),
    );
const row = (page: Page, cluster: number) => page.locator(`[role=row][data-cluster='${cluster}']`);

test("a row of the list that is hovered or reached by keys has its cluster pointed out on the map, as its label does", async () => {
  const page = await watched(openView(laboratory(), { rows: 2000, clusters: 8 }, { reducedMotion: "reduce" }));
  await row(page, 3).hover();
  await expect.poll(() => contours(page)).toEqual([["3", "hovered"]]);
  await row(page, 5).hover();
  await expect.poll(() => contours(page)).toEqual([["5", "hovered"]]);
  await page.locator(".ls-label[data-cluster='2']").hover();
  await expect.poll(() => contours(page)).toEqual([["2", "hovered"]]);
  await page.getByRole("searchbox", { name: "Filter clusters" }).hover();
  await expect.poll(() => contours(page)).toEqual([]);

  await page.getByRole("searchbox", { name: "Filter clusters" }).focus();
  await page.keyboard.press("Tab");
  const first = await page.locator("[role=row]").first().getAttribute("data-cluster");
  await expect.poll(() => contours(page)).toEqual([[first, "hovered"]]);
  await page.keyboard.press("ArrowDown");
  const second = await page.locator("[role=row]").nth(1).getAttribute("data-cluster");
  await expect.poll(() => contours(page)).toEqual([[second, "hovered"]]);
  await map(page).focus();
  await expect.poll(() => contours(page)).toEqual([]);
});

test("a row that goes away under the pointer leaves nothing pointed out", async () => {
  const page = await watched(openView(laboratory(), { rows: 2000, clusters: 8 }, { reducedMotion: "reduce" }));
  await row(page, 3).hover();
  await expect.poll(() => contours(page)).toEqual([["3", "hovered"]]);
  await page.evaluate(() => window.lab.kernel.edit({ kind: "merge", clusters: [1, 3] as never }));
  await shows(page, "revision", "1");
  await expect.poll(async () => (await contours(page)).filter(([cluster]) => cluster === "3")).toEqual([]);
});
