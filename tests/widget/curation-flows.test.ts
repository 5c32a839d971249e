/// <reference types="node" />
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { dequantise, type Edit } from "../../src/scope";
import { blobs } from "./support/blobs";
import { inBrowser } from "./support/in-browser";
import type { Lab } from "./support/page";
import {
  attribute,
  box,
  colouredPixels,
  drag,
  kernelLabel,
  kernelSelection,
  map,
  openView,
  root,
  shows,
  transform,
  type Options,
  type Start,
} from "./support/view";

declare const window: Window & { lab: Lab };

const { laboratory, watched } = inBrowser();

const open = (start: Partial<Start> = {}, options: Options = {}): Promise<Page> =>
  watched(openView(laboratory(), { rows: 1000, clusters: 6, ...start }, options));

const data = blobs(1000, 6);
const rowsOf = (id: number) => Array.from(data.assignment.keys()).filter((row) => data.assignment[row] === id);
const bySize = [0, 1, 2, 3, 4, 5].sort((a, b) => rowsOf(b).length - rowsOf(a).length || a - b);

const listRow = (page: Page, id: number) => page.locator(`[role=row][data-cluster="${id}"]`);
const bar = (page: Page) => page.getByRole("toolbar", { name: "Selection" });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const dialog = (page: Page, name: string) => page.getByRole("dialog", { name, exact: true });
const spoken = (page: Page) => page.locator(".ls-spoken").first().textContent();
const problem = (page: Page) => page.locator(".ls-problem").first();
const mapLabels = (page: Page) =>
  page.locator(".ls-label").evaluateAll((labels) => labels.map((label) => (label as HTMLElement).title));
const kernelRows = (page: Page, id: number) =>
  page.evaluate((n) => [...window.lab.kernel.state.content.assignment].flatMap((c, row) => (c === n ? [row] : [])), id);
const kernelDeleted = (page: Page) =>
  page.evaluate(() => [...window.lab.kernel.state.content.deleted].flatMap((flag, row) => (flag ? [row] : [])));
const kernelTags = (page: Page) =>
  page.evaluate(() => [...window.lab.kernel.state.content.tags].map(([tag, rows]) => [tag, rows.length]));
const inCell = (page: Page, edit: Edit) => page.evaluate((e) => window.lab.kernel.edit(e), edit);
const undo = (page: Page) => page.getByRole("button", { name: "Undo" }).click();
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));

test("nothing selected, no actions; rows are moved to a cluster by keys alone, which is undone", async () => {
  const page = await open();
  expect(await bar(page).count()).toBe(0);
  const from = bySize[3];
  const to = bySize[1];
  const label = (await kernelLabel(page, to)) ?? "";
  await listRow(page, from).focus();
  await page.keyboard.press("Enter");
  await bar(page).waitFor();
  await button(page, "Move to…").focus();
  await page.keyboard.press("Enter");
  const input = dialog(page, "Move rows").getByRole("combobox", { name: "Cluster" });
  await input.waitFor();
  // Escape gives the focus back
  await page.keyboard.press("Escape");
  expect(await dialog(page, "Move rows").count()).toBe(0);
  await expect.poll(() => focused(page)).toBe("Move to…");
  await page.keyboard.press("Enter");
  await page.keyboard.type(label.slice(0, 6));
  const listed = page.getByRole("listbox").getByRole("option");
  expect(await listed.first().textContent()).toContain(label);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  expect(await page.getByRole("listbox").getByRole("option", { selected: true }).textContent()).toContain(label);
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await kernelRows(page, to)).length).toBe(rowsOf(from).length + rowsOf(to).length);
  await expect.poll(() => spoken(page)).toBe(`${rowsOf(from).length} rows moved to ${label}`);
  expect(await listRow(page, from).count()).toBe(0);
  await undo(page);
  await expect.poll(() => kernelRows(page, from)).toEqual(rowsOf(from));
});

test("rows are moved out of all clusters, and to a new one whose label is only text", async () => {
  const page = await open();
  await listRow(page, 2).click();
  await button(page, "Move to…").click();
  await page.keyboard.type("Unclus");
  await page.keyboard.press("Enter");
  await expect.poll(() => kernelRows(page, 2)).toEqual([]);
  await button(page, "Move to…").click();
  await page.keyboard.type("<i>عربي</i>");
  await page.getByRole("option", { name: /New cluster/ }).click();
  await expect.poll(() => kernelLabel(page, 6)).toBe("<i>عربي</i>");
  await expect.poll(() => kernelRows(page, 6)).toEqual(rowsOf(2));
  expect(await listRow(page, 6).locator(".ls-name").textContent()).toBe("<i>عربي</i>");
  expect(await page.locator("[data-latentscope] i").count()).toBe(0);
  await undo(page);
  await undo(page);
  await expect.poll(() => kernelRows(page, 2)).toEqual(rowsOf(2));
});

