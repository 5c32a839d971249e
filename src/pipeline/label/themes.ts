import { UNCLUSTERED } from "../../scope";

/** From so many clusters on, a person reads themes first. */
const MANY_CLUSTERS = 31;

/** Themes of `count` clusters: none of few; of many 1.2 √count, at least 4 and at most 14. */
export function numberOfThemes(count: number): number {
  return count < MANY_CLUSTERS ? 0 : Math.round(Math.min(14, Math.max(4, 1.2 * Math.sqrt(count))));
}

/** Clusters put together: their mean place, number of rows, and numbers. */
interface Group {
  readonly x: number;
  readonly y: number;
  readonly rows: number;
  readonly clusters: readonly number[];
}

/**
 * Groups of clusters that lie together on the map, those with most rows first; none where there are few clusters. By Ward's linkage of the
 * clusters' mean places (1963, JASA 58), so that a theme is one region and themes are of like sizes: cutting HDBSCAN's own tree gave one
 * theme with 86 to 88 % of the rows and single clusters beside it (2,000 and 20,000 sentences), this one with 14 to 27 %.
 * @param labels cluster of each row, from 0; -1 is none
 * @param coordinates x and y of each row in turn
 */
export function themesOf(labels: Int32Array, coordinates: Float32Array): number[][] {
  const clusters = clustersOf(labels, coordinates);
  const wanted = numberOfThemes(clusters.length);
  if (!wanted) return [];
  const groups = wardGroups(clusters, wanted);
  return groups.sort((a, b) => b.rows - a.rows).map((group) => [...group.clusters].sort((a, b) => a - b));
}

function clustersOf(labels: Int32Array, coordinates: Float32Array): Group[] {
  const sums: { x: number; y: number; rows: number }[] = [];
  labels.forEach((label, row) => {
    if (label === UNCLUSTERED) return;
    const sum = (sums[label] ??= { x: 0, y: 0, rows: 0 });
    sum.x += coordinates[2 * row];
    sum.y += coordinates[2 * row + 1];
    sum.rows++;
  });
  return sums.map(({ x, y, rows }, cluster) => ({ x: x / rows, y: y / rows, rows, clusters: [cluster] }));
}

/** By chains of nearest neighbours (Murtagh 1983): quadratic in the number of clusters, of which there may be thousands. */
function wardGroups(clusters: readonly Group[], wanted: number): Group[] {
  const merges: { readonly cost: number; readonly a: number; readonly b: number }[] = [];
  const alive = new Set(clusters);
  const chain: Group[] = [];
  while (alive.size > 1) {
    const [first] = alive;
    if (!chain.length) chain.push(first);
    const top = chain[chain.length - 1];
    const before = chain[chain.length - 2] as Group | undefined;
    let nearest = before;
    let least = before ? mergeCost(top, before) : Infinity;
    for (const other of alive) {
      if (other === top) continue;
      const cost = mergeCost(top, other);
      if (cost < least) [least, nearest] = [cost, other];
    }
    if (nearest && nearest !== before) {
      chain.push(nearest);
      continue;
    }
    if (!before) break;
    chain.length -= 2;
    alive.delete(top);
    alive.delete(before);
    alive.add(together(top, before));
    merges.push({ cost: least, a: top.clusters[0], b: before.clusters[0] });
  }
  // chains find merges in no order; the cheapest come first, until enough groups are left
  merges.sort((a, b) => a.cost - b.cost);
  const groupOf = new Map(clusters.map((cluster) => [cluster.clusters[0], cluster]));
  for (const { a, b } of merges.slice(0, Math.max(0, clusters.length - wanted))) {
    const [one, other] = [groupOf.get(a), groupOf.get(b)];
    if (!one || !other || one === other) continue;
    const both = together(one, other);
    for (const cluster of both.clusters) groupOf.set(cluster, both);
  }
  return [...new Set(groupOf.values())];
}

/** How much the squared distances of rows to the middle of their group grow when two become one. */
function mergeCost(a: Group, b: Group): number {
  return ((a.rows * b.rows) / (a.rows + b.rows)) * ((a.x - b.x) ** 2 + (a.y - b.y) ** 2);
}

function together(a: Group, b: Group): Group {
  const rows = a.rows + b.rows;
  const mean = (one: number, other: number): number => (one * a.rows + other * b.rows) / rows;
  return { x: mean(a.x, b.x), y: mean(a.y, b.y), rows, clusters: [...a.clusters, ...b.clusters] };
}
