/**
 * Curation of scopes of 10,000, 100,000 and 1,000,000 rows: from an edit in a cell to the frames, the size of the log, opening with a log of
 * 10,000 edits; and in a real JupyterLab from the end of a lasso, and of a merge, to the frame in the kernel. Prints the figures and writes them to
 * test-results/bench-edits.json.
 *
 *     npm run bench -- bench/edits.bench.ts
 */
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { open, type Scope } from "../src";
import { ScopeSession } from "../src/kernel/session";
import { openScope } from "../src/pipeline";
import { openBrowser, type OpenBrowser } from "../tests/support/chromium";
import { ownKernel, startLab, writeNotebook, type Lab } from "../tests/support/lab";
import { lasso, mapArea, type Point } from "../tests/support/map-page";
import { NotebookPage } from "../tests/support/notebook-page";
import { writeSyntheticScope } from "./synthetic-scope";

const ROOT = path.resolve(__dirname, "..");
const SIZES = [10_000, 100_000, 1_000_000];
const REPETITIONS = 20;
const LASSOS = 15;
const EDITS = 10_000;

/** Figures so far are kept when a later part is given up. */
function write(): void {
  results.loadAfter = loadavg()[0];
  mkdirSync(path.join(ROOT, "test-results"), { recursive: true });
  writeFileSync(path.join(ROOT, "test-results", "bench-edits.json"), JSON.stringify(results, null, 2));
}

const results: Record<string, unknown> = { cpu: `${cpus().length} x ${cpus()[0].model}`, loadBefore: loadavg()[0] };
afterEach(write);
afterAll(() => process.stdout.write(`${JSON.stringify(results, null, 2)}\n`));

const summary = (times: number[]): Record<string, number> => {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), n: times.length };
};

describe.each(SIZES)("%i rows", (rows) => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "latentscope-bench-"));
  const figures: Record<string, unknown> = {};
  results[`${rows} rows`] = figures;
  let scope: Scope;

  beforeAll(async () => {
    await writeSyntheticScope(dataDir, "synthetic", rows);
    const start = performance.now();
    scope = await open("synthetic", { dataDir });
    figures.openMs = Math.round(performance.now() - start);
    void scope.rows;
  });

  it("edit to frames, in a cell", () => {
    const logFile = path.join(dataDir, "synthetic", "scopes", "scopes-001-edits.jsonl");
    const some = (share: number, offset: number): number[] =>
      Array.from({ length: Math.floor(rows * share) }, (_, i) => (i * 7919 + offset * 104729) % rows);
    const kinds: Record<string, (i: number) => void> = {
      rename: (i) => scope.rename(50, `Name ${i}`),
      "merge of 2": (i) => void scope.merge([60 + 2 * (i % 20), 61 + 2 * (i % 20)], `Merged ${i}`),
      "assign 1 %": (i) => void scope.assign(some(0.01, i), 3 + (i % 7)),
      "delete 1 %": (i) => scope.delete(some(0.01, i + 100)),
      "tag 10 %": (i) => scope.tag(some(0.1, i), `tag ${i % 3}`),
      undo: () => scope.undo(),
    };
    const edits: Record<string, unknown> = {};
    for (const [kind, make] of Object.entries(kinds)) {
      const times = { edit: [] as number[], rows: [] as number[], clusters: [] as number[] };
      const bytes: number[] = [];
      for (let i = 0; i < REPETITIONS; i++) {
        const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
        const start = performance.now();
        make(i);
        const made = performance.now();
        expect(scope.rows.height).toBe(rows);
        const framed = performance.now();
        expect(scope.clusters.height).toBeGreaterThan(10);
        times.edit.push(made - start);
        times.rows.push(framed - made);
        times.clusters.push(performance.now() - framed);
        bytes.push((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) - size);
      }
      edits[kind] = {
        ...{ editMs: summary(times.edit), rowsMs: summary(times.rows), clustersMs: summary(times.clusters) },
        bytes: summary(bytes).p50,
      };
    }
    figures.edits = edits;
    const times: number[] = [];
    for (let i = 0; i < REPETITIONS; i++) {
      const wanted = Uint32Array.from(some(0.1, i));
      const start = performance.now();
      scope.select(wanted);
      expect(scope.selection.height).toBe(new Set(wanted).size);
      times.push(performance.now() - start);
    }
    figures["select 10 % to frame, ms"] = summary(times);
  });

  it("a log of 10,000 edits", async () => {
    const apart = path.join(dataDir, "long");
    await writeSyntheticScope(apart, "synthetic", rows);
    const result = await openScope("synthetic", { dataDir: apart });
    const log = result.dataset.editLog("scopes-001");
    const session = await ScopeSession.open(result.saved, log);
    const file = path.join(apart, "synthetic", "scopes", "scopes-001-edits.jsonl");
    let seed = 7;
    const next = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    const start = performance.now();
    for (let i = 0; i < EDITS; i++) {
      const { clusters } = session.state.content;
      const cluster = clusters[1 + next(clusters.length - 1)].id;
      const set = [...new Set(Array.from({ length: 5 }, () => next(rows)))].sort((a, b) => a - b).join(" ") as never;
      const edits = [
        { kind: "rename", cluster, label: `Label ${i}` },
        { kind: "assign", rows: set, cluster },
        { kind: "tag", rows: set, tag: `tag ${i % 10}` },
        { kind: "delete", rows: set },
        { kind: "undo" },
      ] as const;
      try {
        session.edit(edits[next(edits.length)], "code");
      } catch {
        // some change nothing: another one comes
      }
    }
    const made = session.state.revision;
    figures["log of edits"] = {
      edits: made,
      bytes: statSync(file).size,
      bytesPerEdit: Math.round(statSync(file).size / made),
      msPerEdit: Math.round(((performance.now() - start) / made) * 100) / 100,
    };
    const again = performance.now();
    const reopened = await ScopeSession.open(result.saved, result.dataset.editLog("scopes-001"));
    figures.replayLogMs = Math.round(performance.now() - again);
    expect(reopened.state.revision).toBe(made);
  });
});

