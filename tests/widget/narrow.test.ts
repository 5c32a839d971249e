/// <reference types="node" />
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { inBrowser } from "./support/in-browser";
import type { Lab } from "./support/page";
import { attribute, box, map, openView, shows } from "./support/view";

declare const window: Window & { lab: Lab };

const { laboratory, watched } = inBrowser();

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const more = (page: Page) => page.getByRole("dialog", { name: "More tools" });
const dock = (page: Page) => page.getByRole("toolbar", { name: "Selection" });

function open(width: number): Promise<Page> {
  const viewport = { width: width + 32, height: 640 };
  return watched(openView(laboratory(), { rows: 2000, clusters: 8 }, { width, viewport, reducedMotion: "reduce" }));
}

async function select(page: Page, cluster: number): Promise<void> {
  const rows = await page.evaluate((id) => {
    const { assignment } = window.lab.kernel.data;
    const inside = Array.from(assignment.keys()).filter((row) => assignment[row] === id);
    window.lab.kernel.select(inside);
    return inside.length;
  }, cluster);
  await shows(page, "selected", String(rows));
}

test.for([320, 400, 480, 700])(
  "the toolbar of an output %i px wide is one line, and the search in it has room",
  async (width) => {
    const page = await open(width);
    await button(page, "More tools").waitFor();
    expect((await box(page.locator(".ls-bar"))).height).toBeLessThan(46);
    expect((await box(page.getByRole("searchbox", { name: "Search rows and clusters" }))).width).toBeGreaterThan(90);
  },
);

test("what a narrow toolbar has no room for is behind a button, and does there what it does elsewhere", async () => {
  const page = await open(400);
  await button(page, "More tools").click();
  await more(page).getByRole("combobox", { name: "Colour by" }).selectOption({ label: "president" });
  await page.getByRole("region", { name: "Legend: president" }).waitFor();
  await more(page).getByRole("button", { name: "Add to selection", exact: true }).click();
  expect(await more(page).getByRole("button", { name: "Redo", exact: true }).isDisabled()).toBe(true);

  await more(page).getByRole("button", { name: "Export", exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "All rows as CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toContain(".csv");
  await expect.poll(() => more(page).count()).toBe(0);

  await button(page, "More tools").press("Enter");
  await more(page).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => more(page).count()).toBe(0);
  await expect
    .poll(() => button(page, "More tools").evaluate((element) => element === document.activeElement))
    .toBe(true);

  await button(page, "More tools").click();
  await map(page).click({ position: { x: 4, y: 4 } });
  await expect.poll(() => more(page).count()).toBe(0);
});

test("on a narrow map the selection is told in one line, which opens to what can be done with it", async () => {
  const page = await open(400);
  await select(page, 1);
  await dock(page).waitFor();
  expect((await box(dock(page))).height).toBeLessThan(40);
  expect(await button(page, "Delete rows").isVisible()).toBe(false);
  await button(page, "Actions").click();
  await button(page, "Tag…").click();
  await page.getByRole("textbox", { name: /tag/i }).fill("kept");
  // the actions give way to what one of them has opened
  expect((await box(dock(page))).height).toBeLessThan(40);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect.poll(() => page.evaluate(() => window.lab.kernel.state.content.tags.has("kept"))).toBe(true);
  await button(page, "Delete rows").click();
  await shows(page, "revision", "2");
  await button(page, "Actions").click();
  expect(await button(page, "Restore rows").isVisible()).toBe(false);
  expect(await attribute(page, "status")).toBe("ready");
});

test("the card over a label lies over what is docked at the edge of the map", async () => {
  const page = await open(400);
  await select(page, 1);
  await dock(page).waitFor();
  const covered = await page.evaluate(() => {
    const bar = document.querySelector(".ls-actions");
    const label = [...document.querySelectorAll<HTMLElement>(".ls-label")].at(-1);
    const area = document.querySelector(".ls-map")?.getBoundingClientRect();
    if (!bar || !label || !area) return null;
    const { x, y, width } = bar.getBoundingClientRect();
    // as the pointer over a label above the dock would
    const place = { clientX: x + width / 3, clientY: y - 45, bubbles: true, pointerId: 1, pointerType: "mouse" };
    label.dispatchEvent(new PointerEvent("pointermove", place));
    return y;
  });
  expect(covered).not.toBeNull();
  const card = page.locator(".ls-card");
  await card.waitFor();
  const over = await card.evaluate((element) => {
    const bar = document.querySelector<HTMLElement>(".ls-actions");
    const [a, b] = [element.getBoundingClientRect(), bar?.getBoundingClientRect()];
    if (!bar || !b) return null;
    const [x, y] = [Math.max(a.left, b.left) + 10, (Math.max(a.top, b.top) + Math.min(a.bottom, b.bottom)) / 2];
    (element as HTMLElement).style.pointerEvents = "auto";
    return {
      meet: a.bottom > b.top && a.right > b.left,
      top: document.elementFromPoint(x, y)?.closest(".ls-card") === element,
    };
  });
  expect(over).toEqual({ meet: true, top: true });
});
