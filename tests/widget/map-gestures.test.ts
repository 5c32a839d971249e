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
/** Clusters of the first two labels. */
const firstTwo = (page: Page) =>
  page
    .locator(".ls-label")
    .evaluateAll((all) => all.slice(0, 2).map((element) => Number((element as HTMLElement).dataset.cluster)));
const middle = async (page: Page, cluster: number): Promise<[number, number]> => {
  const { x, y, width, height } = await box(label(page, cluster));
  return [x + width / 2, y + height / 2];
};
const labels = (page: Page) =>
  page.evaluate(() => window.lab.kernel.state.content.clusters.map(({ label: text }) => text));

test("a label dragged onto another merges the two; Escape, or nothing under it, ends the drag", async () => {
  const page = await open({ rows: 2000, clusters: 6 });
  const [carried, into] = await firstTwo(page);
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

test("a label taken up by a finger that rests on it merges into the label where the finger lets go", async () => {
  const page = await open({ rows: 2000, clusters: 6 }, { hasTouch: true });
  const touch = await page.context().newCDPSession(page);
  const send = (type: "touchStart" | "touchMove" | "touchEnd" | "touchCancel", ...points: [number, number][]) =>
    touch.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  const [carried, into] = await firstTwo(page);
  const before = await labels(page);
  const name = await label(page, into).getAttribute("title");
  const [from, to] = [await middle(page, carried), await middle(page, into)];
  const halfway: [number, number] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const view = await transform(page);

  // a call comes in, or the system takes the touch: nothing is merged
  await send("touchStart", from);
  await page.locator('.ls-map[data-dragging="carry"] .ls-ghost').waitFor();
  await send("touchMove", to);
  await page.locator(".ls-ghost[data-target]").waitFor();
  await send("touchCancel");
  await expect.poll(() => page.locator(".ls-ghost").count()).toBe(0);
  expect(await attribute(page, "revision")).toBe("0");

  // a second finger ends it, too
  await send("touchStart", from);
  await page.locator(".ls-ghost").waitFor();
  await send("touchStart", from, halfway);
  await expect.poll(() => page.locator(".ls-ghost").count()).toBe(0);
  await send("touchEnd");
  expect(await attribute(page, "revision")).toBe("0");
  expect(await transform(page)).toEqual(view);

  await send("touchStart", from);
  await page.locator('.ls-map[data-dragging="carry"] .ls-ghost').waitFor();
  await send("touchMove", halfway);
  await send("touchMove", to);
  await page.locator(".ls-ghost[data-target]").waitFor();
  await page.locator(`.ls-contours [data-cluster="${into}"][data-reason="target"]`).waitFor();
  await send("touchEnd");
  await shows(page, "revision", "1");
  const after = await labels(page);
  expect(after).toHaveLength(before.length - 1);
  expect(after).toContain(name);
  expect(await transform(page)).toEqual(view);
  expect(await kernelSelection(page)).toEqual([]);
});

test("a finger that rests on a label and lets go there is a slow tap: the cluster is selected, and nothing is merged", async () => {
  const page = await open({ rows: 2000, clusters: 6 }, { hasTouch: true });
  const touch = await page.context().newCDPSession(page);
  const cluster = Number(await page.locator(".ls-label").first().getAttribute("data-cluster"));
  const rows = await page.evaluate(
    (id) => window.lab.kernel.data.assignment.filter((other) => other === id).length,
    cluster,
  );
  const [x, y] = await middle(page, cluster);
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
  await page.locator(".ls-ghost").waitFor();
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await expect.poll(() => page.locator(".ls-ghost").count()).toBe(0);
  expect(await attribute(page, "revision")).toBe("0");
  await expect.poll(async () => (await kernelSelection(page)).length).toBe(rows);
});

test("a pen that rests before it moves draws a lasso, adds to it with shift at once, and pans when it moves at once", async () => {
  const page = await open({ rows: 2000, clusters: 6 });
  const pen = await page.context().newCDPSession(page);
  const area = await box(map(page));
  const send = (type: "mousePressed" | "mouseMoved" | "mouseReleased", x: number, y: number, modifiers = 0) =>
    pen.send("Input.dispatchMouseEvent", {
      type,
      x: area.x + x * area.width,
      y: area.y + y * area.height,
      button: "left",
      buttons: type === "mouseReleased" ? 0 : 1,
      clickCount: 1,
      modifiers,
      pointerType: "pen",
    });
  const half = (from: number, to: number) =>
    [
      [from, 0.97],
      [to, 0.97],
      [to, 0.03],
      [from, 0.03],
    ] as const;

  await send("mousePressed", 0.03, 0.05);
  await page.locator('.ls-map[data-dragging="lasso"]').waitFor();
  for (const [x, y] of half(0.03, 0.5)) await send("mouseMoved", x, y);
  await page.locator(".ls-drawing").waitFor();
  await send("mouseReleased", 0.03, 0.05);
  await expect.poll(async () => (await kernelSelection(page)).length).toBeGreaterThan(100);
  const left = (await kernelSelection(page)).length;
  expect(left).toBeLessThan(1990);

  const shift = 8;
  await send("mousePressed", 0.97, 0.05, shift);
  for (const [x, y] of half(0.97, 0.45)) await send("mouseMoved", x, y, shift);
  await send("mouseReleased", 0.97, 0.05, shift);
  await expect.poll(async () => (await kernelSelection(page)).length).toBeGreaterThan(left + 100);

  const before = await transform(page);
  await send("mousePressed", 0.03, 0.05);
  await send("mouseMoved", 0.1, 0.1);
  await send("mouseMoved", 0.2, 0.1);
  await send("mouseReleased", 0.2, 0.1);
  await expect.poll(async () => (await transform(page))[2]).toBeGreaterThan(before[2] + 20);
});
