import { setImmediate as turn } from "node:timers/promises";
import { clusterQuality, hdbscan, kmeans, umap } from "../compute";
import {
  findInside,
  LatentScopeError,
  rowsInClusters,
  rowSet,
  type ClusterId,
  type Content,
  type SplitEdit,
  type SplitOptions,
} from "../scope";
import { checkKnown, checkNumber } from "./check-options";
import { plural } from "./format";
import { checkLabelOptions, type LabelOptions } from "./label";
import { labelAnew, type LabelHooks, type LabelReport } from "./label/label-anew";
import { textsOf } from "./label/make-labels";
import { centralRows } from "./label/central";
import type { RowVectors } from "./row-vectors";
import { rowsOf, type Vectors } from "./vectors";

/** Without options, a cluster is split into 2 to so many parts. */
const MOST_PARTS = 6;
/** The number of parts is chosen by so many rows at most. */
const TRIAL_ROWS = 500;
const SEED = 42;
/** How HDBSCAN's points are made of vectors. */
const SPLIT_NEIGHBORS = 15;
const SPLIT_COMPONENTS = 3;

/** What a split is made from. */
export interface SplitSource {
  readonly content: Content;
  readonly rows: RowVectors;
  /** x and y of each row in turn. */
  readonly coordinates: Float32Array;
}

/**
 * Finds parts of a cluster by the vectors of its rows, and a label for each: an edit that is not made by that, and what a model did for it. The largest part is first.
 * @param options `parts`: so many, by spherical k-means; `minClusterSize`: by HDBSCAN, on a UMAP of these vectors in
 * three dimensions, rows of no part to the part whose mean is nearest;
 * neither: as many as k-means tells best from each other, by their silhouette
 * @throws LatentScopeError `unknown-cluster`, `bad-cluster`, `bad-option`, `interrupted`; `no-parts` when it does not fall into parts
 */
export async function proposeSplit(
  { content, rows: of, coordinates }: SplitSource,
  id: ClusterId,
  options: SplitOptions,
  { label = {}, ...hooks }: LabelHooks & { label?: LabelOptions } = {},
): Promise<{ edit: SplitEdit; report: LabelReport | undefined }> {
  const { signal } = hooks;
  checkLabelOptions(label);
  checkKnown("split", options, ["parts", "minClusterSize"]);
  const { parts, minClusterSize } = options;
  if (parts !== undefined && minClusterSize !== undefined)
    throw new LatentScopeError("bad-option", "A split takes parts or minClusterSize, not both.");
  if (parts !== undefined) checkNumber("split.parts", parts, { least: 2, whole: true });
  if (minClusterSize !== undefined) checkNumber("split.minClusterSize", minClusterSize, { least: 2, whole: true });
  const cluster = findInside(content, id, "split");
  const rows = rowsInClusters(content, [id]);
  const name = `Cluster ${id} ("${cluster.label}")`;
  const all = await of.vectors();
  const vectors: Vectors = {
    values: await directions(rowsOf(all, Int32Array.from(rows)), all.dimensions),
    rows: rows.length,
    dimensions: all.dimensions,
  };
  const distinct = countDistinct(vectors, Math.max(parts ?? 2, 2));
  if (distinct < (parts ?? 2))
    throw new LatentScopeError(
      "no-parts",
      `${name} cannot be split into ${parts ?? 2} parts: its ${plural(rows.length, "row")} have ${plural(distinct, "different vector")}.`,
    );
  const found =
    minClusterSize === undefined
      ? await byMeans(vectors, parts ?? (await bestCount(vectors, signal)), signal)
      : await byDensity(vectors, minClusterSize, name, signal);
  const members = Array.from({ length: Math.max(...found) + 1 }, (): number[] => []);
  found.forEach((part, i) => members[part].push(rows[i]));
  members.sort((a, b) => b.length - a.length || a[0] - b[0]);

  const texts = await of.texts();
  const live = members.map((part) => part.filter((row) => !content.deleted[row]));
  const central = centralRows(
    live.map((part, i) => (part.length ? part : members[i])),
    coordinates,
  );
  const groups = central.map((part, i) => ({ id: i, ...textsOf(texts, part) }));
  const taken = content.clusters.filter((other) => other.id !== id).map((other) => other.label);
  const { made, report } = await labelAnew(of.dataset, groups, { rows: [], texts: [] }, label, { taken }, hooks);
  const edit: SplitEdit = {
    kind: "split",
    cluster: id,
    parts: made.map(({ label: text, description, source, model, error, origin }, i) => ({
      rows: rowSet(members[i]),
      label: text,
      description,
      labelSource: source,
      labelModel: model,
      labelError: error,
      labelOrigin: origin,
    })),
  };
  return { edit, report };
}

