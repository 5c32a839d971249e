import type { CondensedTree } from "./condensed-tree";

/** A flat clustering of points. */
export interface FlatClustering {
  /** Cluster of each point: 0, 1, 2, … from the largest to the smallest; -1 for noise. */
  readonly labels: Int32Array;
  /** Strength of membership, 0 to 1: 1 in the densest part of the cluster, 0 for noise. */
  readonly probabilities: Float32Array;
}

const NOISE = -1;

/** Gives each point the nearest selected cluster above it. `rows[i]` is the place of point i in the result. */
export function labelPoints(tree: CondensedTree, selected: ReadonlySet<number>, rows: Int32Array): FlatClustering {
  const { clusters, pointClusters, pointLambdas } = tree;
  const count = pointClusters.length;
  /** The selected cluster at or above each cluster; parents come first. */
  const owners = new Int32Array(clusters.length).fill(NOISE);
  for (let c = 1; c < clusters.length; c++) owners[c] = selected.has(c) ? c : owners[clusters[c].parent];

  const members = new Int32Array(count);
  const probabilities = new Float32Array(count);
  for (let p = 0; p < count; p++) {
    const owner = owners[pointClusters[p]];
    members[rows[p]] = owner;
    if (owner !== NOISE) probabilities[rows[p]] = strength(pointLambdas[p], clusters[owner].death);
  }
  return { labels: numberBySize(members), probabilities };
}

/** How deep in its cluster a point stays. Beside points in the same place, whose density is infinite, all others are at its rim. */
function strength(lambda: number, death: number): number {
  if (lambda >= death) return 1;
  return lambda / death;
}

/** Numbers clusters from the largest to the smallest, equal ones by their first row. */
function numberBySize(members: Int32Array): Int32Array {
  const sizes = new Map<number, number>();
  for (const member of members) if (member !== NOISE) sizes.set(member, (sizes.get(member) ?? 0) + 1);
  // A Map goes by first occurrence, and sorting keeps the order of equals.
  const order = [...sizes.keys()].sort((a, b) => sizes.get(b)! - sizes.get(a)!);
  const numbers = new Map(order.map((member, number) => [member, number]));
  return members.map((member) => numbers.get(member) ?? NOISE);
}
