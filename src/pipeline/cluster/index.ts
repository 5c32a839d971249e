import pl from "nodejs-polars";
import { LatentScopeError, UNCLUSTERED } from "../../scope";
import { int64, numbers, PROVENANCE, readParquet, writeJson, writeParquet, type JsonObject } from "../../store";
import { checkKnown, type OneOf } from "../check-options";
import { provenanceOf, stepKey, type RunContext, type StepOutcome } from "../context";
import type { Embedded } from "../embed";
import { plural } from "../format";
import type { Ingested } from "../ingest";
import { NAMING, namingOf, renamed, type RunNaming } from "../naming";
import { finishedRun, lazily } from "../reuse";
import type { LaidOut } from "../umap";
import { rowsOf, type Vectors } from "../vectors";
import { byColumn } from "./column";
import { hdbscan } from "./hdbscan";
import { kmeans } from "./kmeans";
import type { Method } from "./method";
import { qualityOf } from "./quality";
import { defaultLabelTable, fileIds, membersOf } from "./tables";

export { clusterSizes } from "./hdbscan";
export { clusterCount } from "./kmeans";
export { clusterColumns, fileIds, membersOf } from "./tables";

/** Options of the clustering. */
export interface ClusterOptions extends RunNaming {
  /**
   * How clusters are found: by density ("hdbscan", the default), around means ("kmeans": every row is in a cluster), or by the values of a
   * column of the table ("column:<name>", whose labels are the values).
   */
  method?: OneOf<"hdbscan" | "kmeans" | `column:${string}`>;
  /** What HDBSCAN and k-means look at: the places of rows on the map ("umap", the default) or their vectors ("embedding"). */
  clusterOn?: OneOf<"umap" | "embedding">;
  /** HDBSCAN: fewest rows of a cluster; larger gives fewer, larger clusters. Default: by row count, see {@link clusterSizes}. */
  minClusterSize?: number;
  /** HDBSCAN: how many near rows make a row part of something dense; larger leaves more rows unclustered. Default: 2. */
  minSamples?: number;
  /** HDBSCAN: clusters closer than this stay together, in units of the map (which is 2 wide and 2 high) or of the vectors. Default: 0. */
  clusterSelectionEpsilon?: number;
  /** k-means: number of clusters. Default: by row count, see {@link clusterCount}. */
  nClusters?: number;
  /** k-means: seed of all random choices. Default: 42. */
  seed?: number;
  /** Puts rows that are in no cluster into that whose middle on the map is nearest. `raw_cluster` keeps them apart. Default: false. */
  assignNoise?: boolean;
}

export interface Clustered extends StepOutcome {
  readonly key: string;
  /** `clusters/cluster-NNN.json`. */
  readonly json: JsonObject;
  /** The cluster of each row; -1 is none. */
  readonly labels: () => Promise<Int32Array>;
  /** As `labels`, before rows of no cluster were assigned. */
  readonly rawLabels: () => Promise<Int32Array>;
  /** Names that clusters have of themselves, by id. */
  readonly names: readonly string[] | undefined;
}

const COLUMN = "column:";
const METHODS: Readonly<Record<string, Method>> = { hdbscan, kmeans };

function methodOf(name: string): Method {
  if (name.startsWith(COLUMN) && name.length > COLUMN.length) return byColumn(name.slice(COLUMN.length));
  if (Object.hasOwn(METHODS, name)) return METHODS[name];
  throw new LatentScopeError(
    "bad-option",
    `cluster.method is "hdbscan", "kmeans" or "column:<name>", not ${JSON.stringify(name)}.`,
  );
}

/** Checks the options of the clustering. @throws LatentScopeError `bad-option` */
export function checkClusterOptions(options: ClusterOptions = {}): ClusterOptions {
  const { method = "hdbscan", clusterOn = "umap", assignNoise = false } = options ?? {};
  const found = methodOf(String(method));
  checkKnown("cluster", options, ["method", "clusterOn", "assignNoise", ...NAMING, ...new Set(ALL_OPTIONS)]);
  namingOf("cluster", options);
  const unread = ALL_OPTIONS.filter((name) => options[name] !== undefined && !found.options.includes(name));
  if (unread.length)
    throw new LatentScopeError("bad-option", `cluster.${unread[0]} has no meaning for the method "${method}".`);
  if (clusterOn !== "umap" && clusterOn !== "embedding")
    throw new LatentScopeError(
      "bad-option",
      `cluster.clusterOn is "umap" or "embedding", not ${JSON.stringify(clusterOn)}.`,
    );
  if (typeof assignNoise !== "boolean")
    throw new LatentScopeError(
      "bad-option",
      `cluster.assignNoise is true or false, not ${JSON.stringify(assignNoise)}.`,
    );
  found.parameters(options, 2);
  return options;
}

const ALL_OPTIONS = [...hdbscan.options, ...kmeans.options];

/**
 * Step 4: groups of rows.
 * @throws LatentScopeError `no-such-column` and `bad-option` for columns that make no clusters; `interrupted`, `worker-failed`
 */
