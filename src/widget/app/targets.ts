import { UNCLUSTERED, type Cluster } from "../../scope";
import type { ClusterItem } from "./ui";

/** Where rows can be moved to: a cluster that is there, or a new one with this label. */
export type Target = { readonly cluster: Cluster; readonly size: number } | { readonly label: string };

/**
 * The clusters whose labels have a text, the best match first: the label itself, one that begins with it, one of whose words does, any other;
 * among equals in the order given. A text that is no label comes last, as that of a new cluster.
 */
export function findTargets(items: readonly ClusterItem[], typed: string): Target[] {
  const label = typed.trim();
  const text = label.toLocaleLowerCase();
  const found = items
    .map((item) => ({ item, match: matchOf(item.cluster.label.toLocaleLowerCase(), text) }))
    .filter(({ match }) => match < Infinity)
    .sort((a, b) => a.match - b.match)
    .map(({ item }) => item);
  const isNew = label !== "" && !items.some(({ cluster }) => cluster.label === label);
  return isNew ? [...found, { label }] : found;
}

/** The clusters to move rows to; the outliers' is there even when it has no rows. */
export function moveTargets(items: readonly ClusterItem[], all: readonly Cluster[]): ClusterItem[] {
  const inside = items.filter(({ cluster }) => cluster.id !== UNCLUSTERED);
  const outside = items.find(({ cluster }) => cluster.id === UNCLUSTERED);
  const none = all.find(({ id }) => id === UNCLUSTERED);
  return [...inside, ...(outside ? [outside] : none ? [{ cluster: none, size: 0 }] : [])];
}

function matchOf(label: string, text: string): number {
  if (label === text) return 0;
  if (label.startsWith(text)) return 1;
  const at = label.indexOf(text);
  if (at < 0) return Infinity;
  return label.split(/[\s,;:()/-]+/u).some((word) => word.startsWith(text)) ? 2 : 3;
}
