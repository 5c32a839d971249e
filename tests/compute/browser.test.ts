import { readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as threaded from "../../src/compute";
import { loadCompute, type Compute } from "../../src/compute/browser";
import { seededRandom } from "../../src/compute/random";
import { openBrowser, type OpenBrowser } from "../support/chromium";
import { sentenceVectors } from "./sentence-vectors";

const root = path.join(__dirname, "..", "..");
const wasm = readFileSync(path.join(root, "dist", "compute", "kernels-single.wasm"));
const [ROWS, DIMENSIONS] = [600, 256];

type Inputs = Record<"sentences" | "points" | "many", Float32Array>;

/** What is computed in every place, with options that go through most of the code. */
const shape = { rows: ROWS, dimensions: DIMENSIONS };
const inPlane = { rows: 1000, dimensions: 2, minSamples: 4, condensedTree: true };
type Call = [
  name: keyof Compute,
  input: keyof Inputs,
  options: { rows: number; dimensions: number; [more: string]: unknown },
];
const calls: Call[] = [
  ["nearestNeighbors", "sentences", { ...shape, k: 10 }],
  ["nearestNeighbors", "many", { rows: 20_500, dimensions: 6, k: 5, metric: "euclidean" }],
  ["umap", "sentences", { ...shape, nEpochs: 60 }],
  ["umap", "sentences", { ...shape, nEpochs: 20, nComponents: 3, metric: "euclidean" }],
  ["hdbscan", "points", { ...inPlane, minClusterSize: 6, clusterSelectionMethod: "leaf" }],
  ["hdbscan", "many", { rows: 5000, dimensions: 6, minClusterSize: 5 }],
  ["hdbscanSweep", "points", { ...inPlane, minClusterSizes: [5, 20] }],
  ["kmeans", "sentences", { ...shape, k: 12 }],
  ["kmeans", "sentences", { ...shape, k: 5, metric: "cosine", seed: 3 }],
];

let data: Inputs;
let compute: Compute;
beforeAll(async () => {
  const random = seededRandom(4);
  data = {
    sentences: await sentenceVectors(ROWS),
    points: Float32Array.from({ length: 2000 }, () => random() ** 2),
    many: Float32Array.from({ length: 20_500 * 6 }, () => Math.fround(Math.round(random() * 1e4) / 1e4)),
  };
  compute = await loadCompute(wasm);
});

/** The vectors of a call: as many as its rows. */
const input = ([, name, { rows, dimensions }]: Call): Float32Array => data[name].slice(0, rows * dimensions);

type AnyFunction = (vectors: Float32Array, options: object) => unknown;
const single = (call: Call): unknown => (compute[call[0]] as AnyFunction)(input(call), call[2]);
const onThreads = (call: Call): unknown => (threaded[call[0]] as AnyFunction)(input(call), { ...call[2], threads: 2 });

describe("without threads", () => {
  it.each(calls)("%s of %s with %o gives the bytes that it gives with threads", async (...call) => {
    expect(single(call)).toEqual(await onThreads(call));
  });

  it("places new rows as with threads", async () => {
    const [reference, vectors] = [data.sentences.slice(0, 500 * DIMENSIONS), data.sentences.slice(500 * DIMENSIONS)];
    const layout = compute.umap(reference, { rows: 500, dimensions: DIMENSIONS, nEpochs: 40 });
    const options = { rows: 100, dimensions: DIMENSIONS, reference, referenceRows: 500, layout };
    expect(compute.umapTransform(vectors, options)).toEqual(await threaded.umapTransform(vectors, options));
    expect(compute.umapTransform(new Float32Array(0), { ...options, rows: 0 })).toEqual(new Float32Array(0));
  });

  it("leaves the caller's arrays alone", () => {
    for (const call of calls) {
      const vectors = input(call);
      (compute[call[0]] as AnyFunction)(vectors, call[2]);
      expect(vectors).toEqual(input(call));
    }
    const init = Float32Array.of(1, 2, 3, 4, 5, 6);
    const layout = compute.umap(data.sentences.slice(0, 3 * DIMENSIONS), { rows: 3, dimensions: DIMENSIONS, init });
    expect(layout).toEqual(init);
    expect(layout.buffer).not.toBe(init.buffer);
  });

  it.each([
    ["nearestNeighbors", { k: 0 }],
    ["nearestNeighbors", { recall: 2 }],
    ["nearestNeighbors", { rows: 1 }],
    ["umap", { nNeighbors: 1 }],
    ["umap", { threads: 0 }],
    ["umap", { init: new Float32Array(7) }],
    ["hdbscan", { minClusterSize: 1 }],
    ["hdbscan", { dimensions: 1 }],
    ["hdbscanSweep", { minClusterSizes: [] }],
    ["kmeans", { k: 1000 }],
    ["kmeans", { k: 3, metric: "manhattan" }],
  ] as const)("%s refuses %o in the same words", async (name, more) => {
    const options = { ...shape, ...more };
    const vectors = data.sentences;
    const wanted = await Promise.resolve((threaded[name] as AnyFunction)(vectors, options)).catch((e: unknown) => e);
    expect(wanted).toBeInstanceOf(Error);
    expect(() => (compute[name] as AnyFunction)(vectors, options)).toThrow((wanted as Error).message);
  });

  it("refuses the engine that it does not have", () => {
    expect(() => compute.umap(data.sentences, { ...shape, engine: "umap-js" })).toThrow(
      expect.objectContaining({ code: "bad-option" }) as Error,
    );
  });

  it("ends when a callback aborts it, and goes on with the next call", () => {
    const expectInterrupted = (run: (abort: () => void, signal: AbortSignal) => void): void => {
      const controller = new AbortController();
      expect(() => run(() => controller.abort(), controller.signal)).toThrow(
        expect.objectContaining({ code: "interrupted" }) as Error,
      );
    };
    const { sentences } = data;
    expectInterrupted((onEpoch, signal) => compute.umap(sentences, { ...shape, onEpoch, signal }));
    expectInterrupted((onNeighbors, signal) => compute.umap(sentences, { ...shape, onNeighbors, signal }));
    expectInterrupted((onNeighbors, signal) => compute.nearestNeighbors(sentences, { ...shape, onNeighbors, signal }));
    expectInterrupted((onIteration, signal) => compute.kmeans(sentences, { ...shape, k: 9, onIteration, signal }));
    const signal = AbortSignal.abort();
    expectInterrupted(() => compute.hdbscan(data.points, { ...inPlane, signal }));
    expect(compute.kmeans(sentences, { ...shape, k: 9 }).labels).toHaveLength(ROWS);
  });

  it("tells of its progress, with a layout at times", () => {
    const told: unknown[] = [];
    const layouts: (Float32Array | undefined)[] = [];
    compute.umap(data.sentences, {
      ...{ ...shape, nEpochs: 3 },
      onNeighbors: (done) => told.push(done),
      onEpoch: (epoch, nEpochs, layout) => {
        told.push(`${epoch} of ${nEpochs}`);
        layouts.push(layout);
      },
    });
    expect(told.slice(-4)).toEqual([ROWS, "1 of 3", "2 of 3", "3 of 3"]);
    expect(layouts[0]).toHaveLength(ROWS * 2);
  });

  it.each([[new Uint8Array(8)], [new Uint8Array(0)]])("refuses bytes that are no kernels", async (bytes) => {
    await expect(loadCompute(bytes)).rejects.toMatchObject({ code: "damaged-file" });
  });
});

describe("in a browser", () => {
  /** The script of a worker that answers one message with all results. */
  const script = `
    import { loadCompute } from "./src/compute/browser";
    onmessage = async ({ data: { calls } }) => {
      try {
        const compute = await loadCompute(await (await fetch("/kernels-single.wasm")).arrayBuffer());
        const results = [];
        for (const [name, file, rows, options] of calls) {
          const all = new Float32Array(await (await fetch("/" + file)).arrayBuffer());
          results.push(compute[name](all.slice(0, rows), options));
        }
        postMessage({ results, isolated: crossOriginIsolated, shared: typeof SharedArrayBuffer });
      } catch (error) {
        postMessage({ error: String(error.stack ?? error) });
      }
    };`;
  let server: http.Server;
  let open: OpenBrowser;
  let inputs: string[];

  beforeAll(async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: script, resolveDir: root, loader: "ts" },
      ...{ bundle: true, format: "iife", platform: "browser", metafile: true, write: false, logLevel: "silent" },
    });
    inputs = Object.keys(metafile.inputs);
    const files: Record<string, [string, string | Uint8Array]> = {
      "/": ["text/html", "<!doctype html><title>Compute</title>"],
      "/worker.js": ["text/javascript", outputFiles[0].text],
      "/kernels-single.wasm": ["application/wasm", wasm],
    };
    for (const [name, values] of Object.entries(data))
      files[`/${name}`] = ["application/octet-stream", new Uint8Array(values.buffer)];
    server = http.createServer((request, response) => {
      const file = files[request.url ?? ""];
      response.writeHead(file ? 200 : 404, { "content-type": file?.[0] ?? "text/plain" }).end(file?.[1]);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    open = await openBrowser();
    await open.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }, 120_000);
  afterAll(async () => {
    await open.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it("needs nothing of Node", () => {
    expect(inputs).toContain("src/compute/umap/layout-vectors.ts");
    expect(inputs.filter((file) => /node_modules|^node:|worker-task|threads/.test(file))).toEqual([]);
  });

  it("gives the bytes that it gives in Node, in a web worker of a page without shared memory", async () => {
    const asked = calls.map(([name, file, options]) => [name, file, options.rows * options.dimensions, options]);
    const answer = await open.page.evaluate(async (given) => {
      const worker = new Worker("/worker.js");
      const answered = new Promise<Record<string, unknown>>((resolve, reject) => {
        worker.onmessage = ({ data: reply }) => resolve(reply as Record<string, unknown>);
        worker.onerror = (event) => reject(new Error(event.message));
      });
      worker.postMessage({ calls: given });
      const reply = await answered;
      worker.terminate();
      /** Typed arrays as strings of their bytes: what comes back is JSON. */
      const plain = (value: unknown): unknown => {
        if (ArrayBuffer.isView(value)) {
          const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
          return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
        }
        if (Array.isArray(value)) return value.map(plain);
        if (typeof value !== "object" || value === null) return value;
        return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
      };
      return plain(reply) as { error?: string; results: unknown[]; isolated: boolean; shared: string };
    }, asked);
    expect(answer.error).toBeUndefined();
    expect({ isolated: answer.isolated, shared: answer.shared }).toEqual({ isolated: false, shared: "undefined" });
    for (const [i, call] of calls.entries()) expect(answer.results[i], call[0]).toEqual(bytesOf(single(call)));
    expect(open.pageErrors).toEqual([]);
    expect(open.outside).toEqual([]);
  }, 60_000);
});

/** Typed arrays as strings of their bytes. */
function bytesOf(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex");
  if (Array.isArray(value)) return value.map(bytesOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, bytesOf(entry)]));
}
