import type { Kernels } from "../kernels/kernels";
import { condensedTable, type CondensedTree } from "./condensed-tree";
import { condense } from "./condense";
import { distinctPoints } from "./distinct-points";
import { distinctVectors } from "./distinct-vectors";
import { buildKdTree } from "./kd-tree";
import { labelPoints, type FlatClustering } from "./label-points";
import { nearestNeighbors } from "./nearest-neighbors";
import { vectorSpanningTree } from "./neighbor-graph";
import { selectClusters, type Selection } from "./select-clusters";
import { singleLinkage, type Dendrogram } from "./single-linkage";
import { minimumSpanningTree } from "./spanning-tree";

/** Parameters of HDBSCAN*, all given and checked. */
export interface ClusterParameters extends Selection {
  dimensions: number;
  /** One clustering is made for each of these. */
  minClusterSizes: readonly number[];
  minSamples: number;
  /** Whether to return the condensed tree, too. */
  condensedTree: boolean;
}

/** What is found for one smallest size of clusters. */
export interface Clustering extends FlatClustering {
  readonly condensedTree?: CondensedTree;
}

/** The merges of all points, and the point of each row. */
export interface Hierarchy {
  readonly dendrogram: Dendrogram;
  readonly pointOfRow: Int32Array;
}

/** HDBSCAN* of finite points, row after row, in the calling thread and those of the kernels. A clustering for each smallest size. */
export function clusterPoints(kernels: Kernels, points: Float32Array, parameters: ClusterParameters): Clustering[] {
  const { dimensions, minClusterSizes, minSamples, condensedTree } = parameters;
  if (points.length === 0) return minClusterSizes.map(() => nothing(condensedTree));
  const { dendrogram, pointOfRow } = kernels.scoped(() => hierarchy(kernels, points, dimensions, minSamples));
  return minClusterSizes.map((size) => {
    const condensed = condense(dendrogram, size);
    const allowSingleCluster = parameters.allowSingleCluster && pointOfRow.length >= size;
    const selected = selectClusters(condensed, { ...parameters, allowSingleCluster });
    const flat = labelPoints(condensed, selected, pointOfRow, parameters);
    return condensedTree ? { ...flat, condensedTree: condensedTable(condensed, pointOfRow) } : flat;
  });
}

function hierarchy(kernels: Kernels, points: Float32Array, dimensions: number, minSamples: number): Hierarchy {
  const rows = points.length / dimensions;
  const samples = Math.min(minSamples, rows - 1);
  if (dimensions !== 2 && dimensions !== 3) return hierarchyOfVectors(kernels, points, dimensions, samples);
  const tree = buildKdTree(kernels, distinctPoints(kernels, points, rows, dimensions), rows);
  const pointOfRow = kernels.int32(tree.pointOfRow, rows).slice();
  if (tree.count === 1) return { dendrogram: singlePoint(rows), pointOfRow };
  const neighborhoods = nearestNeighbors(kernels, tree, samples, tree.count < rows);
  const edges = minimumSpanningTree(kernels, tree, neighborhoods);
  return { dendrogram: singleLinkage(kernels, edges, tree.weights, neighborhoods.cores), pointOfRow };
}

function hierarchyOfVectors(kernels: Kernels, values: Float32Array, dimensions: number, samples: number): Hierarchy {
  const { count, size, vectors, weights, pointOfRow } = distinctVectors(values, dimensions);
  if (count === 1) return { dendrogram: singlePoint(pointOfRow.length), pointOfRow };
  const tree = vectorSpanningTree(kernels, vectors, size, weights, samples);
  return { dendrogram: singleLinkage(kernels, tree, kernels.put(weights), tree.cores), pointOfRow };
}

/** The dendrogram of rows that are all in the same place. */
function singlePoint(rows: number): Dendrogram {
  return {
    count: 1,
    left: new Int32Array(0),
    right: new Int32Array(0),
    heights: new Float64Array(0),
    sizes: Int32Array.of(rows),
    cores: new Float64Array(1),
  };
}

function nothing(condensedTree: boolean): Clustering {
  const flat = { labels: new Int32Array(0), probabilities: new Float32Array(0) };
  const none = new Int32Array(0);
  if (!condensedTree) return flat;
  return { ...flat, condensedTree: { parent: none, child: none, lambda: new Float64Array(0), childSize: none } };
}
