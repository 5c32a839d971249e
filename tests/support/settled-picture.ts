/// <reference types="node" />
import type { Locator } from "playwright-core";
import { PNG } from "pngjs";
import { expect } from "vitest";

/** A still picture may differ from one time to the next by so much in a channel: the browser puts it together from tiles. */
const ROUNDING = 2;

/** A picture of an element, once two in a row look the same. */
export async function settledPicture(element: Locator): Promise<Buffer> {
  let before = await element.screenshot();
  await expect
    .poll(async () => {
      const now = await element.screenshot();
      const same = looksSame(now, before);
      before = now;
      return same;
    })
    .toBe(true);
  return before;
}

function looksSame(one: Buffer, other: Buffer): boolean {
  if (one.equals(other)) return true;
  const [a, b] = [PNG.sync.read(one), PNG.sync.read(other)];
  return a.width === b.width && a.data.every((value, i) => Math.abs(value - b.data[i]) <= ROUNDING);
}
