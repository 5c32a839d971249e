/**
 * What the application's panels ask of the page's main thread: showing the map, recolouring, filtering, sorting, searching, selecting and editing 10,000,
 * 100,000 and 1,000,000 rows; hovering, placing labels; the memory that a map takes beside regl-scatterplot's, and its bytes over the comm. Prints medians and
 * their spread, and writes them to test-results/bench-panels.json.
 *
 *     npm run bench -- bench/panels.bench.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { openBrowser, type OpenBrowser } from "../tests/support/chromium";
import { actions, type ActionName } from "./panels/actions";
import type { SystemName } from "./panels/memory-page";
import { serve } from "./panels/server";
import { tasksOf } from "./panels/tasks";
import { round, spread } from "./spread";

const ROOT = path.resolve(__dirname, "..");
const SIZES = [10_000, 100_000, 1_000_000];
const CLUSTERS = 50;
const REPETITIONS = 3;
const HOVER_TURNS = 50;
const LAYOUTS = 20;
const IN_MEMORY: readonly SystemName[] = ["latentscope", "regl-scatterplot"];

const results: Record<string, unknown> = { cpu: `${cpus().length} x ${cpus()[0].model}`, loadBefore: loadavg()[0] };
let server: Awaited<ReturnType<typeof serve>>;
let opened: OpenBrowser;

beforeAll(async () => {
  server = await serve();
  opened = await openBrowser({ width: 1100, height: 700 });
  opened.page.setDefaultTimeout(120_000);
});
/** Figures so far are kept when a later part is given up. */
afterEach(() => {
  results.loadAfter = loadavg()[0];
  mkdirSync(path.join(ROOT, "test-results"), { recursive: true });
  writeFileSync(path.join(ROOT, "test-results", "bench-panels.json"), JSON.stringify(results, null, 2));
  expect(opened.pageErrors).toEqual([]);
});
afterAll(async () => {
  await opened?.close();
  server?.close();
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
});

it.each(SIZES)("longest tasks with %i rows", async (rows) => {
  const { browser, page } = opened;
  await page.goto(`${server.address}/panels`);
  await page.waitForFunction(() => "panels" in window);
  const longest = new Map<string, number[]>();
  const note = async (name: string, act: () => Promise<void>) => {
    const task = await tasksOf(browser, page, act);
    longest.set(name, [...(longest.get(name) ?? []), task.longest]);
  };
  const bytes: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    await page.evaluate(([r, c]) => window.panels.prepare(r, c), [rows, CLUSTERS] as const);
    await note("show the map", async () => {
      await page.evaluate(() => window.panels.show());
      await page.waitForSelector(".ls-app:not([data-waiting])");
      await page.evaluate(() => window.panels.idle());
    });
    bytes.push(await page.evaluate(() => window.panels.bytes().state + window.panels.bytes().messages));
    for (const name of Object.keys(actions) as ActionName[])
      await note(name, () =>
        page.evaluate((action) => {
          window.panels.act(action);
          return window.panels.idle();
        }, name),
      );
    await page.evaluate(() => window.panels.end());
  }
  const hover = await page.evaluate(([r, c, n]) => window.panels.timeHover(r, c, n), [
    rows,
    CLUSTERS,
    HOVER_TURNS,
  ] as const);
  results[`${rows} rows`] = {
    longestTaskMs: Object.fromEntries([...longest].map(([name, times]) => [name, spread(times)])),
    indexMs: round(hover.index),
    hoverMs: spread(hover.hover),
    bytesPerPoint: round(bytes[0] / rows),
  };
});

it("labels", async () => {
  const { page } = opened;
  await page.goto(`${server.address}/panels`);
  await page.waitForFunction(() => "panels" in window);
  for (const clusters of [50, 500]) {
    const times = await page.evaluate(([c, n]) => window.panels.timeLabels(c, n), [clusters, LAYOUTS] as const);
    results[`${clusters} labels, ms`] = spread(times);
  }
});

it.each(SIZES)("memory of %i points", async (rows) => {
  const { context, page } = opened;
  const session = await context.newCDPSession(page);
  /** Bytes of the heap and of what array buffers hold. */
  const used = async (): Promise<number> => {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
    return usedSize + backingStorageSize;
  };
  for (const name of IN_MEMORY) {
    const bytes: number[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      await page.goto(`${server.address}/memory`);
      await page.waitForFunction(() => "showPoints" in window);
      const before = await used();
      await page.evaluate(([n, r, c]) => window.showPoints(n, r, c), [name, rows, CLUSTERS] as const);
      bytes.push((await used()) - before);
    }
    results[`memory of ${rows} points, ${name}, MiB`] = spread(bytes.map((b) => b / 2 ** 20));
  }
  await session.detach();
});
