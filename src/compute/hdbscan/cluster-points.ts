import { condense } from "./condensed-tree";
import { buildKdTree } from "./kd-tree";
import { labelPoints, type FlatClustering } from "./label-points";
import { farthest, nearestNeighbours } from "./neighbours";
import { selectClusters } from "./select-clusters";
import { singleLinkage } from "./single-linkage";
import { minimumSpanningTree } from "./spanning-tree";

/** Parameters of HDBSCAN*, all given and checked. */
export interface ClusterParameters {
  minClusterSize: number;
  minSamples: number;
  clusterSelectionEpsilon: number;
}

/** HDBSCAN* of finite points in the plane, x and y in turn, in the calling thread. */
export function clusterPoints(points: Float32Array, parameters: ClusterParameters): FlatClustering {
  const { minClusterSize, minSamples, clusterSelectionEpsilon } = parameters;
  const count = points.length / 2;
  if (count < 2 || count < minClusterSize)
    return { labels: new Int32Array(count).fill(-1), probabilities: new Float32Array(count) };
  const tree = buildKdTree(points);
  const neighbours = nearestNeighbours(tree, Math.min(count, minSamples + 1));
  const edges = minimumSpanningTree(tree, neighbours, farthest(neighbours));
  const condensed = condense(singleLinkage(edges), minClusterSize);
  return labelPoints(condensed, selectClusters(condensed.clusters, clusterSelectionEpsilon), tree.rows);
}
