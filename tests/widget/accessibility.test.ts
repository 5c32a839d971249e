/// <reference types="node" />
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { inBrowser } from "./support/in-browser";
import type { Lab } from "./support/page";
import { openView } from "./support/view";

declare const window: Window & { lab: Lab; axe: { run(options: RunOptions): Promise<AxeResults> } };

const { laboratory, watched } = inBrowser();
let axe = "";

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
});

/** What is against WCAG 2 A and AA on the page as it is. */
async function violations(page: Page): Promise<string[]> {
  // what is still appearing has not its contrast yet
  await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => null))));
  return page.evaluate(async () => {
    const { violations: found } = await window.axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
      // the page of the harness is no document of ours
      rules: { "html-has-lang": { enabled: false }, "document-title": { enabled: false } },
    });
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}

test.for([
  { colorScheme: "light" as const, width: 960 },
  { colorScheme: "dark" as const, width: 960 },
  { colorScheme: "light" as const, width: 480 },
])("nothing that is shown keeps anybody out ($colorScheme, $width px)", async ({ colorScheme, width }) => {
  const page = await watched(
    openView(
      laboratory(),
      { rows: 1000, clusters: 6 },
      { colorScheme, width, viewport: { width: width + 40, height: 700 }, reducedMotion: "reduce" },
    ),
  );
  await page.evaluate(axe);
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const more = button("More tools");
  const showMore = async () => ((await more.count()) ? more.click() : undefined);
  expect(await violations(page)).toEqual([]);

  await page.evaluate(() => window.lab.kernel.edit({ kind: "tag", rows: "0-99" as never, tag: "check" }));
  await page.getByRole("combobox", { name: "Colour by" }).selectOption({ label: "year" });
  await page.getByRole("region", { name: "Legend: year" }).waitFor();
  const fold = button("year");
  if ((await fold.getAttribute("aria-expanded")) === "false") await fold.click();
  await page.getByRole("slider", { name: "year, from" }).focus();
  await page.keyboard.press("PageUp");
  expect(await violations(page)).toEqual([]);

  await page.getByRole("combobox", { name: "Colour by" }).selectOption({ label: "president" });
  await page.getByRole("group", { name: "president" }).waitFor();
  await page.getByRole("tab", { name: "Rows" }).click();
  await page.getByRole("searchbox", { name: "Search rows and clusters" }).fill("public");
  await button("Select the rows nearest in meaning").waitFor();
  expect(await violations(page)).toEqual([]);

  await page.locator(".ls-grid-row").first().click();
  await page.locator(".ls-neighbour").first().waitFor();
  expect(await violations(page)).toEqual([]);
  await button("Close card").click();

  await button("Select the rows nearest in meaning").click();
  await button("What the selection is made of").click();
  await page.getByRole("group", { name: "Parts of the selection" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");

  await showMore();
  await button("Export").click();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");

  await page.getByRole("tab", { name: "Clusters" }).click();
  await page.locator("[role=row][data-cluster='1']").click();
  if (await button("Actions").isVisible()) await button("Actions").click();
  await button("Split…").click();
  await page.getByRole("textbox", { name: "Label of part 1" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");

  await showMore();
  await button("Shortcuts").click();
  await page.getByRole("dialog", { name: "Shortcuts" }).waitFor();
  expect(await violations(page)).toEqual([]);
});
