import { DELETED_SLOT, slotOf } from "../picture/clusters";
import { themeOfSlots, type SavedThemes } from "../picture/themes";
import type { ClusterId, Content } from "../scope";

/** The label of the theme that each cluster belongs to, as on the map; clusters without one are absent. */
export function clusterThemes(saved: SavedThemes, { assignment, deleted, clusters }: Content): Map<ClusterId, string> {
  const found = new Map<ClusterId, string>();
  if (!saved.themes.length) return found;
  const slots = new Uint16Array(assignment.length);
  for (let row = 0; row < slots.length; row++) slots[row] = deleted[row] ? DELETED_SLOT : slotOf(assignment[row]);
  const sizes = new Uint32Array(slotOf(clusters[clusters.length - 1].id) + 1);
  const themes = themeOfSlots(saved, { slots, sizes });
  for (const { id } of clusters) {
    const theme = themes[slotOf(id)];
    if (theme >= 0) found.set(id, saved.themes[theme].label);
  }
  return found;
}
