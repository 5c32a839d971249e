import { UNCLUSTERED, type ClusterId } from "./ids";

/** Two clusters of the same rows, one of each of two clusterings. */
export interface ClusterMatch {
  readonly before: ClusterId;
  readonly after: ClusterId;
  /** Number of rows in both. */
  readonly shared: number;
  /** Rows in both, of those in either: 0 to 1 (Jaccard 1901). */
  readonly overlap: number;
}

/** Clusters that share less than this are not taken for the same. */
export const LEAST_OVERLAP = 1 / 3;

/**
 * Which clusters of one clustering are those of another one of the same rows: the pairing, each cluster in one pair at most, whose pairs share
 * the most rows (maximum-weight bipartite matching), of pairs that overlap by {@link LEAST_OVERLAP} at least.
 * @param before cluster of each row; -1 is none
 * @param after the same rows in the other clustering
 * @returns ascending by `after`
 */
export function matchClusters(before: Int32Array, after: Int32Array): ClusterMatch[] {
  const pairs = overlaps(before, after).filter(({ overlap }) => overlap >= LEAST_OVERLAP);
  const matching = maximumWeightMatching(
    pairs.map((pair) => ({ left: pair.before, right: pair.after, weight: pair.shared })),
  );
  return pairs.filter((pair) => matching.get(pair.before) === pair.after).sort((a, b) => a.after - b.after);
}

/** Every pair of clusters that share a row, ascending by `before`, then `after`. */
export function overlaps(before: Int32Array, after: Int32Array): ClusterMatch[] {
  const [sizesBefore, sizesAfter] = [new Map<number, number>(), new Map<number, number>()];
  const shared = new Map<number, Map<number, number>>();
  const count = (sizes: Map<number, number>, id: number): void => void sizes.set(id, (sizes.get(id) ?? 0) + 1);
  for (let row = 0; row < before.length; row++) {
    const [from, to] = [before[row], after[row]];
    count(sizesBefore, from);
    count(sizesAfter, to);
    if (from === UNCLUSTERED || to === UNCLUSTERED) continue;
    let others = shared.get(from);
    if (!others) shared.set(from, (others = new Map<number, number>()));
    count(others, to);
  }
  const pairs = [...shared].flatMap(([from, others]) =>
    [...others].map(([to, rows]): ClusterMatch => {
      const either = (sizesBefore.get(from) ?? 0) + (sizesAfter.get(to) ?? 0) - rows;
      return { before: from as ClusterId, after: to as ClusterId, shared: rows, overlap: rows / either };
    }),
  );
  return pairs.sort((a, b) => a.before - b.before || a.after - b.after);
}

/** An edge of a bipartite graph. */
export interface Edge {
  readonly left: number;
  readonly right: number;
  /** Above 0. */
  readonly weight: number;
}

/**
 * A matching of the greatest total weight: for each matched node on the left, its partner. Left nodes come in one after the other, each by the
 * alternating path that adds most (successive shortest paths; Ahuja, Magnanti, Orlin 1993, section 12.4).
 */
export function maximumWeightMatching(edges: readonly Edge[]): Map<number, number> {
  const edgesOf = new Map<number, Edge[]>();
  for (const edge of edges) edgesOf.set(edge.left, [...(edgesOf.get(edge.left) ?? []), edge]);
  const rightOf = new Map<number, Edge>();
  const leftOf = new Map<number, Edge>();

  for (const start of edgesOf.keys()) {
    // gain: what the total grows by when the path from `start` ends here
    const gain = new Map<number, number>([[start, 0]]);
    const reached = new Map<number, { readonly edge: Edge; readonly gain: number }>();
    const queue = [start];
    for (let left = queue.shift(); left !== undefined; left = queue.shift())
      for (const edge of edgesOf.get(left) ?? []) {
        if (rightOf.get(left) === edge) continue;
        const there = (gain.get(left) ?? 0) + edge.weight;
        if (there <= (reached.get(edge.right)?.gain ?? -Infinity)) continue;
        reached.set(edge.right, { edge, gain: there });
        const back = leftOf.get(edge.right);
        if (!back || there - back.weight <= (gain.get(back.left) ?? -Infinity)) continue;
        gain.set(back.left, there - back.weight);
        queue.push(back.left);
      }

    // a path ends at a node on the right that is free, or leaves one on the left without a partner
    let best = 0;
    let end: { right: number; freed: number | undefined } | undefined;
    for (const [right, { gain: total }] of reached)
      if (!leftOf.has(right) && total > best) [best, end] = [total, { right, freed: undefined }];
    for (const [left, total] of gain)
      if (left !== start && total > best) {
        const partner = rightOf.get(left);
        if (partner) [best, end] = [total, { right: partner.right, freed: left }];
      }
    if (!end) continue;
    if (end.freed !== undefined) rightOf.delete(end.freed);
    for (let right: number | undefined = end.right; right !== undefined;) {
      const edge: Edge | undefined = reached.get(right)?.edge;
      if (!edge) break;
      const before: number | undefined = rightOf.get(edge.left)?.right;
      rightOf.set(edge.left, edge);
      leftOf.set(right, edge);
      right = edge.left === start ? undefined : before;
    }
  }
  return new Map([...rightOf].map(([left, { right }]) => [left, right]));
}
