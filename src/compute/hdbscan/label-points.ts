import { numberBySize } from "../number-by-size";
import type { Condensed } from "./condense";
import type { Selection } from "./select-clusters";

/** A flat clustering of rows. */
export interface FlatClustering {
  /** Cluster of each row: 0, 1, 2, … from the largest to the smallest; -1 for noise. */
  readonly labels: Int32Array;
  /** Strength of membership, 0 to 1: 1 in the densest part of the cluster, 0 for noise. */
  readonly probabilities: Float32Array;
}

const NOISE = -1;

/**
 * Gives each row the nearest selected cluster above its point.
 *
 * The root as the only cluster keeps no more than its core: the rows that stay in it at `clusterSelectionEpsilon`, or without one those
 * that leave it last.
 * @param selected a mark for each cluster
 * @param pointOfRow the point of each row
 */
export function labelPoints(
  tree: Condensed,
  selected: Uint8Array,
  pointOfRow: Int32Array,
  { clusterSelectionEpsilon: epsilon }: Selection,
): FlatClustering {
  const { clusters, parents, deaths, pointClusters, pointLambdas } = tree;
  /** The selected cluster at or above each cluster; parents come first. */
  const owners = new Int32Array(clusters).fill(NOISE);
  const single = selected[0] === 1 && selected.lastIndexOf(1) === 0;
  if (single) owners[0] = 0;
  for (let c = 1; c < clusters; c++) owners[c] = selected[c] ? c : owners[parents[c]];
  const rootLambda = epsilon > 0 ? 1 / epsilon : deaths[0];

  const rows = pointOfRow.length;
  const members = new Int32Array(rows);
  const probabilities = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const point = pointOfRow[row];
    const lambda = pointLambdas[point];
    let owner = owners[pointClusters[point]];
    if (owner === 0 && lambda < rootLambda) owner = NOISE;
    members[row] = owner;
    if (owner !== NOISE) probabilities[row] = strength(lambda, deaths[owner]);
  }
  const numbers = numberBySize(members, clusters);
  return { labels: members.map((member) => (member === NOISE ? NOISE : numbers[member])), probabilities };
}

/** How deep in its cluster a point stays. Beside points in the same place, whose density is infinite, all others are at its rim. */
function strength(lambda: number, death: number): number {
  if (lambda >= death) return 1;
  return lambda / death;
}
