/** The whole run and its steps on vectors that are there, against the Python tool: as its commands, and as its functions in one process. */
import { rmSync } from "node:fs";
import path from "node:path";
import { vectorTable } from "../data.mjs";
import { folder, newFolder, program, toolEnvironment } from "../environment.mjs";
import { measureOurs, measureProcess } from "../processes.mjs";

const DATASET = "sentences";
const MIN_SAMPLES = 5;
const EPSILON = 0.005;
/** What the tool's own interface proposes. */
const leastClusterSize = (rows) => (rows < 10_000 ? 15 : 25);

const sizes = (quick) => [
  { rows: 2_000, repetitions: quick ? 1 : 3 },
  { rows: 20_000, repetitions: quick ? 1 : 2 },
];

const systems = {
  latentscope: async (rows, table, dataDir) => {
    const options = {
      name: DATASET,
      embed: { model: "column:numbers" },
      umap: { nNeighbors: 25, minDist: 0.1 },
      cluster: {
        minClusterSize: leastClusterSize(rows),
        minSamples: MIN_SAMPLES,
        clusterSelectionEpsilon: EPSILON,
      },
    };
    const { runs, ...cost } = await measureOurs("run", {
      dataDir,
      input: table,
      runs: [options],
    });
    return {
      ...cost,
      callSeconds: runs[0].seconds,
      steps: runs[0].steps,
      clusters: runs[0].clusters,
    };
  },

  "tool, commands": async (rows, table, dataDir) => {
    const commands = {
      ingest: ["ls-ingest", DATASET, "--path", table, "--text_column", "text"],
      embed: ["ls-embed-importer", DATASET, "numbers", "", "text"],
      umap: ["ls-umap", DATASET, "embedding-001", 25, 0.1],
      cluster: [
        ...["ls-cluster", DATASET, "umap-001", leastClusterSize(rows), MIN_SAMPLES, EPSILON],
        ...["--method", "hdbscan"],
      ],
      save: ["ls-scope", DATASET, "embedding-001", "umap-001", "cluster-001", "default", "Sentences", ""],
    };
    const steps = {};
    const costs = [];
    for (const [step, [command, ...args]] of Object.entries(commands)) {
      const cost = await measureProcess(program(command), args, {
        env: toolEnvironment(dataDir),
      });
      costs.push(cost);
      steps[step] = cost.seconds;
    }
    const sum = (name) => costs.reduce((total, cost) => total + cost[name], 0);
    const totals = Object.fromEntries(["seconds", "cpuSeconds", "othersCpuSeconds"].map((name) => [name, sum(name)]));
    const { at, loadAverage } = costs[0];
    return {
      at,
      loadAverage,
      ...totals,
      peakBytes: Math.max(...costs.map((cost) => cost.peakBytes)),
      steps,
    };
  },

  "tool, one process": async (rows, table, dataDir) => {
    const args = [path.join(folder, "tool_steps.py"), DATASET, table, leastClusterSize(rows)];
    const { lines, ...cost } = await measureProcess(program("python"), args, {
      env: toolEnvironment(dataDir),
    });
    return { ...cost, ...lines.at(-1).result };
  },
};

const onceOnly = new Set(["tool, one process"]);

/** @param {(call: object) => void} add */
export async function measureSteps(add, { quick }) {
  for (const { rows, repetitions } of sizes(quick)) {
    const table = await vectorTable(rows);
    for (let repetition = 0; repetition < repetitions; repetition++)
      for (const [system, measure] of Object.entries(systems)) {
        if (repetition > 0 && onceOnly.has(system)) continue;
        const dataDir = newFolder();
        try {
          add({ rows, system, ...(await measure(rows, table, dataDir)) });
        } finally {
          rmSync(dataDir, { recursive: true, force: true });
        }
      }
  }
}
