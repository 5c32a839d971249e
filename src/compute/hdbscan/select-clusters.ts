import type { Condensed } from "./condense";

/** How clusters of the condensed tree become a flat clustering. */
export interface Selection {
  clusterSelectionMethod: "eom" | "leaf";
  clusterSelectionEpsilon: number;
  allowSingleCluster: boolean;
}

/**
 * The clusters that make the flat clustering, one mark each.
 *
 * "eom": those with the largest total stability of which none lies within another ("excess of mass"; Campello, Moulavi, Sander 2013).
 * "leaf": those that split no further. The root is one of them only when a single cluster is allowed.
 *
 * With an epsilon above 0, a chosen cluster that split off at a distance below it gives way to the first ancestor that did not
 * (Malzer, Baum 2020: "A hybrid approach to hierarchical density-based cluster selection"), or to the one below the root, or to the root
 * when a single cluster is allowed.
 */
export function selectClusters(tree: Condensed, selection: Selection): Uint8Array {
  const { clusterSelectionMethod, clusterSelectionEpsilon: epsilon, allowSingleCluster } = selection;
  const chosen = clusterSelectionMethod === "leaf" ? leaves(tree) : excessOfMass(tree, allowSingleCluster);
  if (chosen[0] || !(epsilon > 0)) return chosen;
  const selected = new Uint8Array(tree.clusters);
  chosen.forEach((mark, c) => {
    if (mark) selected[climb(tree, c, epsilon, allowSingleCluster)] = 1;
  });
  return selected;
}

function excessOfMass({ clusters, parents, stabilities }: Condensed, allowSingleCluster: boolean): Uint8Array {
  /** The largest total stability that the subtree of a cluster can have, without and with the cluster itself. */
  const below = new Float64Array(clusters);
  const chosen = new Uint8Array(clusters);
  for (let c = clusters - 1; c >= 0; c--) {
    const splits = below[c] > stabilities[c] || (c === 0 && !allowSingleCluster);
    chosen[c] = splits ? 0 : 1;
    if (c > 0) below[parents[c]] += splits ? below[c] : stabilities[c];
  }
  const covered = new Uint8Array(clusters);
  for (let c = 1; c < clusters; c++) {
    covered[c] = chosen[parents[c]] | covered[parents[c]];
    if (covered[c]) chosen[c] = 0;
  }
  return chosen;
}

function leaves({ clusters, parents }: Condensed): Uint8Array {
  const chosen = new Uint8Array(clusters).fill(1);
  for (let c = 1; c < clusters; c++) chosen[parents[c]] = 0;
  chosen[0] = 0;
  return chosen;
}

function climb({ parents, births }: Condensed, cluster: number, epsilon: number, allowSingleCluster: boolean): number {
  if (1 / births[cluster] >= epsilon) return cluster;
  for (let c = cluster; ; c = parents[c]) {
    const parent = parents[c];
    if (parent === 0) return allowSingleCluster ? parent : c;
    if (1 / births[parent] > epsilon) return parent;
  }
}
