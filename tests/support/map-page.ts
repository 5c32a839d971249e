import type { Locator, Page } from "playwright-core";

/** A point: x, y. */
export type Point = readonly [number, number];

/** Where a normalised position (-1 to 1) is on the map area, in CSS pixels: scale x, scale y, offset x, offset y. */
export type MapTransform = readonly [number, number, number, number];

/** The part of a map view in which the points are. */
export const mapArea = (map: Locator): Locator => map.locator("[data-transform]");

/**
 * Draws a closed line with the mouse button and shift held. `polygon` is in parts of the element's size.
 * Returns its corners in CSS pixels of the element.
 */
export async function lasso(page: Page, element: Locator, polygon: readonly Point[]): Promise<Point[]> {
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
  if (!box) throw new Error("the map is not on the page");
  const corners = polygon.map(([x, y]): Point => [Math.round(x * box.width), Math.round(y * box.height)]);
  const [first, ...rest] = corners;
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + first[0], box.y + first[1]);
  await page.mouse.down();
  for (const [x, y] of [...rest, first]) await page.mouse.move(box.x + x, box.y + y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  return corners;
}

/** The transform of a map area, as it says it. */
export async function mapTransform(area: Locator): Promise<MapTransform> {
  const attribute = await area.getAttribute("data-transform");
  const numbers = (attribute ?? "").split(",").map(Number);
  if (numbers.length !== 4 || numbers.some(Number.isNaN)) throw new Error(`no transform: ${attribute}`);
  return numbers as unknown as MapTransform;
}

/** Rows inside a polygon (even-odd rule), ascending; and those within a pixel of its line. */
export function rowsInside(
  polygon: readonly Point[],
  rows: { readonly x: readonly number[]; readonly y: readonly number[] },
  [scaleX, scaleY, offsetX, offsetY]: MapTransform,
): { inside: number[]; border: number[] } {
  const inside: number[] = [];
  const border: number[] = [];
  rows.x.forEach((x, row) => {
    const point: Point = [x * scaleX + offsetX, rows.y[row] * scaleY + offsetY];
    if (isInside(polygon, point)) inside.push(row);
    if (distanceToLine(polygon, point) <= 1) border.push(row);
  });
  return { inside, border };
}

function edges(polygon: readonly Point[]): (readonly [Point, Point])[] {
  return polygon.map((a, i) => [a, polygon[(i + 1) % polygon.length]] as const);
}

function isInside(polygon: readonly Point[], [x, y]: Point): boolean {
  const crossings = edges(polygon).filter(
    ([[ax, ay], [bx, by]]) => ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax,
  );
  return crossings.length % 2 === 1;
}

function distanceToLine(polygon: readonly Point[], [x, y]: Point): number {
  const distances = edges(polygon).map(([[ax, ay], [bx, by]]) => {
    const [dx, dy] = [bx - ax, by - ay];
    const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(ax + along * dx - x, ay + along * dy - y);
  });
  return Math.min(...distances);
}

/** Share of an element's pixels, as painted on the page, that differ from its most frequent colour. */
export async function ink(page: Page, element: Locator): Promise<number> {
  await element.scrollIntoViewIfNeeded();
  const png = (await element.screenshot()).toString("base64");
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    if (!context) throw new Error("no canvas");
    context.drawImage(image, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
    const counts = new Map<number, number>();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    return 1 - Math.max(...counts.values()) / pixels.length;
  }, png);
}
