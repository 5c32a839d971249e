/// <reference types="node" />
import type { Locator, Page } from "playwright-core";
import type { Laboratory } from "./browser";
import type { Lab } from "./page";

declare const window: Window & { lab: Lab };

export type Start = Parameters<Lab["start"]>[0];
export type Options = Parameters<Laboratory["open"]>[0] & { width?: number; busy?: boolean };

/** A page that shows one view, with the application there unless the kernel is busy or gone; and the errors that it throws. */
export async function openView(
  laboratory: Laboratory,
  start: Start,
  { width, busy = false, ...options }: Options = {},
): Promise<{ page: Page; errors: string[] }> {
  const { page, errors } = await laboratory.open(options);
  await page.evaluate(
    ([s, w, b]) => {
      window.lab.start(s);
      window.lab.kernel.busy = b;
      return window.lab.show({ width: w });
    },
    [start, width, busy] as const,
  );
  if (!busy && start.kernel !== "gone") await page.waitForSelector(".ls-app:not([data-waiting])");
  return { page, errors };
}

export const root = (page: Page) => page.locator("[data-latentscope]").first();
export const map = (page: Page) => page.locator(".ls-map").first();
export const attribute = (page: Page, name: string) => root(page).getAttribute(`data-${name}`);
export const kernelSelection = (page: Page) => page.evaluate(() => [...window.lab.kernel.state.selection]);
export const kernelLabel = (page: Page, id: number) =>
  page.evaluate((n) => window.lab.kernel.state.content.clusters.find((c) => c.id === n)?.label, id);
export const shows = (page: Page, name: string, value: string) =>
  page.waitForFunction(([n, v]) => document.querySelector(`[data-latentscope][data-${n}="${v}"]`) !== null, [
    name,
    value,
  ] as const);

/** Number of strongly coloured pixels of the points; labels and the like are hidden meanwhile. */
export async function colouredPixels(page: Page): Promise<number> {
  const style = await page.addStyleTag({
    content:
      ".ls-labels, .ls-overlay, .ls-note, .ls-dock { display: none !important } .ls-map { box-shadow: none !important }",
  });
  const png = (await map(page).screenshot()).toString("base64");
  await style.evaluate((node) => (node as HTMLElement).remove());
  return page.evaluate(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    if (!context) return -1;
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, image.width, image.height).data;
    let count = 0;
    for (let i = 0; i < pixels.length; i += 4)
      if (Math.max(pixels[i], pixels[i + 1], pixels[i + 2]) - Math.min(pixels[i], pixels[i + 1], pixels[i + 2]) > 60)
        count++;
    return count;
  }, png);
}

export async function transform(page: Page): Promise<number[]> {
  return ((await map(page).getAttribute("data-transform")) ?? "").split(",").map(Number);
}

export async function box(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const found = await locator.boundingBox();
  if (!found) throw new Error("not on the page");
  return found;
}

/** Drags through corners given as parts of the map area; returns the corners in its CSS pixels. */
export async function drag(page: Page, corners: readonly (readonly [number, number])[]): Promise<number[]> {
  const area = await box(map(page));
  const places = corners.map(([x, y]) => [Math.round(x * area.width), Math.round(y * area.height)]);
  await page.mouse.move(area.x + places[0][0], area.y + places[0][1]);
  await page.mouse.down();
  for (const [x, y] of places.slice(1)) await page.mouse.move(area.x + x, area.y + y, { steps: 6 });
  await page.mouse.up();
  return places.flat();
}
