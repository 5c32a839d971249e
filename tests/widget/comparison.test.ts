/// <reference types="node" />
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pictureFile } from "../support/chromium";
import { laboratory, type Laboratory } from "./support/browser";
import type { Lab } from "./support/page";

declare const window: Window & { lab: Lab };

let lab: Laboratory;
beforeAll(async () => {
  lab = await laboratory();
});
afterAll(() => lab?.close());

const ROWS = 600;

async function open(
  width?: number,
  colorScheme: "light" | "dark" = "light",
): Promise<{ page: Page; errors: string[] }> {
  const { page, errors } = await lab.open({ colorScheme, viewport: { width: 1240, height: 820 } });
  await page.evaluate(
    ([rows, w]) => {
      window.lab.start({ rows, clusters: 8 });
      return window.lab.compare({ width: w });
    },
    [ROWS, width ?? 1180] as const,
  );
  for (const side of [0, 1]) await page.locator(".ls-app:not([data-waiting])").nth(side).waitFor();
  return { page, errors };
}

const maps = (page: Page) => page.locator("[data-latentscope]");
const selections = (page: Page) =>
  page.evaluate(() => [window.lab.kernel, window.lab.other].map(({ state }) => [...state.selection]));

test("what is selected in one map is in the other, whichever it was, and in both kernels", async () => {
  const { page, errors } = await open();
  await page.evaluate(() => window.lab.kernel.select([5, 3]));
  await expect
    .poll(() => selections(page))
    .toEqual([
      [5, 3],
      [5, 3],
    ]);
  await page.evaluate(() => window.lab.other.select([7]));
  await expect.poll(() => selections(page)).toEqual([[7], [7]]);
  for (const side of [0, 1]) await expect.poll(() => maps(page).nth(side).getAttribute("data-selected")).toBe("1");
  await maps(page).nth(1).locator(".ls-map").press("Escape");
  await expect.poll(() => selections(page)).toEqual([[], []]);
  expect(errors).toEqual([]);
});

test("the row under the pointer is ringed in both", async () => {
  const { page } = await open();
  const first = maps(page).nth(0);
  const place = await first.locator(".ls-map").evaluate((map) => {
    const [sx, sy, ox, oy] = (map.getAttribute("data-transform") ?? "").split(",").map(Number);
    const { positions, assignment } = window.lab.kernel.data;
    // away from the labels
    const row = assignment.findIndex((id) => id === -1);
    const [x, y] = [positions[2 * row], positions[2 * row + 1]].map((v) => (v / 65535) * 2 - 1);
    return { x: sx * x + ox, y: sy * y + oy };
  });
  await first.locator(".ls-map").hover({ position: place });
  await maps(page).nth(0).locator(".ls-ring").waitFor();
  await maps(page).nth(1).locator(".ls-ring").waitFor();
  await page.mouse.move(4, 4);
  await expect.poll(() => page.locator(".ls-ring").count()).toBe(0);
});

test("below is which clusters became which; a click selects the rows of a pair in both", async () => {
  const { page, errors } = await open();
  const pair = page.getByRole("list", { name: "Which clusters became which" }).getByRole("button").first();
  const shared = await page.evaluate(() => {
    const [a, b] = [window.lab.kernel, window.lab.other].map(({ state }) => state.content.assignment);
    const counts = new Map<string, number[]>();
    a.forEach((id, row) => {
      if (id < 0 || b[row] < 0) return;
      const key = `${id} ${b[row]}`;
      counts.set(key, [...(counts.get(key) ?? []), row]);
    });
    return [...counts.values()].reduce((most, rows) => (rows.length > most.length ? rows : most));
  });
  expect(await pair.textContent()).toContain(`${shared.length} rows`);
  await pair.click();
  await expect
    .poll(async () => (await selections(page)).map((rows) => rows.length))
    .toEqual([shared.length, shared.length]);
  expect(errors).toEqual([]);
});

test("colours are each map's own, those of one, or how far rows moved, with its legend", async () => {
  const { page, errors } = await open();
  const legends = page.locator(".ls-legend");
  await page.screenshot({ path: pictureFile("comparison-own") });
  await page.getByRole("combobox", { name: "Colours", exact: true }).selectOption("moved");
  await expect.poll(() => legends.count()).toBe(2);
  await page.screenshot({ path: pictureFile("comparison-moved") });
  await page.getByRole("combobox", { name: "Colours", exact: true }).selectOption("a");
  await expect.poll(() => legends.count()).toBe(0);
  await page.screenshot({ path: pictureFile("comparison-left") });
  await page.evaluate(() => window.lab.views[0].end());
  expect(await page.locator(".latentscope").count()).toBe(0);
  expect(errors).toEqual([]);
});

test("on a narrow output the maps are one below the other, also in the dark", async () => {
  const { page } = await open(480, "dark");
  const [a, b] = await Promise.all([0, 1].map((side) => maps(page).nth(side).boundingBox()));
  expect(b?.x).toBe(a?.x);
  expect(b?.y ?? 0).toBeGreaterThan((a?.y ?? 0) + (a?.height ?? 0));
  await page.screenshot({ path: pictureFile("comparison-narrow"), fullPage: true });
});