describe("in JupyterLab", () => {
  let lab: Lab;
  let browser: OpenBrowser;
  beforeAll(async () => {
    lab = await startLab([ownKernel]);
  });
  afterAll(async () => {
    await lab?.stop();
  });

  it.each(SIZES)("%i rows: lasso and merge to the frame", async (rows) => {
    const dataDir = path.join(lab.notebooks, "latentscope-data");
    await writeSyntheticScope(dataDir, `synthetic-${rows}`, rows);
    const file = `edits-${rows}.ipynb`;
    writeNotebook(
      lab,
      file,
      [
        `import * as latentscope from "latentscope"; import { appendFileSync } from "fs";`,
        `const scope = await latentscope.open("synthetic-${rows}"); scope`,
        [
          "const seen: any[] = [];",
          "scope.on('selection', (rows: any) => { seen.push([Date.now(), rows.height]); });",
          "scope.on('edit', () => { const h = scope.rows.height; seen.push([Date.now(), h]); });",
        ].join("\n"),
      ],
      ownKernel,
    );
    browser = await openBrowser({ width: 1500, height: 1100 });
    try {
      const notebook = await NotebookPage.open(browser.page, lab, file);
      await notebook.runAll(200_000);
      const map = notebook.map(1);
      await expect.poll(() => map.getAttribute("data-status"), { timeout: 120_000 }).toBe("ready");
      await browser.page.evaluate(() => {
        const ends: number[] = [];
        Object.assign(globalThis, { ends });
        document.addEventListener("pointerup", () => ends.push(Date.now()), true);
      });
      const area = mapArea(map);
      const selected: number[] = [];
      for (let i = 0; i < LASSOS; i++) {
        const radius = 0.08 + 0.006 * i;
        const polygon = Array.from({ length: 16 }, (_, k): Point => [
          0.5 + radius * Math.cos((2 * Math.PI * k) / 16),
          0.5 + radius * Math.sin((2 * Math.PI * k) / 16),
        ]);
        await lasso(browser.page, area, polygon);
        await expect.poll(() => notebook.value<number>("seen.length"), { timeout: 60_000 }).toBe(i + 1);
        selected.push(Number(await map.getAttribute("data-selected")));
      }
      const seen = await notebook.value<[number, number][]>("seen");
      const ends = (await browser.page.evaluate(() => (globalThis as unknown as { ends: number[] }).ends)).slice(
        -LASSOS,
      );
      const figures = results[`${rows} rows`] as Record<string, unknown>;
      figures["lasso to frame, ms"] = { ...summary(seen.map(([at], i) => at - ends[i])), selected: summary(selected) };
    } finally {
      await browser.close();
    }
  });
});
