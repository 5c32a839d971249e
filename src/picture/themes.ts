import type { ClusterTheme } from "../scope";
import { clusterOf, DELETED_SLOT, type ClusterGeometry } from "./clusters";
import { densestPlace } from "./densest-place";

/** A theme as the clusters are now. */
export interface ShownTheme {
  readonly label: string;
  /** Ids of its clusters that have rows to be seen, ascending. */
  readonly clusters: readonly number[];
  /** Number of their rows that are not deleted. */
  readonly size: number;
  /** Where its label belongs, in quantised units: the middle of the densest part of all its rows. */
  readonly x: number;
  readonly y: number;
}

/** Themes and the clusters that they were made of. */
export interface SavedThemes {
  readonly themes: readonly ClusterTheme[];
  /** Cluster of each row as the themes know it: as saved, before any edit. */
  readonly savedAssignment: Int32Array;
}

/**
 * The themes of the clusters as they are now, in the order given. A cluster belongs to the theme that most of its rows had when the scope was saved, to the
 * first of equals, and to none when they had none; so what is split, merged or moved keeps its theme. A theme without clusters is gone.
 */
export function themesOf(saved: SavedThemes, geometry: ClusterGeometry, positions: Uint16Array): ShownTheme[] {
  const { themes } = saved;
  if (!themes.length) return [];
  const members = themes.map((): number[] => []);
  themeOfSlots(saved, geometry).forEach((theme, slot) => {
    if (theme >= 0) members[theme].push(slot);
  });
  const { starts, order } = geometry;
  return members.flatMap((slots, i) => {
    if (!slots.length) return [];
    const size = slots.reduce((sum, slot) => sum + geometry.sizes[slot], 0);
    const rows = new Uint32Array(size);
    let at = 0;
    for (const slot of slots) {
      const own = order.subarray(starts[slot], starts[slot + 1]);
      rows.set(own, at);
      at += own.length;
    }
    const [x, y] = densestPlace(positions, rows);
    return [{ label: themes[i].label, clusters: slots.map(clusterOf), size, x, y }];
  });
}

/** Index of the theme of each slot; -1 for slots without one. */
export function themeOfSlots(
  { themes, savedAssignment }: SavedThemes,
  { slots, sizes }: Pick<ClusterGeometry, "slots" | "sizes">,
): Int32Array {
  const themeOf = new Map(themes.flatMap(({ clusters }, i) => clusters.map((id) => [id as number, i] as const)));
  const last = Math.max(-1, ...themeOf.keys());
  const themeById = Int32Array.from({ length: last + 1 }, (_, id) => themeOf.get(id) ?? -1);
  const counts = new Uint32Array(sizes.length * themes.length);
  for (let row = 0; row < slots.length; row++) {
    const id = savedAssignment[row];
    const theme = id >= 0 && id <= last ? themeById[id] : -1;
    if (theme >= 0) counts[slots[row] * themes.length + theme]++;
  }
  return Int32Array.from(sizes, (_, slot) => {
    if (slot <= DELETED_SLOT) return -1;
    let [best, most] = [-1, 0];
    for (let theme = 0; theme < themes.length; theme++) {
      const count = counts[slot * themes.length + theme];
      if (count > most) [best, most] = [theme, count];
    }
    return best;
  });
}