async function byMeans(vectors: Vectors, k: number, signal: AbortSignal | undefined): Promise<Int32Array> {
  const { rows, dimensions, values } = vectors;
  const { labels } = await kmeans(values, { rows, dimensions, k, metric: "cosine", seed: SEED, ...withSignal(signal) });
  return labels;
}

/** The number of parts that are told best from each other, tried on some of the rows. */
async function bestCount(vectors: Vectors, signal: AbortSignal | undefined): Promise<number> {
  const step = Math.max(1, Math.ceil(vectors.rows / TRIAL_ROWS));
  const some = Int32Array.from({ length: Math.ceil(vectors.rows / step) }, (_, i) => i * step);
  const trial = { ...vectors, values: rowsOf(vectors, some), rows: some.length };
  const most = Math.min(MOST_PARTS, countDistinct(trial, MOST_PARTS));
  const { rows, dimensions, values } = trial;
  const counts = Array.from({ length: most - 1 }, (_, i) => i + 2);
  const silhouettes = await Promise.all(
    counts.map(async (k) => {
      const labels = await byMeans(trial, k, signal);
      return (await clusterQuality(values, { rows, dimensions, labels, ...withSignal(signal) })).silhouette ?? -1;
    }),
  );
  return counts[silhouettes.indexOf(Math.max(...silhouettes))];
}

async function byDensity(
  vectors: Vectors,
  minClusterSize: number,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Int32Array> {
  const { rows, dimensions, values } = vectors;
  const aborting = withSignal(signal);
  // where there are hundreds of dimensions, all rows are about as far from each other: density says nothing before UMAP has looked at neighbours
  const nNeighbors = Math.min(SPLIT_NEIGHBORS, rows - 1);
  const reduced = {
    rows,
    dimensions,
    nNeighbors,
    minDist: 0,
    nComponents: SPLIT_COMPONENTS,
    seed: SEED,
    ...aborting,
  } as const;
  const points = await umap(values, reduced);
  const { labels } = await hdbscan(points, { rows, dimensions: SPLIT_COMPONENTS, minClusterSize, ...aborting });
  const count = Math.max(-1, ...labels) + 1;
  if (count < 2)
    throw new LatentScopeError(
      "no-parts",
      `${name} does not fall into parts of at least ${plural(minClusterSize, "row")}. Take a smaller minClusterSize, or say how many parts: { parts: 2 }.`,
    );
  return withNearest(vectors, labels, count);
}

/** The same labels, with rows of none at the one whose mean direction is nearest. */
async function withNearest({ values, dimensions }: Vectors, labels: Int32Array, count: number): Promise<Int32Array> {
  const means = new Float64Array(count * dimensions);
  labels.forEach((label, i) => {
    if (label >= 0) for (let d = 0; d < dimensions; d++) means[label * dimensions + d] += values[i * dimensions + d];
  });
  const lengths = Array.from({ length: count }, (_, part) =>
    Math.hypot(...means.subarray(part * dimensions, (part + 1) * dimensions)),
  );
  const all = labels.slice();
  for (const [i, label] of labels.entries()) {
    // the kernel answers others in between
    if (i % 2000 === 0) await turn();
    if (label >= 0) continue;
    let [best, highest] = [0, -Infinity];
    for (let part = 0; part < count; part++) {
      let product = 0;
      for (let d = 0; d < dimensions; d++) product += values[i * dimensions + d] * means[part * dimensions + d];
      if (product / lengths[part] > highest) [best, highest] = [part, product / lengths[part]];
    }
    all[i] = best;
  }
  return all;
}

/** The vectors at length 1, so that distances are those of directions; zeros stay. */
async function directions(values: Float32Array, dimensions: number): Promise<Float32Array> {
  const result = new Float32Array(new SharedArrayBuffer(values.byteLength));
  for (let at = 0; at < values.length; at += dimensions) {
    if (at % (dimensions * 8192) === 0) await turn();
    let square = 0;
    for (let d = 0; d < dimensions; d++) square += values[at + d] ** 2;
    const length = Math.sqrt(square) || 1;
    for (let d = 0; d < dimensions; d++) result[at + d] = values[at + d] / length;
  }
  return result;
}

/** The number of different vectors, counted to `most`. */
function countDistinct({ values, rows, dimensions }: Vectors, most: number): number {
  const seen: number[] = [];
  for (let row = 0; row < rows && seen.length < most; row++) {
    const same = (other: number): boolean => {
      for (let d = 0; d < dimensions; d++)
        if (values[row * dimensions + d] !== values[other * dimensions + d]) return false;
      return true;
    };
    if (!seen.some(same)) seen.push(row);
  }
  return seen.length;
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
