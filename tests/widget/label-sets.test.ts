/// <reference types="node" />
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { LabelSet } from "../../src/scope";
import { inBrowser } from "./support/in-browser";
import type { Lab } from "./support/page";
import { openView, shows } from "./support/view";

declare const window: Window & { lab: Lab };

const { laboratory, watched } = inBrowser();

const labelSets: readonly LabelSet[] = [
  { id: "cluster-001-labels-001", model: "latentscope-keywords", labels: 6, created: "2026-01-02T03:04:05.000Z" },
  { id: "cluster-001-labels-002", model: "openai-test", labels: 6, created: "2026-02-03T04:05:06.000Z" },
];
const open = (sets: readonly LabelSet[]): Promise<Page> =>
  watched(openView(laboratory(), { rows: 1000, clusters: 6, labelSets: sets }));
const choice = (page: Page) => page.getByRole("combobox", { name: "Labels of" });
const label = (page: Page, text: string) => page.locator(".ls-label").filter({ hasText: text }).first();

test("the labels of another model are taken in one step that can be undone; over a label it is told where it came from", async () => {
  const page = await open(labelSets);
  const before = await page.locator("[role=row][data-cluster] .ls-name").allInnerTexts();
  await choice(page).selectOption("cluster-001-labels-002");
  await expect.poll(() => label(page, "labels-002 3").count()).toBe(1);
  await shows(page, "revision", "1");
  await label(page, "labels-002 3").hover();
  const card = page.locator(".ls-card");
  await expect
    .poll(() => card.innerText())
    .toMatch(/What a language model says\.\s+Named by openai-test · .*2026.* · from 3 rows · 1,234 tokens/);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect.poll(() => page.locator("[role=row][data-cluster] .ls-name").allInnerTexts()).toEqual(before);
  expect(await page.evaluate(() => window.lab.kernel.state.log.length)).toBe(2);
});

test("with labels of one model only there is nothing to choose", async () => {
  const page = await open(labelSets.slice(0, 1));
  await expect
    .poll(() => page.evaluate(() => window.lab.kernel.received.some(({ type }) => type === "label-sets")))
    .toBe(true);
  await expect.poll(() => page.getByRole("row").count()).toBeGreaterThan(6);
  expect(await choice(page).count()).toBe(0);
});
