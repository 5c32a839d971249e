/** Measures a cell: a first call of each system in a fresh process, then warm calls of all of them in turns. */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { datasets, ensureDataset } from "./data.mjs";
import { cache, ensureEmbeddingAtlas } from "./environment.mjs";
import { buildOfLibrary, busySeconds, load, quiet } from "./machine.mjs";
import { OURS, slowSystems, stages } from "./plan.mjs";
import { SystemProcess } from "./system-process.mjs";

/** Up to so many rows our search for neighbours is exact. */
const EXACT_ROWS = 20_000;

/** Clusters that k-means looks for. */
export const KMEANS_CLUSTERS = 100;

/** How long a call waits for other programs to become quiet: on a busy machine threads wait for each other, and all figures are worse. */
const PATIENCE_SECONDS = 20;

/** How much more often HDBSCAN is called: a call takes a fraction of a second, in which a compiler at work or a collector is much. */
const SHORT_CALLS = 3;

/** What the judge is asked about the output of a call. */
const questions = {
  knn: ({ out }) => ["recall", { neighbours: out }],
  umap: ({ out, labels }) => ["layout", { layout: out, labels }],
  hdbscan: ({ out }) => ["clusters", { labels: out }],
  kmeans: ({ out, vectors }) => ["inertia", { ...vectors, labels: out }],
};

/**
 * Adds to the results what they lack of a cell. A system that fails is left out, with a message.
 * @param {import("./plan.mjs").PlannedCell} planned
 * @param {import("./results.mjs").Results} results
 * @param {{ warmCalls: number, threads?: number }} options `threads` of ours
 */
export async function measureCell(planned, results, { warmCalls, threads }) {
  const { stage, task, dataset, rows, systems, epochs } = planned;
  const cell = { stage, dataset, rows };
  const wanted = task === "hdbscan" ? warmCalls * SHORT_CALLS : warmCalls;
  const lacking = (system) => (slowSystems.includes(system) ? 0 : wanted) - results.calls(cell, system, false).length;
  // Last, so that the others' recall is known.
  const inTurn = systems.toSorted((a, b) => Number(a === OURS) - Number(b === OURS));
  const open = inTurn.filter((system) => !results.calls(cell, system, true).length || lacking(system) > 0);
  if (!open.length) return;

  const data = await ensureDataset(dataset);
  if (open.includes("embedding-atlas")) await ensureEmbeddingAtlas();
  const vectors = { path: data.vectors, rows, dimensions: datasets[dataset].dimensions };
  const input = task === "hdbscan" ? { path: await layoutFor(planned, vectors), rows, dimensions: 2 } : vectors;
  const folder = folderOf(cell);

  const judge = new SystemProcess("judge");
  const running = [];
  try {
    if (task === "knn" || task === "umap") await judge.call("judge_load", vectors);
    for (const system of open) running.push(await start(system, input, path.join(folder, outputName(task, system))));
    for (let round = 0; running.some((one) => !one.failed && (round === 0 || lacking(one.system) > 0)); round++)
      for (const one of running) {
        if (one.failed || (round > 0 && lacking(one.system) <= 0)) continue;
        const seed = 1 + results.calls(cell, one.system, false).length + results.calls(cell, one.system, true).length;
        try {
          const cost = await callOnce(one, { task, epochs, seed, threads, recall: recallToReach(results, cell) });
          const quality = await judge.call(...questions[task]({ out: one.out, labels: data.labels, vectors }));
          results.add({ ...cell, system: one.system, cold: round === 0, seed, ...cost, quality });
          say(cell, one.system, round, cost, quality);
        } catch (error) {
          one.failed = true;
          console.error(`${stage} ${dataset} ${rows} ${one.system}: ${error.message.split("\n")[0]}`);
        }
      }
    const done = running.filter((one) => !one.failed);
    if (task === "hdbscan" && done.length > 1) {
      const labels = Object.fromEntries(done.map(({ system, out }) => [system, out]));
      results.setAgreement(cell, await judge.call("agreement", { labels }));
    }
    for (const one of done)
      if (!slowSystems.includes(one.system) && one.system !== OURS)
        results.setConditions(one.system, await one.child.call("conditions"));
  } finally {
    for (const one of running) await one.child.end();
    await judge.end();
  }
}

/** The recall of the peers, which is what ours is asked for where it is not exact; undefined where there is none. */
function recallToReach(results, cell) {
  if (cell.stage !== "knn" || cell.rows <= EXACT_ROWS) return undefined;
  const reached = stages.knn
    .filter((system) => system !== OURS)
    .flatMap((system) => [true, false].flatMap((cold) => results.calls(cell, system, cold)))
    .map(({ quality }) => quality.recall);
  return reached.length ? Math.max(...reached) : undefined;
}

const folderOf = ({ stage, dataset, rows }) => {
  const folder = path.join(cache, "outputs", `${stage}-${dataset}-${rows}`);
  mkdirSync(folder, { recursive: true });
  return folder;
};

const outputName = (task, system) => `${system}.${task === "umap" ? "f32" : "i32"}`;

async function start(system, input, out) {
  const child = new SystemProcess(system);
  const { seconds: startSeconds } = await child.call("start", { system });
  const { residentBytes } = await child.call("load", input);
  return { system, child, out, startSeconds, residentBytes, failed: false };
}

async function callOnce({ system, child, out, startSeconds, residentBytes }, { task, epochs, seed, threads, recall }) {
  const parameters = {
    ...(task === "umap" && { epochs }),
    ...(task === "kmeans" && { clusters: KMEANS_CLUSTERS }),
    ...(system !== "umap-learn" && { seed }), // with a seed it would use one thread
    ...(system === OURS && threads && { threads }),
    ...(system === OURS && recall && { recall }),
  };
  await quiet(PATIENCE_SECONDS);
  const at = new Date().toISOString();
  const loadAverage = load();
  const busy = busySeconds();
  const cost = await child.call("run", { stage: task, out, ...parameters });
  const othersCpuSeconds = Math.max(0, busySeconds() - busy - cost.cpuSeconds);
  const build = system === OURS ? { build: buildOfLibrary(), threads } : {};
  return { ...cost, othersCpuSeconds, startSeconds, residentBytes, loadAverage, at, ...build };
}

/** The layout that is clustered, the same for all: umap-learn's, or ours where ours is alone. */
async function layoutFor({ stage, dataset, rows, systems, epochs }, vectors) {
  const system = systems.length === 1 ? OURS : "umap-learn";
  const made = path.join(
    folderOf({ stage: stage.replace("hdbscan", "umap"), dataset, rows }),
    outputName("umap", system),
  );
  const kept = path.join(folderOf({ stage, dataset, rows }), "layout.f32");
  if (existsSync(kept)) return kept;
  if (!existsSync(made)) {
    const one = await start(system, vectors, made);
    try {
      await callOnce(one, { task: "umap", epochs, seed: 1 });
    } finally {
      await one.child.end();
    }
  }
  copyFileSync(made, kept);
  return kept;
}

function say({ stage, dataset, rows }, system, round, { seconds, cpuSeconds }, quality) {
  const judged = Object.entries(quality).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  const times = `${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of processor`;
  console.error(
    `${stage} ${dataset} ${rows} ${system} ${round ? `warm ${round}` : "first"}: ${times}; ${judged.join(", ")}`,
  );
}
