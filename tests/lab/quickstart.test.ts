import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, pictureFile, type OpenBrowser } from "../support/chromium";
import { ownKernel, startLab, stockKernel, writeNotebook, type Kernelspec, type Lab } from "../support/lab";
import { NotebookPage, type FrontEnd } from "../support/notebook-page";
import { ink, lasso, mapArea, mapTransform, rowsInside, type Point } from "../support/map-page";

const QUICKSTART = path.resolve(__dirname, "..", "..", "notebooks", "quickstart.ipynb");
const RUN_CELL = 3;
const RUN_TIMEOUT_MS = 400_000;

interface Notebook {
  cells: { cell_type: string; source: string | string[] }[];
}

let lab: Lab;
let browser: OpenBrowser;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(async () => {
  await lab?.stop();
});

/** The code of the quickstart's cells; markdown cells stay as comments, so that the cells keep their places. */
function quickstartCells(): string[] {
  const { cells } = JSON.parse(readFileSync(QUICKSTART, "utf8")) as Notebook;
  return cells.map(({ cell_type, source }) => (cell_type === "code" ? [source].flat().join("") : "// text"));
}

/** The quickstart with a fifth of its sentences. */
const withFewSentences = (cells: readonly string[]): string[] =>
  cells.map((cell) => cell.replace("everyNth = 12", "everyNth = 60"));

/** Opens the notebook in a fresh browser; every flow begins there. */
async function openNotebook(file: string, frontEnd?: FrontEnd): Promise<NotebookPage> {
  browser = await openBrowser({ width: 1500, height: 1100 });
  return NotebookPage.open(browser.page, lab, file, frontEnd);
}

const ready = (map: Locator): Promise<void> =>
  expect.poll(() => map.getAttribute("data-status"), { timeout: 60_000 }).toBe("ready");

describe.each([
  { kernel: ownKernel, sentences: "all" },
  { kernel: stockKernel, sentences: "few" },
] satisfies { kernel: Kernelspec; sentences: string }[])(
  "the quickstart in $kernel.displayName",
  ({ kernel, sentences }) => {
    // a folder each: the data folder is beside the notebook
    const file = `${kernel.name}/quickstart.ipynb`;
    let notebook: NotebookPage;
    let map: Locator;
    let lassoed: number[];

    beforeAll(async () => {
      if (sentences === "all") {
        mkdirSync(path.join(lab.notebooks, kernel.name));
        copyFileSync(QUICKSTART, path.join(lab.notebooks, file));
      } else writeNotebook(lab, file, withFewSentences(quickstartCells()), kernel);
      notebook = await openNotebook(file);
      await notebook.runAll(RUN_TIMEOUT_MS);
      map = notebook.map(RUN_CELL);
    }, RUN_TIMEOUT_MS);
    afterAll(() => browser?.close());

    it("runs all cells without an error", async () => {
      const count = quickstartCells().length;
      for (let i = 0; i < count; i++) {
        const outputs = await notebook.outputs(i);
        expect(
          outputs.filter((o) => o.type === "error"),
          `cell ${i}`,
        ).toEqual([]);
      }
    });

    it("leaves one line about the run, and the map below it", async () => {
      // a first look that is over leaves an empty output
      const outputs = (await notebook.outputs(RUN_CELL)).filter(({ text }) => text);
      // the picture for where there is no kernel comes third, when it is ready
      expect(outputs.slice(0, 2).map((o) => o.type)).toEqual(["display_data", "display_data"]);
      expect(outputs[0].text).toMatch(
        /^sotu\/scopes-001: [\d,]+ rows · \d+ clusters · [\d,]+ unclustered · .*embed .* saved in /,
      );
      expect(outputs[1].mimes).toContain("application/vnd.jupyter.widget-view+json");
    });

    it("draws every row, and labels that do not overlap", async () => {
      await ready(map);
      expect(Number(await map.getAttribute("data-rows"))).toBe(await notebook.value<number>("scope.rows.height"));
      await map.screenshot({ path: pictureFile(`quickstart-${kernel.name}`) });
      expect(await ink(browser.page, mapArea(map))).toBeGreaterThan(0.02);
      const boxes = await map
        .locator(".ls-labels > *:visible")
        .evaluateAll((labels) => labels.map((l) => l.getBoundingClientRect().toJSON() as DOMRect));
      expect(boxes.length).toBeGreaterThan(5);
      for (const [i, a] of boxes.entries())
        for (const b of boxes.slice(i + 1))
          expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom, "labels overlap").toBe(
            false,
          );
    });

    it("shows frames as tables", async () => {
      const outputs = await notebook.runNew("scope.clusters");
      if (kernel === ownKernel) expect(outputs[0].mimes).toContain("text/html");
      expect(outputs.map((o) => o.text).join("")).toContain("Unclustered");
    });

    it("has exactly the rows inside a lasso in scope.selection, in order", async () => {
      const area = mapArea(map);
      const polygon: Point[] = Array.from({ length: 16 }, (_, i) => {
        const angle = (2 * Math.PI * i) / 16;
        return [0.5 + 0.22 * Math.cos(angle), 0.5 + 0.3 * Math.sin(angle)];
      });
      const drawn = await lasso(browser.page, area, polygon);
      await expect.poll(() => map.getAttribute("data-selected").then(Number)).toBeGreaterThan(0);
      lassoed = await notebook.value<number[]>("scope.selectedIndices");
      expect(lassoed.length).toBe(Number(await map.getAttribute("data-selected")));

      const xy = await notebook.value<{ x: number[]; y: number[] }>(
        `({ x: scope.rows.getColumn("x").toArray(), y: scope.rows.getColumn("y").toArray() })`,
      );
      const { inside, border } = rowsInside(drawn, xy, await mapTransform(area));
      // rows within a pixel of the line can be on either side of it: the positions on the map are quantised
      const unsure = new Set(border);
      expect(lassoed.filter((row) => !unsure.has(row))).toEqual(inside.filter((row) => !unsure.has(row)));
      expect(border.length).toBeLessThan(inside.length / 5);

      const selection = await notebook.value<{ ls_index: number; text: string }[]>(
        `scope.selection.select("ls_index", "text").toRecords()`,
      );
      const texts = await notebook.value<string[]>(`df.getColumn("text").toArray()`);
      expect(selection.map((row) => Number(row.ls_index))).toEqual(lassoed);
      expect(selection.map((row) => row.text)).toEqual(lassoed.map((row) => texts[row]));
    });

    it("has a rename made on the map in scope.clusters", async () => {
      const first = map.getByRole("row").filter({ hasNotText: "Unclustered" }).first();
      await first.dblclick();
      const input = map.getByRole("textbox", { name: /Label of cluster/ });
      await input.fill("Renamed on the map");
      await input.press("Enter");
      await ready(map);
      const labels = await notebook.value<string[]>(`scope.clusters.getColumn("label").toArray()`);
      expect(labels).toContain("Renamed on the map");
      expect(await notebook.value(`scope.edits.select("actor", "kind", "undone").toRecords()`)).toEqual([
        { actor: "map", kind: "rename", undone: false },
      ]);
    });

    it("shows a selection and a rename made in a cell on the map, and takes the rename back", async () => {
      await notebook.runNew(
        `scope.select([7, 3, 11]); scope.rename(Number(scope.clusters.getColumn("cluster").get(1)), "Renamed in a cell")`,
      );
      await expect.poll(() => map.getAttribute("data-selected")).toBe("3");
      await expect.poll(() => map.getByText("Renamed in a cell").count()).toBeGreaterThan(0);
      expect(await notebook.value("scope.selectedIndices")).toEqual([7, 3, 11]);
      await map.getByRole("button", { name: "Undo" }).click();
      await expect.poll(() => map.getByText("Renamed in a cell").count()).toBe(0);
      await expect
        .poll(() => notebook.value<string[]>(`scope.clusters.getColumn("label").toArray()`))
        .not.toContain("Renamed in a cell");
    });

    it("shows the same after the page is loaded again", async () => {
      await notebook.reload();
      await ready(map);
      expect(await map.getAttribute("data-selected")).toBe("3");
      expect(await map.getAttribute("data-revision")).toBe("3");
      await expect.poll(() => map.getByText("Renamed on the map").count()).toBeGreaterThan(0);
    });

    it("shows another view in another cell, and both stay the same", async () => {
      const cell = await notebook.addCell("scope");
      await notebook.run(cell);
      const second = notebook.map(cell);
      await ready(second);
      await notebook.runNew("scope.select([1, 2])");
      await expect.poll(() => second.getAttribute("data-selected")).toBe("2");
      await expect.poll(() => map.getAttribute("data-selected")).toBe("2");
    });

    it("is restored from its files after the kernel is restarted, without embedding anything", async () => {
      await notebook.restartKernel();
      await expect.poll(() => map.getAttribute("data-status"), { timeout: 30_000 }).toMatch(/dead|offline/);
      await notebook.runAll(RUN_TIMEOUT_MS);
      const [line] = await notebook.outputs(RUN_CELL);
      expect(line.text).toContain("everything reused");
      await ready(map);
      await expect.poll(() => map.getByText("Renamed on the map").count()).toBeGreaterThan(0);
    });

    it("asks nothing of other machines, and throws nothing on the page", () => {
      expect(browser.outside).toEqual([]);
      expect(browser.pageErrors).toEqual([]);
    });
  },
);

