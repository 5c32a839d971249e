/**
 * The JavaScript systems, ours among them, in a process of their own: answers requests, one JSON object a line on standard input, with
 * one a line on standard output, as `peers.py serve` does.
 */
import { readFileSync, writeFileSync, openSync, readSync, closeSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { root } from "../../scripts/run-command.mjs";
import { embeddingAtlasModule } from "./environment.mjs";

const require = createRequire(import.meta.url);
const N_NEIGHBORS = 15;
const MIN_DIST = 0.1;
const KNN = 15;
const MIN_CLUSTER_SIZE = 25;
const MIN_SAMPLES = 5;

/** The data of all calls: `vectors`, with as many `rows` and `dimensions`. */
let data;
/** The system of this process, and what `start` imported of it. */
let system;
let library;

/** Adds up the time between calls, each with the name of the stage that begins. */
function stageClock() {
  const stages = {};
  let current, since;
  const end = () => {
    if (current !== undefined) stages[current] = (stages[current] ?? 0) + (performance.now() - since) / 1000;
  };
  return {
    stages,
    onStage: (stage) => {
      end();
      [current, since] = [stage, performance.now()];
    },
    end,
  };
}

/** Each takes parameters, and resolves with its result and, where it tells, the seconds of its stages. */
const systems = {
  latentscope: {
    async knn({ seed, ...more }) {
      const options = { ...data.shape, k: KNN, metric: "cosine", seed, ...more };
      const { indices } = await library.nearestNeighbors(data.vectors, options);
      return { result: indices };
    },
    async umap({ epochs, seed, ...more }) {
      const clock = stageClock();
      const options = { ...data.shape, nNeighbors: N_NEIGHBORS, minDist: MIN_DIST, nEpochs: epochs, seed, ...more };
      clock.onStage("neighbours");
      const result = await library.umap(data.vectors, {
        ...options,
        onNeighbors: (done, rows) => done === rows && clock.onStage("graph"),
        onEpoch: (epoch) => epoch === 1 && clock.onStage("layout"),
      });
      clock.end();
      return { result, stages: clock.stages };
    },
    async hdbscan({ threads }) {
      const options = { ...data.shape, minClusterSize: MIN_CLUSTER_SIZE, minSamples: MIN_SAMPLES, threads };
      return { result: (await library.hdbscan(data.vectors, options)).labels };
    },
    async kmeans({ clusters, seed, ...more }) {
      const options = { ...data.shape, k: clusters, seed, ...more };
      return { result: Int32Array.from((await library.kmeans(data.vectors, options)).labels) };
    },
  },
  "umap-js": {
    async umap({ epochs, seed }) {
      const options = { nNeighbors: N_NEIGHBORS, minDist: MIN_DIST, nEpochs: epochs, distanceFn: cosine };
      const model = new library.UMAP({ ...options, random: seeded(seed) });
      return { result: Float32Array.from(model.fit(data.lists).flat()) };
    },
  },
  "embedding-atlas": {
    async umap({ epochs, seed }) {
      const { rows, dimensions } = data.shape;
      const options = { metric: "cosine", nNeighbors: N_NEIGHBORS, minDist: MIN_DIST, nEpochs: epochs, seed };
      const clock = stageClock();
      clock.onStage("neighbours, graph, init");
      const model = await library.createUMAP(rows, dimensions, 2, data.vectors, options);
      clock.onStage("layout");
      await model.run();
      clock.end();
      const result = Float32Array.from(model.embedding);
      model.destroy();
      return { result, stages: clock.stages };
    },
  },
};

const sources = {
  latentscope: () => require(path.join(root, "dist", "compute")),
  "umap-js": () => require("umap-js"),
  "embedding-atlas": () => import(pathToFileURL(embeddingAtlasModule).href),
};

const requests = {
  async start({ system: name }) {
    system = name;
    return (await measured(async () => (library = await sources[name]()))).cost;
  },
  load({ path: file, rows, dimensions }) {
    // shared memory: the library reads it in place
    const Memory = system === "latentscope" ? SharedArrayBuffer : ArrayBuffer;
    const vectors = new Float32Array(new Memory(rows * dimensions * 4));
    const source = openSync(file);
    readSync(source, new Uint8Array(vectors.buffer));
    closeSync(source);
    data = { vectors, shape: { rows, dimensions } };
    if (system === "umap-js")
      // the form in which it wants them
      data.lists = Array.from({ length: rows }, (_, i) =>
        Array.from(vectors.subarray(i * dimensions, (i + 1) * dimensions)),
      );
    return { residentBytes: memory("VmRSS") };
  },
  async run({ stage, out, ...parameters }) {
    const { value, cost } = await measured(() => systems[system][stage](parameters));
    if (out) writeFileSync(out, value.result);
    return { ...cost, stages: value.stages ?? {} };
  },
};

/** What `work` returns, and the seconds of the clock and of the processor (all threads) and the memory that it took. */
async function measured(work) {
  try {
    writeFileSync("/proc/self/clear_refs", "5"); // the peak starts anew
  } catch {
    // not Linux
  }
  const cpu = process.cpuUsage();
  const started = performance.now();
  const value = await work();
  const seconds = (performance.now() - started) / 1000;
  const used = process.cpuUsage(cpu);
  return { value, cost: { seconds, cpuSeconds: (used.user + used.system) / 1e6, peakBytes: memory("VmHWM") } };
}

/** Bytes of memory of this process: VmRSS now, VmHWM at its peak; null where there is no /proc. */
function memory(field) {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    return Number(status.match(new RegExp(`^${field}:\\s+(\\d+) kB`, "m"))[1]) * 1024;
  } catch {
    return null;
  }
}

function cosine(a, b) {
  let product = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let i = 0; i < a.length; i++) {
    product += a[i] * b[i];
    lengthA += a[i] * a[i];
    lengthB += b[i] * b[i];
  }
  return lengthA && lengthB ? Math.max(0, 1 - product / Math.sqrt(lengthA * lengthB)) : Number(lengthA !== lengthB);
}

/** Random numbers from 0 to 1 (mulberry32). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

console.log = console.error; // what libraries print must not mix with the answers
for await (const line of createInterface({ input: process.stdin })) {
  const { call, arguments: given = {} } = JSON.parse(line);
  let answer;
  try {
    answer = { result: await requests[call](given) };
  } catch (error) {
    answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
