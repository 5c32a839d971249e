import pl from "nodejs-polars";
import { hdbscanSweep } from "../compute";
import { LatentScopeError, UNCLUSTERED, UNCLUSTERED_LABEL } from "../scope";
import {
  int64,
  int64Lists,
  numbers,
  PROVENANCE,
  readParquet,
  text,
  writeJson,
  writeParquet,
  type JsonObject,
} from "../store";
import { checkKnown, checkNumber, type OneOf } from "./check-options";
import { provenanceOf, stepKey, type RunContext, type StepOutcome } from "./context";
import { plural } from "./format";
import { convexHull } from "./hull";
import type { Ingested } from "./ingest";
import { finishedRun, lazily } from "./reuse";
import type { LaidOut } from "./umap";

/** Options of the clustering. */
export interface ClusterOptions {
  /** How clusters are found: by density on the map. Default: "hdbscan". */
  method?: OneOf<"hdbscan">;
  /** Fewest rows of a cluster: larger gives fewer, larger clusters. Default: by row count, see {@link clusterSizes}. */
  minClusterSize?: number;
  /** How many near rows make a row part of something dense: larger leaves more rows unclustered. Default: 2. */
  minSamples?: number;
  /** Clusters closer than this stay together, in units of the map (which is 2 wide and 2 high). Default: 0. */
  clusterSelectionEpsilon?: number;
}

const DEFAULTS = { minSamples: 2, clusterSelectionEpsilon: 0 } as const;

export interface Clustered extends StepOutcome {
  readonly key: string;
  /** `clusters/cluster-NNN.json`. */
  readonly json: JsonObject;
  /** HDBSCAN's labels by row; -1 is noise, and rows without text. */
  readonly labels: () => Promise<Int32Array>;
}

/** Without an option, no cluster should hold more than this part of the rows: one that does says nothing. */
const LARGEST_SHARE = 0.3;

/**
 * Sizes to try for `minClusterSize`, from the largest: 0.38 √rows (8 of 500 rows, 27 of 5,000, 98 of 66,000), which gave some 20 to 100
 * readable clusters on maps of sentences, then less.
 *
 * HDBSCAN goes over a cliff: on a map of 1,500 sentences, 15 gave 36 clusters and 20 gave 3, one of them with 93 % of all rows. Where the
 * cliff is, only trying shows. So the first of these sizes counts that leaves no cluster with more than 30 % of the rows.
 */
export function clusterSizes(rows: number): number[] {
  const first = 0.38 * Math.sqrt(rows);
  const least = rows < 12 ? 2 : 3;
  return [...new Set([1, 0.75, 0.55, 0.4].map((part) => Math.max(least, Math.round(first * part))))];
}

/** Checks the options of the clustering. @throws LatentScopeError `bad-option` */
export function checkClusterOptions(options: ClusterOptions = {}): ClusterOptions {
  checkKnown("cluster", options, ["method", "minClusterSize", "minSamples", "clusterSelectionEpsilon"]);
  const { method = "hdbscan", minClusterSize, minSamples, clusterSelectionEpsilon } = options;
  if (method !== "hdbscan")
    throw new LatentScopeError("bad-option", `cluster.method is "hdbscan", not ${JSON.stringify(method)}.`);
  if (minClusterSize !== undefined) checkNumber("cluster.minClusterSize", minClusterSize, { least: 2, whole: true });
  if (minSamples !== undefined) checkNumber("cluster.minSamples", minSamples, { least: 1, whole: true });
  if (clusterSelectionEpsilon !== undefined)
    checkNumber("cluster.clusterSelectionEpsilon", clusterSelectionEpsilon, { least: 0 });
  return options;
}

/**
 * Step 4: groups of rows that lie close together on the map.
 * @throws LatentScopeError `interrupted`, `worker-failed`
 */
