import type { CondensedCluster } from "./condensed-tree";

/**
 * The clusters that make the flat clustering: those with the largest total stability of which none lies within another ("excess of
 * mass"; Campello, Moulavi, Sander 2013). The root is never one of them: a single cluster is no answer.
 *
 * With an epsilon above 0, a chosen cluster that split off at a distance below it gives way to the first ancestor that did not
 * (Malzer, Baum 2020: "A hybrid approach to hierarchical density-based cluster selection"), or to the one below the root.
 */
export function selectClusters(clusters: readonly CondensedCluster[], epsilon: number): Set<number> {
  const selected = new Set<number>();
  for (const cluster of excessOfMass(clusters)) selected.add(epsilon > 0 ? climb(clusters, cluster, epsilon) : cluster);
  return selected;
}

function excessOfMass(clusters: readonly CondensedCluster[]): number[] {
  const keep = new Uint8Array(clusters.length);
  /** The largest total stability that the subtree of a cluster can have. */
  const best = new Float64Array(clusters.length);
  for (let c = clusters.length - 1; c > 0; c--) {
    const { children, stability } = clusters[c];
    const below = children.reduce((sum, child) => sum + best[child], 0);
    keep[c] = below > stability ? 0 : 1;
    best[c] = Math.max(below, stability);
  }
  const chosen: number[] = [];
  const pending = [...(clusters[0]?.children ?? [])];
  for (let c = pending.pop(); c !== undefined; c = pending.pop()) {
    if (keep[c]) chosen.push(c);
    else pending.push(...clusters[c].children);
  }
  return chosen;
}

function climb(clusters: readonly CondensedCluster[], cluster: number, epsilon: number): number {
  if (1 / clusters[cluster].birth >= epsilon) return cluster;
  for (let c = cluster; ; c = clusters[c].parent) {
    const { parent } = clusters[c];
    if (parent === 0) return c;
    if (1 / clusters[parent].birth > epsilon) return parent;
  }
}
