import type { Dendrogram } from "./single-linkage";

/**
 * The dendrogram reduced to splits into two sides of at least `minClusterSize` rows; smaller sides are rows that fall out. Cluster 0 is
 * the root; clusters are numbered from larger to smaller distances of their splits, so that parents come before children. Lambda is
 * 1 / distance.
 */
export interface Condensed {
  /** Number of clusters. */
  readonly clusters: number;
  /** Parent of each cluster; -1 for the root. */
  readonly parents: Int32Array;
  /** Lambda at which each split from its parent; 0 for the root. */
  readonly births: Float64Array;
  /** Largest lambda at which rows or a child left it. Infinite when rows in the same place hold it together. */
  readonly deaths: Float64Array;
  /** Sum over its rows of the lambda range in which they belonged to it: the excess of mass. Infinite as the death is. */
  readonly stabilities: Float64Array;
  /** Rows of each cluster at its birth. */
  readonly sizes: Int32Array;
  /** The last cluster that the rows at each point belonged to, and the lambda at which they fell out of it. */
  readonly pointClusters: Int32Array;
  readonly pointLambdas: Float64Array;
}

/**
 * Condenses a dendrogram (Campello, Moulavi, Sander 2013; Campello et al. 2015, section 3).
 *
 * The rows at one point are never split from each other: they fall out together, at the point's core distance at the latest, which is 0,
 * lambda infinity, where they are more than the samples.
 */
export function condense(dendrogram: Dendrogram, minClusterSize: number): Condensed {
  const { count, left, right, heights, sizes, cores } = dendrogram;
  const nodes = sizes.length;
  const most = 1 + 2 * Math.floor(sizes[nodes - 1] / minClusterSize);
  const parents = new Int32Array(most).fill(-1);
  const births = new Float64Array(most);
  const deaths = new Float64Array(most);
  const stabilities = new Float64Array(most);
  const clusterSizes = new Int32Array(most);
  const clusterOf = new Int32Array(nodes);
  /** Lambda at which a node fell out of its cluster; 0 while it is in it. */
  const lambdas = new Float64Array(nodes);
  let clusters = 1;
  clusterSizes[0] = sizes[nodes - 1];

  /** What becomes of one side of a merge when the other is not a cluster. */
  const goOn = (side: number, cluster: number, lambda: number): void => {
    clusterOf[side] = cluster;
    if (sizes[side] >= minClusterSize) return;
    lambdas[side] = lambda;
    leave(cluster, lambda, sizes[side]);
  };
  const split = (side: number, cluster: number, lambda: number): void => {
    leave(cluster, lambda, sizes[side]);
    clusterOf[side] = clusters;
    parents[clusters] = cluster;
    births[clusters] = lambda;
    clusterSizes[clusters++] = sizes[side];
  };
  const leave = (cluster: number, lambda: number, rows: number): void => {
    stabilities[cluster] += (lambda - births[cluster]) * rows;
    if (lambda > deaths[cluster]) deaths[cluster] = lambda;
  };

  // A merge has a higher number than what it merges.
  for (let node = nodes - 1; node >= count; node--) {
    const merge = node - count;
    const cluster = clusterOf[node];
    const one = left[merge];
    const other = right[merge];
    if (lambdas[node] > 0) {
      clusterOf[one] = clusterOf[other] = cluster;
      lambdas[one] = lambdas[other] = lambdas[node];
      continue;
    }
    const lambda = 1 / heights[merge];
    const next = sizes[one] >= minClusterSize && sizes[other] >= minClusterSize ? split : goOn;
    next(one, cluster, lambda);
    next(other, cluster, lambda);
  }
  for (let point = 0; point < count; point++) {
    if (lambdas[point] > 0) continue;
    lambdas[point] = 1 / cores[point];
    leave(clusterOf[point], lambdas[point], sizes[point]);
  }
  return {
    clusters,
    parents: parents.slice(0, clusters),
    births: births.slice(0, clusters),
    deaths: deaths.slice(0, clusters),
    stabilities: stabilities.slice(0, clusters),
    sizes: clusterSizes.slice(0, clusters),
    pointClusters: clusterOf.slice(0, count),
    pointLambdas: lambdas.slice(0, count),
  };
}
