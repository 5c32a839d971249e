/// <reference types="node" />
import type { Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import type { ClusterId } from "../../src/scope";
import { inBrowser } from "./support/in-browser";
import type { Lab } from "./support/page";
import { attribute, drag, kernelLabel, kernelSelection, map, openView, root, type Options } from "./support/view";

declare const window: Window & { lab: Lab };

const { laboratory, watched } = inBrowser();

const open = (options: Options = {}): Promise<Page> =>
  watched(openView(laboratory(), { rows: 2000, clusters: 6 }, options));

const tabErrors: string[] = [];
afterEach(() => {
  expect(tabErrors.splice(0)).toEqual([]);
});

/** Opens the map in a tab of its own. */
async function openTab(page: Page): Promise<Page> {
  const opening = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Own tab" }).click();
  const tab = await opening;
  tab.on("pageerror", (error) => tabErrors.push(String(error)));
  await tab.waitForSelector(".ls-app:not([data-waiting])");
  return tab;
}

const legendName = (page: Page) => page.locator(".ls-legend").first();
const status = (page: Page, value: string) => expect.poll(() => attribute(page, "status")).toBe(value);
const rename = async (page: Page, cluster: number, name: string) => {
  const row = page.locator(`[role=row][data-cluster="${cluster}"]`);
  await row.focus();
  await page.keyboard.press("F2");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
};

test("what is selected, renamed and coloured in the tab is so in the kernel and in the cell, and the other way round", async () => {
  const page = await open();
  await page.evaluate(() => {
    window.lab.kernel.edit({ kind: "rename", cluster: 2 as ClusterId, label: "Before the tab" });
    window.lab.kernel.select([5, 3]);
  });
  await expect.poll(() => attribute(page, "selected")).toBe("2");
  const tab = await openTab(page);
  expect(await tab.title()).toBe("blobs");
  await expect.poll(() => attribute(tab, "selected")).toBe("2");
  await expect.poll(() => attribute(tab, "revision")).toBe("1");
  await tab.getByText("Before the tab").first().waitFor();

  await tab.getByRole("button", { name: "Lasso" }).click();
  await drag(tab, [
    [0.02, 0.02],
    [0.02, 0.98],
    [0.6, 0.98],
    [0.6, 0.02],
  ]);
  await expect.poll(async () => (await kernelSelection(page)).length).toBeGreaterThan(100);
  const selected = await kernelSelection(page);
  await expect.poll(() => attribute(page, "selected")).toBe(String(selected.length));

  await rename(tab, 1, "Named <b>there</b>");
  await expect.poll(() => kernelLabel(page, 1)).toBe("Named <b>there</b>");
  await page.getByText("Named <b>there</b>").first().waitFor();
  await tab.getByRole("combobox", { name: /colour/i }).selectOption({ label: "year" });
  await legendName(page).getByText("year", { exact: true }).waitFor();

  await page.bringToFront();
  await rename(page, 0, "Named here");
  await tab.getByText("Named here").first().waitFor();
  await page.evaluate(() => window.lab.kernel.select([7]));
  await expect.poll(() => attribute(tab, "selected")).toBe("1");

  const pinned = await map(tab).boundingBox();
  expect(pinned?.height).toBeGreaterThan(500);
  expect(await tab.getByRole("button", { name: "Own tab" }).count()).toBe(0);
});

test("a second click brings the tab to the front; loaded again, it has what has happened since", async () => {
  const page = await open();
  const tab = await openTab(page);
  await page.bringToFront();
  await page.getByRole("button", { name: "Own tab" }).click();
  await page.evaluate(() => {
    window.lab.kernel.edit({ kind: "rename", cluster: 0 as ClusterId, label: "Since then" });
    window.lab.kernel.select([1, 2, 3]);
  });
  await expect.poll(() => attribute(tab, "selected")).toBe("3");
  expect(page.context().pages()).toHaveLength(2);
  await tab.reload();
  await tab.getByText("Since then").first().waitFor();
  await expect.poll(() => attribute(tab, "selected")).toBe("3");
  await rename(tab, 0, "After loading");
  await expect.poll(() => kernelLabel(page, 0)).toBe("After loading");
});

test("the cell goes on when the tab is closed, which can be opened again", async () => {
  const page = await open();
  await (await openTab(page)).close();
  await page.evaluate(() => window.lab.kernel.select([1, 2]));
  await expect.poll(() => attribute(page, "selected")).toBe("2");
  await rename(page, 0, "Still here");
  await expect.poll(() => kernelLabel(page, 0)).toBe("Still here");
  const tab = await openTab(page);
  await tab.getByText("Still here").first().waitFor();
});

test("the tab stays as it was and says so when the cell's view ends, or its page goes elsewhere", async () => {
  for (const end of [
    (page: Page) => page.evaluate(() => window.lab.views[0].end()),
    (page: Page) => page.goto("about:blank").then(() => undefined),
  ]) {
    const page = await open();
    const tab = await openTab(page);
    await page.evaluate(() => window.lab.kernel.select([1, 2]));
    await expect.poll(() => attribute(tab, "selected")).toBe("2");
    await status(tab, "ready");
    await tab.bringToFront();
    await end(page);
    await tab.getByText("The notebook no longer shows this map.").waitFor();
    await status(tab, "dead");
    expect(await attribute(tab, "selected")).toBe("2");
  }
});

test("the tab notices a kernel that has gone", async () => {
  const page = await open();
  const tab = await openTab(page);
  await status(tab, "ready");
  await page.evaluate(() => {
    window.lab.kernel.closed = true;
  });
  await tab.bringToFront();
  await status(tab, "dead");
});

test("the tab has the theme of the notebook, and changes with it", async () => {
  const page = await open({
    css: `body { --jp-layout-color0: rgb(17, 17, 17); --jp-ui-font-color1: rgb(238, 238, 238) }
      body.light { --jp-layout-color0: rgb(250, 250, 250); --jp-ui-font-color1: rgb(20, 20, 20) }`,
  });
  const tab = await openTab(page);
  const background = () => root(tab).evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await background()).toBe("rgb(17, 17, 17)");
  expect(await tab.evaluate(() => document.documentElement.style.colorScheme)).toBe("dark");
  await page.evaluate(() => document.body.classList.add("light"));
  await expect.poll(background).toBe("rgb(250, 250, 250)");
  expect(await tab.evaluate(() => document.documentElement.style.colorScheme)).toBe("light");
});

test("a browser that opens no tab is said on the map", async () => {
  const page = await open();
  await page.evaluate(() => {
    window.open = () => null;
  });
  await page.getByRole("button", { name: "Own tab" }).click();
  await page
    .getByText(/blocked the tab/)
    .first()
    .waitFor();
});
