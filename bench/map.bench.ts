/**
 * The map beside regl-scatterplot and deck.gl's ScatterplotLayer: the same points, in one page and in turn. Prints medians, their spread and the
 * ratios to this library's map, and writes them to test-results/bench-map.json.
 *
 *     npm run bench -- bench/map.bench.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { cpus, loadavg } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, type OpenBrowser } from "../tests/support/chromium";
import type { SystemName, Times } from "./map/page";
import { round, spread } from "./spread";

const ROOT = path.resolve(__dirname, "..");
const SIZES = [10_000, 100_000, 1_000_000];
const CLUSTERS = 50;
const REPETITIONS = 3;
const FRAMES: Record<number, number> = { 10_000: 40, 100_000: 20, 1_000_000: 5 };
const LASSOS = 5;
const OURS = "latentscope";
const NAMES: readonly SystemName[] = [OURS, "regl-scatterplot", "deck.gl ScatterplotLayer"];
/** A frame of deck.gl's layer at a million points takes some 20 seconds where there is no GPU. */
const skipped = (name: SystemName, rows: number): boolean => rows > 100_000 && name === "deck.gl ScatterplotLayer";

const results: Record<string, unknown> = { cpu: `${cpus().length} x ${cpus()[0].model}`, loadBefore: loadavg()[0] };
let browser: OpenBrowser;
let server: http.Server;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [path.join(__dirname, "map", "page.ts")],
    ...{ bundle: true, format: "esm", write: false, logLevel: "silent", loader: { ".css": "text" } },
    ...{ define: { "process.env.NODE_ENV": '"production"' }, jsx: "automatic", jsxImportSource: "preact" },
  });
  server = http.createServer((request, response) => {
    const script = request.url === "/page.js";
    response.writeHead(200, { "content-type": script ? "text/javascript" : "text/html" });
    response.end(script ? outputFiles[0].contents : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await openBrowser({ width: 900, height: 600 });
  await browser.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await browser.page.waitForFunction(() => "bench" in window);
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  results.loadAfter = loadavg()[0];
  mkdirSync(path.join(ROOT, "test-results"), { recursive: true });
  writeFileSync(path.join(ROOT, "test-results", "bench-map.json"), JSON.stringify(results, null, 2));
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
});

it.each(SIZES)("%i points", async (rows) => {
  const names = NAMES.filter((name) => !skipped(name, rows));
  const runs = new Map<SystemName, Times[]>(names.map((name) => [name, []]));
  for (let repetition = 0; repetition < REPETITIONS; repetition++)
    for (const name of names)
      runs
        .get(name)
        ?.push(
          await browser.page.evaluate(([n, r, c, f, l]) => window.bench(n, r, c, f, l), [
            name,
            rows,
            CLUSTERS,
            FRAMES[rows],
            LASSOS,
          ] as const),
        );
  const figures = names.map((name) => {
    const of = (pick: (times: Times) => number | number[]) => spread((runs.get(name) ?? []).flatMap(pick));
    const lasso = (runs.get(name) ?? []).some(({ inLasso }) => inLasso >= 0);
    return {
      name,
      firstFrameMs: of(({ firstFrame }) => firstFrame),
      frameMs: of(({ frame }) => frame),
      scriptMs: of(({ script }) => script),
      ...(lasso ? { lassoMs: of((times) => times.lasso), rowsInLasso: runs.get(name)?.[0].inLasso } : {}),
    };
  });
  const [ours, ...peers] = figures;
  const ratios = peers.map((peer) => ({
    peer: peer.name,
    firstFrame: round(peer.firstFrameMs.median / ours.firstFrameMs.median),
    frame: round(peer.frameMs.median / ours.frameMs.median),
    ...(peer.lassoMs && ours.lassoMs ? { lasso: round(peer.lassoMs.median / ours.lassoMs.median) } : {}),
  }));
  results[`${rows} points`] = { figures, timesOfPeersByOurs: ratios };
  expect(browser.pageErrors).toEqual([]);
});
