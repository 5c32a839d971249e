/** What is measured: cells of a stage, a dataset and a number of rows, each by several systems. */
import { datasets } from "./data.mjs";

export const OURS = "latentscope";
/** So slow that they are called once, and only where there are few rows. */
export const slowSystems = ["embedding-atlas", "umap-js"];
export const stages = {
  knn: [OURS, "pynndescent"],
  umap: [OURS, "umap-learn", ...slowSystems],
  hdbscan: [OURS, "fast_hdbscan", "hdbscan", "hdbscan-exact"],
  kmeans: [OURS, "scikit-learn"],
};

/** Ours alone on the first rows of one dataset, with equally many epochs, to see how time grows. */
const growth = { dataset: "passages-static", rows: [10_000, 25_000, 50_000, 100_000, 200_000], epochs: 200 };

/** Rounds of optimisation, as umap-learn chooses them. */
const epochsFor = (rows) => (rows <= 10_000 ? 500 : 200);

/** @typedef {import("./results.mjs").Cell & { task: string, systems: string[], epochs: number }} PlannedCell `task` is what the systems do */

/**
 * @param {{ only: string[], rows: number[], from?: string[], peers?: string[], slowRows: number }} wanted `from` names datasets
 * @returns {PlannedCell[]} in an order in which the layouts are there when they are clustered
 */
export function plan({ only, rows: sizes, from, peers, slowRows }) {
  return only.flatMap((stage) => {
    if (stage === "growth") return growthCells();
    if (!(stage in stages))
      throw new Error(`No stage "${stage}"; there are ${Object.keys(stages).join(", ")}, growth.`);
    return sizes.flatMap((rows) => {
      const systems = stages[stage].filter(
        (system) =>
          (system === OURS || !peers || peers.includes(system)) && (rows <= slowRows || !slowSystems.includes(system)),
      );
      return (from ?? datasetsOf(rows)).map((dataset) => {
        if (!(rows <= datasets[dataset]?.mostRows)) throw new Error(`No dataset "${dataset}" of ${rows} rows.`);
        return { stage, task: stage, dataset, rows, systems, epochs: epochsFor(rows) };
      });
    });
  });
}

function datasetsOf(rows) {
  const names = Object.keys(datasets).filter((name) => rows >= datasets[name].from && rows <= datasets[name].mostRows);
  if (!names.length) throw new Error(`No dataset has ${rows} rows.`);
  return names;
}

function growthCells() {
  const { dataset, epochs } = growth;
  return growth.rows.flatMap((rows) =>
    ["knn", "umap", "hdbscan"].map((task) => ({
      stage: `growth-${task}`,
      task,
      dataset,
      rows,
      systems: [OURS],
      epochs,
    })),
  );
}
