/// <reference types="node" />
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { inBrowser } from "./support/in-browser";
import type { Lab } from "./support/page";
import {
  attribute,
  box,
  kernelSelection,
  map,
  openView,
  shows,
  transform,
  type Options,
  type Start,
} from "./support/view";

declare const window: Window & { lab: Lab };

const { laboratory, watched } = inBrowser();

const open = (start: Start, options: Options = {}): Promise<Page> => watched(openView(laboratory(), start, options));

const label = (page: Page, cluster: number) => page.locator(`.ls-label[data-cluster="${cluster}"]`);
const middle = async (page: Page, cluster: number): Promise<[number, number]> => {
  const { x, y, width, height } = await box(label(page, cluster));
  return [x + width / 2, y + height / 2];
};
const labels = (page: Page) =>
  page.evaluate(() => window.lab.kernel.state.content.clusters.map(({ label: text }) => text));

test("a label dragged onto another merges the two; Escape, or nothing under it, ends the drag", async () => {
  const page = await open({ rows: 2000, clusters: 6 });
  const [carried, into] = await page
    .locator(".ls-label")
    .evaluateAll((all) => all.slice(0, 2).map((element) => Number((element as HTMLElement).dataset.cluster)));
  const before = await labels(page);
  const name = await label(page, into).getAttribute("title");
  const [from, to] = [await middle(page, carried), await middle(page, into)];
  const view = await transform(page);

  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps: 4 });
  await page.locator(".ls-ghost[data-target]").waitFor();
  await page.locator(`.ls-contours [data-cluster="${into}"][data-reason="target"]`).waitFor();
  await page.keyboard.press("Escape");
  expect(await page.locator(".ls-ghost").count()).toBe(0);
  await page.mouse.up();
  expect(await attribute(page, "revision")).toBe("0");

  const area = await box(map(page));
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(area.x + 4, area.y + area.height - 4, { steps: 4 });
  await page.mouse.up();
  await page.getByText(/Drop a label on another cluster/).waitFor();
  expect(await page.locator(".ls-ghost").count()).toBe(0);
  expect(await transform(page)).toEqual(view);

  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps: 4 });
  await page.mouse.up();
  await shows(page, "revision", "1");
  const after = await labels(page);
  expect(after).toHaveLength(before.length - 1);
  expect(after).toContain(name);
  // the drag was no click
  expect(await kernelSelection(page)).toEqual([]);
});

test("a finger that rests before it moves draws a lasso; one that moves at once pans, and a tap is a click", async () => {
  const page = await open({ rows: 2000, clusters: 6 }, { hasTouch: true });
  const touch = await page.context().newCDPSession(page);
  const area = await box(map(page));
  const at = (x: number, y: number) => [{ x: area.x + x * area.width, y: area.y + y * area.height }];
  const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number; y: number }[]) =>
    touch.send("Input.dispatchTouchEvent", { type, touchPoints });
  const corners = [
    [0.03, 0.97],
    [0.97, 0.97],
    [0.97, 0.03],
    [0.03, 0.03],
  ] as const;
  await map(page).focus();

  await send("touchStart", at(0.03, 0.05));
  await page.locator('.ls-map[data-dragging="lasso"]').waitFor();
  for (const [x, y] of corners) await send("touchMove", at(x, y));
  await send("touchEnd", []);
  await expect.poll(async () => (await kernelSelection(page)).length).toBeGreaterThan(1900);

  const before = await transform(page);
  await send("touchStart", at(0.03, 0.05));
  await send("touchMove", at(0.1, 0.1));
  await send("touchMove", at(0.2, 0.1));
  await send("touchEnd", []);
  await expect.poll(async () => (await transform(page))[2]).toBeGreaterThan(before[2] + 20);

  const [x, y] = await middle(page, Number(await page.locator(".ls-label").first().getAttribute("data-cluster")));
  await page.touchscreen.tap(x, y);
  await expect.poll(async () => (await kernelSelection(page)).length).toBeLessThan(1500);
  expect(await page.locator(".ls-contours [data-reason=selected]").count()).toBe(1);
});

test("themes are on the whole map, their clusters when one comes closer; a click on a theme selects all of it", async () => {
  const page = await watched(laboratory().open());
  await page.evaluate(() => {
    window.lab.start({ rows: 6000, clusters: 36 });
    window.lab.kernel.themes = [0, 1].map((i) => ({
      label: `Theme ${i}`,
      clusters: Array.from({ length: 18 }, (_, k) => 18 * i + k) as never[],
    }));
    return window.lab.show();
  });
  await page.waitForSelector(".ls-app:not([data-waiting])");
  const theme = page.locator(".ls-theme", { hasText: "Theme 1" });
  await theme.click();
  const rows = await page.evaluate(() => window.lab.kernel.data.assignment.filter((id) => id >= 18).length);
  await expect.poll(async () => (await kernelSelection(page)).length).toBe(rows);
  await map(page).focus();
  for (let i = 0; i < 12; i++) await page.keyboard.press("+");
  await expect.poll(() => page.locator(".ls-theme").count()).toBe(0);
});
