/// <reference types="node" />
import type { Locator } from "playwright-core";
import { expect } from "vitest";

/** A picture of an element, once two in a row are the same. */
export async function settledPicture(element: Locator): Promise<Buffer> {
  let before = await element.screenshot();
  await expect
    .poll(async () => {
      const now = await element.screenshot();
      const same = now.equals(before);
      before = now;
      return same;
    })
    .toBe(true);
  return before;
}