export async function cluster(
  data: Ingested,
  embedded: Embedded,
  laidOut: LaidOut,
  options: ClusterOptions,
  context: RunContext,
): Promise<Clustered> {
  return context.step("cluster", async (clock) => {
    const { dataset } = data;
    const { rows } = data.texts;
    const { method: name = "hdbscan", clusterOn = "umap", assignNoise = false } = options;
    const method = methodOf(name);
    const key = stepKey("cluster", {
      ...{ umap: laidOut.key, method: name, ...method.parameters(options, rows.length) },
      // As if they were not there when they are not used: keys of earlier runs stay what they are.
      ...(clusterOn === "umap" ? {} : { clusterOn }),
      ...(assignNoise ? { assignNoise } : {}),
    });
    const files = (id: string): string[] => [`clusters/${id}.parquet`, `clusters/${id}-labels-default.parquet`];
    const earlier = await finishedRun(dataset, await dataset.runs("cluster"), key, files);
    const naming = namingOf("cluster", options);
    const jsonFile = (id: string): string => dataset.path("clusters", `${id}.json`);
    if (earlier) {
      const json = await renamed(jsonFile(earlier.id), earlier.json, naming);
      return { ...readRun(files(earlier.id)[0], json), id: earlier.id, key, reused: true };
    }

    context.progress("cluster", 0, rows.length, "rows");
    const points = async (): Promise<Vectors> => {
      const all = await pointsOf(clusterOn, embedded, laidOut);
      return { values: rowsOf(all, rows), rows: rows.length, dimensions: all.dimensions };
    };
    const found = await method.find({ data, rows, points, context }, options);
    const raw = new Int32Array(data.frame.height).fill(UNCLUSTERED);
    rows.forEach((row, i) => (raw[row] = found.labels[i]));
    const coordinates = await laidOut.coordinates();
    const labels = assignNoise ? assigned(raw, rows, coordinates) : raw;

    const id = await dataset.nextId("cluster");
    const count = membersOf(labels).length;
    const outside = labels.reduce((sum, label) => sum + Number(label === UNCLUSTERED), 0);
    const json: JsonObject = {
      id,
      umap_id: laidOut.id,
      method: name.startsWith(COLUMN) ? "column" : name,
      granularity: "rows",
      cluster_on: clusterOn,
      samples: found.samples,
      ...found.more,
      n_clusters: count,
      n_noise: raw.reduce((sum, label) => sum + Number(label === UNCLUSTERED), 0),
      assign_noise: assignNoise,
      ...naming,
      quality_metrics: await qualityOf(await points(), rows, labels, context.signal),
      ...(outside ? { unclustered_cluster: count } : {}),
      [PROVENANCE]: provenanceOf(key, clock, { rows: rows.length, ...(found.names ? { names: found.names } : {}) }),
    };
    const [assignments, defaultLabels] = files(id);
    await writeParquet(
      dataset.path(assignments),
      pl.DataFrame([int64("cluster", fileIds(labels)), int64("raw_cluster", raw)]),
    );
    await writeParquet(dataset.path(defaultLabels), defaultLabelTable(labels, coordinates));
    await writeJson(jsonFile(id), json);
    return {
      ...{ id, key, json, reused: false, summary: summaryOf(json), names: found.names },
      labels: () => Promise.resolve(labels),
      rawLabels: () => Promise.resolve(raw),
    };
  });

  function readRun(file: string, json: JsonObject): Omit<Clustered, "id" | "key" | "reused"> {
    const frame = lazily(() => readParquet(data.dataset.path(file)));
    const column = (name: string): (() => Promise<Int32Array>) =>
      lazily(async () => Int32Array.from(numbers(await frame(), name, file)));
    const unclustered = json["unclustered_cluster"];
    const inFile = column("cluster");
    const { names } = json[PROVENANCE] as { names?: readonly string[] };
    return {
      ...{ json, summary: summaryOf(json), names, rawLabels: column("raw_cluster") },
      labels: lazily(async () => (await inFile()).map((label) => (label === unclustered ? UNCLUSTERED : label))),
    };
  }
}

/** What is clustered: a point for every row of the table. */
function pointsOf(clusterOn: string, embedded: Embedded, laidOut: LaidOut): Promise<Vectors> {
  return clusterOn === "embedding" ? embedded.vectors() : laidOut.places();
}

/** Labels with the rows of no cluster in that whose mean place is nearest. */
function assigned(raw: Int32Array, rows: Int32Array, coordinates: Float32Array): Int32Array {
  const means = membersOf(raw).map((members) => {
    const [x, y] = [0, 1].map((axis) => members.reduce((sum, row) => sum + coordinates[2 * row + axis], 0));
    return [x / members.length, y / members.length] as const;
  });
  const labels = raw.slice();
  for (const row of rows) {
    if (raw[row] !== UNCLUSTERED) continue;
    let least = Infinity;
    means.forEach(([x, y], id) => {
      const distance = Math.hypot(coordinates[2 * row] - x, coordinates[2 * row + 1] - y);
      if (distance < least) [least, labels[row]] = [distance, id];
    });
  }
  return labels;
}

function summaryOf(json: JsonObject): string {
  return `${plural(Number(json["n_clusters"]), "cluster")}, ${plural(Number(json["n_noise"]), "row")} unclustered`;
}