export async function cluster(
  data: Ingested,
  laidOut: LaidOut,
  options: ClusterOptions,
  context: RunContext,
): Promise<Clustered> {
  return context.step("cluster", async (clock) => {
    const { dataset } = data;
    const rows = data.texts.flatMap((t, row) => (t === null ? [] : [row]));
    const {
      minClusterSize,
      minSamples = DEFAULTS.minSamples,
      clusterSelectionEpsilon = DEFAULTS.clusterSelectionEpsilon,
    } = options;
    const sizes = minClusterSize === undefined ? clusterSizes(rows.length) : [minClusterSize];
    const key = stepKey("cluster", {
      umap: laidOut.key,
      method: "hdbscan",
      sizes,
      minSamples,
      clusterSelectionEpsilon,
    });
    const files = (id: string): string[] => [`clusters/${id}.parquet`, `clusters/${id}-labels-default.parquet`];
    const earlier = await finishedRun(dataset, await dataset.runs("cluster"), key, files);
    if (earlier) {
      const [file] = files(earlier.id);
      const labels = lazily(async () =>
        Int32Array.from(numbers(await readParquet(dataset.path(file)), "raw_cluster", file)),
      );
      return { id: earlier.id, key, json: earlier.json, reused: true, summary: summaryOf(earlier.json), labels };
    }
    context.progress("cluster", 0, rows.length, "rows");
    const coordinates = await laidOut.coordinates();
    const points = Float32Array.from({ length: rows.length * 2 }, (_v, i) => coordinates[rows[i >> 1] * 2 + (i % 2)]);
    const results = await hdbscanSweep(points, {
      ...{ rows: rows.length, dimensions: 2, minClusterSizes: sizes, minSamples, clusterSelectionEpsilon },
      signal: context.signal,
    });
    const found = bestOf(sizes.map((size, i) => ({ size, labels: results[i].labels })));
    const labels = new Int32Array(data.frame.height).fill(UNCLUSTERED);
    rows.forEach((row, i) => (labels[row] = found.labels[i]));

    const id = await dataset.nextId("cluster");
    const members = membersOf(labels);
    const noise = labels.reduce((sum, label) => sum + Number(label === UNCLUSTERED), 0);
    const json: JsonObject = {
      id,
      umap_id: laidOut.id,
      method: "hdbscan",
      granularity: "rows",
      cluster_on: "umap",
      samples: found.size,
      min_samples: minSamples,
      cluster_selection_epsilon: clusterSelectionEpsilon,
      n_clusters: members.length,
      n_noise: noise,
      assign_noise: false,
      ...(noise ? { unclustered_cluster: members.length } : {}),
      [PROVENANCE]: provenanceOf(key, clock, { rows: rows.length }),
    };
    const [assignments, defaultLabels] = files(id);
    await writeParquet(
      dataset.path(assignments),
      pl.DataFrame([int64("cluster", fileIds(labels)), int64("raw_cluster", labels)]),
    );
    await writeParquet(dataset.path(defaultLabels), defaultLabelTable(labels, coordinates));
    await writeJson(dataset.path("clusters", `${id}.json`), json);
    return { id, key, json, reused: false, summary: summaryOf(json), labels: () => Promise.resolve(labels) };
  });
}

/** A clustering with this `minClusterSize`. */
interface Attempt {
  size: number;
  labels: Int32Array;
}

/** The first without a cluster that is too large; if there is none, that with the smallest largest cluster. */
function bestOf(attempts: readonly Attempt[]): Attempt {
  const shares = attempts.map(({ labels }) => {
    const share = Math.max(0, ...membersOf(labels).map((members) => members.length)) / labels.length;
    // nothing but noise is no answer either
    return share || 1;
  });
  const good = shares.findIndex((share) => share <= LARGEST_SHARE);
  return attempts[good >= 0 ? good : shares.indexOf(Math.min(...shares))];
}

/** Rows of each cluster, ascending; position = cluster id. */
export function membersOf(labels: Int32Array): number[][] {
  const members: number[][] = Array.from({ length: Math.max(...[-1], ...new Set(labels)) + 1 }, () => []);
  labels.forEach((label, row) => {
    if (label !== UNCLUSTERED) members[label].push(row);
  });
  return members;
}

/** Cluster ids as files have them: rows of no cluster get one more id after the last. */
export function fileIds(labels: Int32Array): Int32Array {
  const unclustered = membersOf(labels).length;
  return labels.map((label) => (label === UNCLUSTERED ? unclustered : label));
}

/** The columns that every label table starts with: position = cluster id in files, rows, hull. The rows of no cluster come last, if there are any. */
export function clusterColumns(
  labels: Int32Array,
  coordinates: Float32Array,
): { members: number[][]; hulls: number[][]; unclustered: boolean } {
  const members = membersOf(labels);
  const hulls = members.map((rows) => convexHull(rows, coordinates));
  const outside = [...labels.keys()].filter((row) => labels[row] === UNCLUSTERED);
  if (outside.length) {
    members.push(outside);
    hulls.push([]);
  }
  return { members, hulls, unclustered: outside.length > 0 };
}

function defaultLabelTable(labels: Int32Array, coordinates: Float32Array): pl.DataFrame {
  const { members, hulls, unclustered } = clusterColumns(labels, coordinates);
  const isOutside = (id: number): boolean => unclustered && id === members.length - 1;
  return pl.DataFrame([
    text(
      "label",
      members.map((_, id) => (isOutside(id) ? UNCLUSTERED_LABEL : `Cluster ${id}`)),
    ),
    text(
      "description",
      members.map((rows, id) => `This is cluster ${id} with ${rows.length} items.`),
    ),
    int64Lists("indices", members),
    int64Lists("hull", hulls),
  ]);
}

function summaryOf(json: JsonObject): string {
  return `${plural(Number(json["n_clusters"]), "cluster")}, ${plural(Number(json["n_noise"]), "row")} unclustered`;
}
