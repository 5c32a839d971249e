import type { Dendrogram } from "./single-linkage";

/** A cluster of the condensed tree. Lambda is 1 / distance. */
export interface CondensedCluster {
  /** Index of the parent, which is smaller than the cluster's own; -1 for the root, index 0. */
  readonly parent: number;
  readonly children: number[];
  /** Lambda at which it split from its parent; 0 for the root. */
  readonly birth: number;
  /** Largest lambda at which a point or a child left it. Infinite when points in the same place hold it together. */
  death: number;
  /** Sum over its points of the lambda range in which they belonged to it: the excess of mass. Infinite as `death` is. */
  stability: number;
}

/** The dendrogram reduced to splits into two sides of at least `minClusterSize` points; smaller sides are points that fall out. */
export interface CondensedTree {
  readonly clusters: readonly CondensedCluster[];
  /** The last cluster that each point belonged to, and the lambda at which it fell out of it. */
  readonly pointClusters: Int32Array;
  readonly pointLambdas: Float64Array;
}

/**
 * Condenses a dendrogram (Campello, Moulavi, Sander 2013; Campello et al. 2015, section 3).
 *
 * Points in the same place merge at height 0, lambda infinity. Such a heap is never split: where it would fall apart only the order
 * of the input could say.
 */
export function condense(dendrogram: Dendrogram, minClusterSize: number): CondensedTree {
  const { count, left, right, heights, sizes } = dendrogram;
  const clusters: CondensedCluster[] = [newCluster(-1, 0)];
  const pointClusters = new Int32Array(count);
  const pointLambdas = new Float64Array(count);
  const sizeOf = (node: number): number => (node < count ? 1 : sizes[node - count]);

  const fallOut = (top: number, cluster: number, lambda: number): void => {
    leave(clusters[cluster], lambda, sizeOf(top));
    const below = [top];
    for (let node = below.pop(); node !== undefined; node = below.pop()) {
      if (node >= count) below.push(left[node - count], right[node - count]);
      else {
        pointClusters[node] = cluster;
        pointLambdas[node] = lambda;
      }
    }
  };

  const pending: { node: number; cluster: number }[] = [{ node: 2 * count - 2, cluster: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, cluster } = next;
    const height = node < count ? 0 : heights[node - count];
    if (height === 0) {
      fallOut(node, cluster, Infinity);
      continue;
    }
    const lambda = 1 / height;
    const sides = [left[node - count], right[node - count]];
    const large = sides.filter((side) => sizeOf(side) >= minClusterSize);
    for (const side of sides) {
      if (large.length === 2) {
        leave(clusters[cluster], lambda, sizeOf(side));
        clusters[cluster].children.push(clusters.length);
        pending.push({ node: side, cluster: clusters.length });
        clusters.push(newCluster(cluster, lambda));
      } else if (large.includes(side)) pending.push({ node: side, cluster });
      else fallOut(side, cluster, lambda);
    }
  }
  return { clusters, pointClusters, pointLambdas };
}

function newCluster(parent: number, birth: number): CondensedCluster {
  return { parent, children: [], birth, death: 0, stability: 0 };
}

function leave(cluster: CondensedCluster, lambda: number, points: number): void {
  cluster.stability += (lambda - cluster.birth) * points;
  cluster.death = Math.max(cluster.death, lambda);
}