describe("the quickstart in Notebook 7", () => {
  let notebook: NotebookPage;
  let map: Locator;

  beforeAll(async () => {
    writeNotebook(lab, "notebook7/quickstart.ipynb", withFewSentences(quickstartCells()), ownKernel);
    notebook = await openNotebook("notebook7/quickstart.ipynb", "Notebook 7");
    await notebook.runAll(RUN_TIMEOUT_MS);
    map = notebook.map(RUN_CELL);
  }, RUN_TIMEOUT_MS);
  afterAll(() => browser?.close());

  it("draws every row", async () => {
    expect(new URL(browser.page.url()).pathname).toBe("/notebooks/notebook7/quickstart.ipynb");
    await ready(map);
    expect(Number(await map.getAttribute("data-rows"))).toBe(await notebook.value<number>("scope.rows.height"));
    await map.scrollIntoViewIfNeeded();
    await browser.page.screenshot({ path: pictureFile("quickstart-notebook7") });
    expect(await ink(browser.page, mapArea(map))).toBeGreaterThan(0.02);
  });

  it("has what a lasso selects in the kernel, and a cell's selection on the map", async () => {
    await lasso(browser.page, mapArea(map), [
      [0.3, 0.2],
      [0.7, 0.2],
      [0.7, 0.8],
      [0.3, 0.8],
    ]);
    await expect.poll(() => map.getAttribute("data-selected").then(Number)).toBeGreaterThan(20);
    const selected = Number(await map.getAttribute("data-selected"));
    expect((await notebook.value<number[]>("scope.selectedIndices")).length).toBe(selected);
    await notebook.runNew("scope.select([7, 3, 11])");
    await expect.poll(() => map.getAttribute("data-selected")).toBe("3");
  });

  it("asks nothing of other machines, and none of its own code throws", () => {
    expect(browser.outside).toEqual([]);
    // widgets run from blobs; the page has errors of its own as it starts
    expect(browser.pageErrors.filter((error) => error.includes("blob:"))).toEqual([]);
  });
});
