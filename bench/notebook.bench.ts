/**
 * What a person waits for in a notebook, measured in a real JupyterLab with the quickstart: the steps of a run, the bytes until the first
 * map, and the time from the end of a lasso to the DataFrame in the kernel. Prints the figures and writes them to test-results/bench-notebook.json.
 *
 *     npm run bench
 */
import { copyFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, type OpenBrowser } from "../tests/support/chromium";
import { ownKernel, startLab, type Lab } from "../tests/support/lab";
import { lasso, mapArea } from "../tests/support/map-page";
import { NotebookPage } from "../tests/support/notebook-page";

const ROOT = path.resolve(__dirname, "..");
const RUN_CELL = 3;
const LASSOS = 30;

const results: Record<string, unknown> = {
  cpu: `${cpus().length} x ${cpus()[0].model}`,
  loadAverageBefore: loadavg()[0],
};
let lab: Lab;
let browser: OpenBrowser;
let notebook: NotebookPage;
/** Bytes of the kernel's websocket frames that reached the page. */
let received = 0;

beforeAll(async () => {
  lab = await startLab([ownKernel]);
  copyFileSync(path.join(ROOT, "notebooks", "quickstart.ipynb"), path.join(lab.notebooks, "quickstart.ipynb"));
  browser = await openBrowser({ width: 1500, height: 1100 });
  const cdp = await browser.context.newCDPSession(browser.page);
  await cdp.send("Network.enable");
  cdp.on("Network.webSocketFrameReceived", ({ response }) => {
    const frame = Buffer.from(response.payloadData, response.opcode === 1 ? "utf8" : "base64");
    received += frame.length;
    // the state of the map: positions, clusters, labels, and the small module
    if (frame.includes('"comm_open"')) results.bytesOfMapState = frame.length;
  });
  notebook = await NotebookPage.open(browser.page, lab, "quickstart.ipynb");
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
  mkdirSync(path.join(ROOT, "test-results"), { recursive: true });
  writeFileSync(path.join(ROOT, "test-results", "bench-notebook.json"), JSON.stringify(results, null, 2));
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
});

it("the run, and the first map", async () => {
  await notebook.run(1);
  const before = received;
  const outputs = await notebook.run(RUN_CELL, 600_000);
  results.run = outputs[0].text;
  const rows = await notebook.value<number>("scope.rows.height");
  await expect.poll(() => notebook.map(RUN_CELL).getAttribute("data-status"), { timeout: 30_000 }).toBe("ready");
  // with progress, the application, and the texts fetched ahead for the hover card
  results.bytesReceivedUntilMapReady = received - before;
  results.bytesOfPositionsAndClusters = rows * 6;
  results.moduleBytes = statSync(path.join(ROOT, "dist", "widget", "module.js")).size;
  results.applicationBytesGzipped = statSync(path.join(ROOT, "dist", "widget", "app.js.gz")).size;
});

it("from the end of a lasso to the frame", async () => {
  const map = notebook.map(RUN_CELL);
  await notebook.runNew(
    `const frames: { at: number; rows: number }[] = [];
     scope.on("selection", (rows: any) => { frames.push({ rows: rows.height, at: Date.now() }); })`,
  );
  await browser.page.evaluate(() => {
    const ends: number[] = ((globalThis as { lassoEnds?: number[] }).lassoEnds = []);
    addEventListener("pointerup", () => ends.push(Date.now()), true);
  });
  for (let i = 0; i < LASSOS; i++) {
    await map.getByRole("button", { name: "Reset view" }).press("Escape");
    const [x, y] = [0.35 + 0.3 * ((i * 0.618) % 1), 0.35 + 0.3 * ((i * 0.414) % 1)];
    const size = 0.08 + 0.2 * ((i * 0.732) % 1);
    await browser.page.keyboard.press("Escape");
    await lasso(browser.page, mapArea(map), [
      [x - size, y - size],
      [x + size, y - size],
      [x + size, y + size],
      [x - size, y + size],
    ]);
    await expect.poll(() => map.getAttribute("data-status")).toBe("ready");
  }
  const ends = await browser.page.evaluate(() => (globalThis as unknown as { lassoEnds: number[] }).lassoEnds);
  const frames = await notebook.value<{ at: number; rows: number }[]>("frames");
  const selections = frames.filter((frame) => frame.rows > 0);
  const times = selections
    .map((frame) => frame.at - Math.max(...ends.filter((end) => end <= frame.at)))
    .sort((a, b) => a - b);
  expect(times.length).toBeGreaterThanOrEqual(LASSOS - 2);
  results.lassoToFrameMs = {
    n: times.length,
    p50: times[Math.floor(times.length * 0.5)],
    p95: times[Math.floor(times.length * 0.95)],
    max: times.at(-1),
    rowsMedian: selections.map((s) => s.rows).sort((a, b) => a - b)[Math.floor(selections.length / 2)],
  };
  results.loadAverageAfter = loadavg()[0];
});