test("tags are given and taken, for all rows of the selection; the chip of a tag selects its rows", async () => {
  const page = await open();
  const [some, more] = [rowsOf(0), rowsOf(1)];
  await listRow(page, 0).click();
  await button(page, "Tag…").focus();
  await page.keyboard.press("Enter");
  await dialog(page, "Tag rows").getByRole("textbox", { name: "New tag" }).waitFor();
  await page.keyboard.type("a/b");
  await page.keyboard.press("Enter");
  await expect.poll(() => problem(page).textContent()).toMatch(/character "\/"/);
  await dialog(page, "Tag rows").getByRole("textbox", { name: "New tag" }).fill("check");
  await page.keyboard.press("Enter");
  await expect.poll(() => kernelTags(page)).toEqual([["check", some.length]]);
  const box = page.getByRole("checkbox", { name: "check" });
  await expect.poll(() => box.getAttribute("aria-checked")).toBe("true");
  await page.keyboard.press("Escape");
  await listRow(page, 1).click({ modifiers: ["Shift"] });
  await button(page, "Tag…").click();
  await expect.poll(() => box.getAttribute("aria-checked")).toBe("mixed");
  await box.click();
  await expect.poll(() => kernelTags(page)).toEqual([["check", some.length + more.length]]);
  await box.click();
  await expect.poll(() => kernelTags(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await undo(page);
  await undo(page);
  await expect.poll(() => kernelTags(page)).toEqual([["check", some.length]]);
  await page
    .getByRole("group", { name: "Tags" })
    .getByRole("button", { name: `check ${some.length}` })
    .click();
  await expect.poll(() => kernelSelection(page)).toEqual(some);
});

test("deleted rows are neither drawn nor hit nor counted, until they are to be shown; they are restored", async () => {
  const page = await open();
  const before = await colouredPixels(page);
  const all = [0, 1, 2, 3, 4, 5].flatMap(rowsOf).sort((a, b) => a - b);
  await page.evaluate((rows) => window.lab.kernel.select(rows), all);
  await expect.poll(() => attribute(page, "selected")).toBe(String(all.length));
  await map(page).focus();
  await page.keyboard.press("Delete");
  await expect.poll(() => kernelDeleted(page)).toEqual(all);
  await expect.poll(() => attribute(page, "deleted")).toBe(String(all.length));
  await expect.poll(() => spoken(page)).toBe(`${all.length} rows deleted`);
  await expect.poll(() => colouredPixels(page)).toBeLessThan(before / 20);
  expect(await page.locator(".ls-label").count()).toBe(0);
  expect(await listRow(page, 0).count()).toBe(0);
  await page.keyboard.press("Escape");
  const everything = [
    [0.01, 0.01],
    [0.99, 0.01],
    [0.99, 0.99],
    [0.01, 0.99],
  ] as const;
  await page.getByRole("button", { name: "Lasso" }).click();
  await drag(page, everything);
  await expect.poll(() => kernelSelection(page)).toEqual(rowsOf(-1));
  await page.locator("[data-deleted-rows]").click();
  await expect.poll(() => kernelSelection(page)).toEqual(all);
  await drag(page, everything);
  await expect.poll(async () => (await kernelSelection(page)).length).toBe(1000);
  await button(page, "Restore rows").click();
  await expect.poll(() => kernelDeleted(page)).toEqual([]);
  expect(await page.locator("[data-deleted-rows]").count()).toBe(0);
  await undo(page);
  await undo(page);
  await expect.poll(() => kernelDeleted(page)).toEqual([]);
  await page.evaluate(() => window.lab.kernel.select([]));
  await expect.poll(() => colouredPixels(page)).toBeGreaterThan(before * 0.9);
});

test("the card of a row tells its tags, and that it is deleted", async () => {
  const page = await open();
  const row = rowsOf(-1)[4];
  await inCell(page, { kind: "tag", rows: String(row) as never, tag: "odd & even" });
  await inCell(page, { kind: "delete", rows: String(row) as never });
  const area = await box(map(page));
  const [scaleX, scaleY, offsetX, offsetY] = await transform(page);
  const x = area.x + scaleX * dequantise(data.positions[2 * row]) + offsetX;
  const y = area.y + scaleY * dequantise(data.positions[2 * row + 1]) + offsetY;
  const card = page.locator(".ls-card");
  await page.mouse.move(x - 3, y);
  await page.mouse.move(x, y);
  if (await card.count()) expect(await card.textContent()).not.toContain(`#${row}`);
  await page.locator("[data-deleted-rows]").click();
  await page.mouse.move(x - 3, y);
  await page.mouse.move(x, y);
  await expect.poll(() => card.textContent()).toContain(`deleted#${row}`);
  expect(await card.textContent()).toContain("odd & even");
});

test("whole clusters are merged with the key m: under the label of the largest, or another", async () => {
  const page = await open();
  const [largest, second, third] = bySize;
  const kept = await kernelLabel(page, largest);
  await listRow(page, second).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("m");
  expect(await dialog(page, "Merge clusters").count()).toBe(0);
  await listRow(page, largest).focus();
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("m");
  const input = dialog(page, "Merge clusters").getByRole("textbox", { name: "Label" });
  expect(await input.getAttribute("placeholder")).toBe(kept);
  await page.keyboard.press("Enter");
  await expect.poll(() => kernelRows(page, second)).toEqual([]);
  expect(await kernelLabel(page, largest)).toBe(kept);
  await expect.poll(() => spoken(page)).toContain(`2 clusters merged into ${kept}`);
  await listRow(page, third).click({ modifiers: ["Control"] });
  await button(page, "Merge…").click();
  await page.keyboard.type("Three in one");
  await dialog(page, "Merge clusters").getByRole("button", { name: "Merge" }).click();
  await expect.poll(() => kernelLabel(page, largest)).toBe("Three in one");
  await undo(page);
  await undo(page);
  await expect.poll(() => kernelRows(page, second)).toEqual(rowsOf(second));
  expect(await kernelLabel(page, largest)).toBe(kept);
});

test("one whole cluster is renamed and relabelled; stale labels are marked and made anew, which takes its time", async () => {
  const page = await open();
  await listRow(page, 3).click();
  await button(page, "Rename cluster").click();
  await page.keyboard.type("By hand");
  await page.keyboard.press("Enter");
  await expect.poll(() => kernelLabel(page, 3)).toBe("By hand");
  const [row] = rowsOf(4);
  await inCell(page, { kind: "delete", rows: String(row) as never });
  await expect.poll(() => listRow(page, 4).textContent()).toContain("stale");
  expect(await listRow(page, 3).textContent()).not.toContain("stale");
  await page.evaluate(() => (window.lab.kernel.busy = true));
  const stale = button(page, "Relabel stale labels");
  expect(await stale.textContent()).toBe("Relabel 1 stale");
  await stale.click();
  await expect.poll(() => stale.textContent()).toBe("Relabelling…");
  await page.evaluate(() => window.lab.kernel.idle());
  await expect.poll(() => stale.count()).toBe(0);
  expect(await kernelLabel(page, 4)).toMatch(/ \(new\)$/);
  await listRow(page, 5).click();
  await button(page, "Relabel").click();
  await expect.poll(() => kernelLabel(page, 5)).toMatch(/ \(new\)$/);
  await undo(page);
  await expect.poll(() => kernelLabel(page, 5)).not.toMatch(/new/);
});

test("a split is looked at, its parts are named, and it is made and undone", async () => {
  const page = await open();
  const before = await kernelLabel(page, 1);
  await listRow(page, 1).click();
  await page.evaluate(() => (window.lab.kernel.busy = true));
  await button(page, "Split…").click();
  const split = dialog(page, "Split cluster");
  expect(await split.textContent()).toContain(`Split “${before}”`);
  await split.getByText("Looking for parts…").waitFor();
  expect(await attribute(page, "preview")).toBeNull();
  // the answer to the first question is late, and no longer wanted
  await split.getByRole("combobox", { name: "Parts" }).selectOption("2");
  await page.evaluate(() => window.lab.kernel.idle());
  await split.getByText("2 parts").waitFor();
  await shows(page, "preview", "split");
  await expect.poll(() => mapLabels(page)).toContain(`${before}, part 1`);
  await split.getByRole("textbox", { name: "Label of part 1" }).fill("Mine");
  await expect.poll(() => mapLabels(page)).toContain("Mine");
  expect(await attribute(page, "revision")).toBe("0");
  // while a cell changes something else
  await inCell(page, { kind: "rename", cluster: 2 as never, label: "From a cell" });
  await expect.poll(() => mapLabels(page)).toContain("From a cell");
  const first = split.getByRole("textbox", { name: "Label of part 1" });
  await first.fill("  ");
  await split.getByRole("button", { name: "Split", exact: true }).click();
  await expect.poll(() => problem(page).textContent()).toMatch(/label is empty/);
  await first.fill("Mine");
  await split.getByRole("button", { name: "Split", exact: true }).click();
  await expect.poll(() => kernelLabel(page, 6)).toBe("Mine");
  expect(await kernelLabel(page, 7)).toBe(`${before}, part 2`);
  expect(
    await page.evaluate(() =>
      window.lab.kernel.state.content.clusters.filter((c) => c.id > 5).map((c) => c.labelSource),
    ),
  ).toEqual(["user", "keywords"]);
  expect(await split.count()).toBe(0);
  expect(await attribute(page, "preview")).toBeNull();
  await undo(page);
  await expect.poll(() => kernelRows(page, 1)).toEqual(rowsOf(1));
});

test("a split that is cancelled leaves no trace; one without parts says so; one whose cluster is gone closes", async () => {
  const page = await open();
  await listRow(page, 1).click();
  await button(page, "Split…").click();
  await shows(page, "preview", "split");
  await page.keyboard.press("Escape");
  await expect.poll(() => attribute(page, "preview")).toBeNull();
  await expect.poll(async () => (await mapLabels(page)).join()).not.toMatch(/part/);
  await button(page, "Split…").click();
  const split = dialog(page, "Split cluster");
  await split.getByRole("combobox", { name: "Parts" }).selectOption("density");
  const least = split.getByRole("spinbutton", { name: "Rows in a part, at least" });
  await least.fill("900");
  await least.press("Tab");
  await expect.poll(() => split.textContent()).toMatch(/has no parts of at least 900 rows/);
  expect(await split.getByRole("button", { name: "Split", exact: true }).isDisabled()).toBe(true);
  expect(await problem(page).count()).toBe(0);
  await inCell(page, { kind: "merge", clusters: [2, 1] as never });
  await expect.poll(() => split.count()).toBe(0);
  expect(await problem(page).textContent()).toMatch(/is gone/);
  expect(await attribute(page, "revision")).toBe("1");
});

test("outliers are assigned as far as a slider says, after a look at it", async () => {
  const page = await open();
  const outliers = rowsOf(-1).length;
  await button(page, "Assign outliers…").click();
  const assign = dialog(page, "Assign outliers");
  const slider = assign.getByRole("slider", { name: "Rows left unclustered" });
  await expect.poll(() => slider.isEnabled()).toBe(true);
  expect(await slider.inputValue()).toBe(String(outliers));
  expect(await attribute(page, "preview")).toBeNull();
  await slider.fill(String(outliers - 20));
  await shows(page, "preview", "outliers");
  await expect
    .poll(() => assign.textContent())
    .toMatch(/20 rows move into \d clusters?, the least probable with \d+ %/);
  await assign.getByRole("button", { name: "Cancel" }).click();
  expect(await attribute(page, "preview")).toBeNull();
  expect(await attribute(page, "revision")).toBe("0");
  await button(page, "Assign outliers…").click();
  await expect.poll(() => slider.isEnabled()).toBe(true);
  await slider.press("Home");
  await expect.poll(() => assign.textContent()).toContain(`${outliers} rows move`);
  // a cell takes one of them meanwhile
  await inCell(page, { kind: "assign", rows: String(rowsOf(-1)[0]) as never, cluster: 3 as never });
  await expect.poll(() => assign.textContent()).toContain(`${outliers - 1} rows move`);
  await assign.getByRole("button", { name: "Assign", exact: true }).click();
  await expect.poll(async () => (await kernelRows(page, -1)).length).toBe(0);
  expect(await assign.count()).toBe(0);
  await undo(page);
  await expect.poll(async () => (await kernelRows(page, -1)).length).toBe(outliers - 1);
});

test("a selection is kept under a name, recalled and forgotten", async () => {
  const page = await open();
  await listRow(page, 2).click();
  await button(page, "Name selection…").click();
  await page.keyboard.press("Enter");
  await expect.poll(() => problem(page).textContent()).toMatch(/name of the selection is empty/);
  await page.keyboard.type("Finds");
  await dialog(page, "Name selection").getByRole("button", { name: "Save" }).click();
  const chip = page.getByRole("group", { name: "Named selections" });
  await chip.getByRole("button", { name: `Finds ${rowsOf(2).length}` }).waitFor();
  await button(page, "Clear selection").click();
  await shows(page, "selected", "0");
  await chip.getByRole("button", { name: `Finds ${rowsOf(2).length}` }).click();
  await expect.poll(() => kernelSelection(page)).toEqual(rowsOf(2));
  await button(page, "Forget selection Finds").click();
  await expect.poll(() => chip.count()).toBe(0);
});

test("the toolbar and the keys say how gestures join the selection", async () => {
  const page = await open();
  await inCell(page, { kind: "tag", rows: "0-499" as never, tag: "half" });
  const chip = page.getByRole("group", { name: "Tags" }).getByRole("button", { name: /^half/ });
  await listRow(page, 0).click();
  await chip.click({ modifiers: ["Shift", "Alt"] });
  await expect.poll(() => kernelSelection(page)).toEqual(rowsOf(0).filter((row) => row < 500));
  await button(page, "Add to selection").click();
  await listRow(page, 0).click();
  await expect.poll(async () => (await kernelSelection(page)).length).toBe(rowsOf(0).length);
  await button(page, "Remove from selection").click();
  await chip.click();
  await expect.poll(() => kernelSelection(page)).toEqual(rowsOf(0).filter((row) => row >= 500));
  // a key goes before the toolbar
  await listRow(page, 1).click({ modifiers: ["Shift"] });
  await expect.poll(() => kernelSelection(page)).toEqual([...rowsOf(0).filter((row) => row >= 500), ...rowsOf(1)]);
  await button(page, "Intersect with selection").click();
  await page.getByRole("button", { name: "Box" }).click();
  await drag(page, [
    [0.01, 0.01],
    [0.99, 0.99],
  ]);
  await expect.poll(async () => (await kernelSelection(page)).length).toBeGreaterThan(rowsOf(1).length);
  await button(page, "Replace selection").click();
  await drag(page, [
    [0.01, 0.01],
    [0.99, 0.99],
  ]);
  await expect.poll(async () => (await kernelSelection(page)).length).toBe(1000);
});

test("edits of all kinds wait visibly while the kernel is busy, and none is lost", async () => {
  const page = await open();
  await page.evaluate(() => (window.lab.kernel.busy = true));
  await listRow(page, 2).click();
  await button(page, "Move to…").click();
  await page.keyboard.type("Made while busy");
  await page.keyboard.press("Enter");
  await expect.poll(() => listRow(page, 6).getAttribute("data-pending")).toBe("true");
  await button(page, "Rename cluster").click();
  await page.keyboard.type("Renamed while busy");
  await page.keyboard.press("Enter");
  await shows(page, "status", "pending");
  // somebody else makes a cluster first
  await inCell(page, { kind: "assign", rows: String(rowsOf(0)[0]) as never, label: "From a cell" });
  await expect.poll(() => listRow(page, 7).textContent()).toContain("Renamed while busy");
  await page.evaluate(() => window.lab.kernel.idle());
  await shows(page, "status", "ready");
  expect(await kernelLabel(page, 6)).toBe("From a cell");
  expect(await kernelLabel(page, 7)).toBe("Renamed while busy");
  expect(await kernelRows(page, 7)).toEqual(rowsOf(2));
  expect(await problem(page).count()).toBe(0);
});

test.for([
  { width: 480, colorScheme: "light" as const },
  { width: 480, colorScheme: "dark" as const },
  { width: 700, colorScheme: "dark" as const },
])(
  "on an output $width wide ($colorScheme) all controls are inside and can be used",
  async ({ width, colorScheme }) => {
    const page = await open({}, { width, colorScheme, viewport: { width: width + 32, height: 700 } });
    const outer = await box(root(page));
    const inside = async () => {
      for (const control of await root(page).locator("button, input, select").all()) {
        if (!(await control.isVisible())) continue;
        const { x, width: w } = await box(control);
        expect(x).toBeGreaterThanOrEqual(outer.x);
        expect(x + w).toBeLessThanOrEqual(outer.x + outer.width + 0.5);
      }
    };
    await listRow(page, 1).click();
    await bar(page).waitFor();
    await inside();
    await button(page, "More tools").click();
    await inside();
    await page.keyboard.press("Escape");
    await button(page, "Actions").click();
    await inside();
    await button(page, "Move to…").click();
    await inside();
    await page.keyboard.press("Escape");
    await button(page, "Split…").click();
    await shows(page, "preview", "split");
    await inside();
    await page.keyboard.press("Escape");
    await button(page, "Assign outliers…").click();
    await inside();
  },
);
