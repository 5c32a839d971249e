/**
 * Nearest neighbours, UMAP, HDBSCAN and k-means side by side with the systems that people use: on the same rows, in one run, in turns.
 * It installs the peers and makes the data itself, prints tables, and writes every single call to a file of results.
 *
 *     node bench/compute/run.mjs            10,000, 50,000 and 100,000 rows; hours where the data must be made and two cores do it all
 *       --rows 10000,50000                  how many rows
 *       --only knn,umap,growth              stages: knn, umap, hdbscan, kmeans, growth (ours alone, 10,000 to 200,000 rows)
 *       --datasets sotu-gte                 by default all that are meant for so many rows, see data.mjs
 *       --peers umap-learn,fast_hdbscan     by default all; embedding-atlas and umap-js are called once, and only up to --slow rows (10000)
 *       --repetitions 3 --seeds 3           warm calls of each system, the larger of both; each call has a seed of its own
 *       --threads 1                         of ours; by default its own choice
 *       --again                             forgets what was measured of these cells; by default a stopped run goes on
 *       --out results.json                  by default bench/compute/results.json
 *       --report                            only prints the tables
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../scripts/run-command.mjs";
import { embeddingAtlasVersion, ensurePython } from "./environment.mjs";
import { machine } from "./machine.mjs";
import { KMEANS_CLUSTERS, measureCell } from "./measure.mjs";
import { plan, stages } from "./plan.mjs";
import { report } from "./report.mjs";
import { Results } from "./results.mjs";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "10000,50000,100000" },
    only: { type: "string", default: Object.keys(stages).join() },
    datasets: { type: "string" },
    peers: { type: "string" },
    slow: { type: "string", default: "10000" },
    repetitions: { type: "string", default: "3" },
    seeds: { type: "string", default: "3" },
    threads: { type: "string" },
    again: { type: "boolean", default: false },
    out: { type: "string", default: path.join(root, "bench", "compute", "results.json") },
    report: { type: "boolean", default: false },
  },
});
const list = (text) => text?.split(",").filter(Boolean);

const results = new Results(path.resolve(values.out));
if (!values.report) {
  const cells = plan({
    only: list(values.only),
    rows: list(values.rows).map(Number),
    from: list(values.datasets),
    peers: list(values.peers),
    slowRows: Number(values.slow),
  });
  await ensurePython();
  results.setMachine({ ...machine(), "embedding-atlas": embeddingAtlasVersion, kmeansClusters: KMEANS_CLUSTERS });
  const warmCalls = Math.max(Number(values.repetitions), Number(values.seeds));
  const threads = values.threads ? Number(values.threads) : undefined;
  if (values.again) for (const cell of cells) results.forget(cell, cell.systems);
  for (const cell of cells) await measureCell(cell, results, { warmCalls, threads });
}
console.log(report(results.content));
