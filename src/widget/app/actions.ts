import { flagged, rowSet, UNCLUSTERED, withFlag, type ClusterId } from "../../scope";
import { rowsOfCluster } from "../../picture/clusters";
import { keyMode, type RegionMode } from "../map/gestures";
import { combine, type SelectionMode } from "../sync/selection";
import type { TagUse } from "./selected";
import type { Target } from "./targets";
import type { Renaming, Ui } from "./ui";

/** What keys say about a click: as on the map, and ctrl adds, too. */
export function modeOf(event: {
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}): SelectionMode {
  const mode = keyMode(event);
  return mode === "replace" && (event.ctrlKey || event.metaKey) ? "add" : mode;
}

/** Selects rows in the way that the keys say, or else the toolbar. */
export function selectRows(ui: Ui, rows: Uint32Array, mode: RegionMode): void {
  const current = ui.store.snapshot.state.selection;
  const standing = ui.mode.peek();
  const free = mode === "replace" || mode === "extend";
  const how =
    free && standing !== "replace" ? standing : mode === "extend" ? (current.length ? "add" : "replace") : mode;
  ui.store.select(combine(current, rows, how));
}

export function selectCluster(ui: Ui, cluster: number, mode: SelectionMode): void {
  selectRows(ui, rowsOfCluster(ui.stage.geometry, cluster), mode);
}

/** Selects the rows of a tag, those left out that are not shown. */
export function selectTag(ui: Ui, tag: string, mode: SelectionMode): void {
  selectRows(ui, shownRows(ui, ui.content.peek().tags.get(tag) ?? new Uint32Array(0)), mode);
}

/** Those of some rows that are not deleted, and all of them where deleted rows are shown. */
export function shownRows(ui: Ui, rows: Uint32Array): Uint32Array {
  const { deleted } = ui.content.peek();
  return ui.showDeleted.peek() || !ui.deleted.peek() ? rows : withFlag(rows, deleted, 0);
}

/** Shows the deleted rows and selects them, or hides them again. */
export function toggleDeleted(ui: Ui): void {
  const show = !ui.showDeleted.peek();
  const { deleted } = ui.content.peek();
  ui.showDeleted.value = show;
  if (show) ui.store.select(flagged(deleted));
  else ui.store.select(withFlag(ui.store.snapshot.state.selection, deleted, 0));
}

/** Deletes those selected rows that are not deleted yet. */
export function deleteSelected(ui: Ui): void {
  const { rows, deleted } = ui.selected.peek();
  if (rows.length > deleted) ui.store.edit({ kind: "delete", rows: rowSet(rows) });
}

export function restoreSelected(ui: Ui): void {
  const { rows, deleted } = ui.selected.peek();
  if (deleted) ui.store.edit({ kind: "restore", rows: rowSet(rows) });
}

/** Moves the selected rows. Returns false, with a notice, when the label is none. */
export function moveSelected(ui: Ui, target: Target): boolean {
  const rows = rowSet(ui.selected.peek().rows);
  return ui.store.edit(
    "cluster" in target
      ? { kind: "assign", rows, cluster: target.cluster.id }
      : { kind: "assign", rows, label: target.label },
  );
}

/** Merges the selected clusters into the largest, which keeps its label unless another is given. */
export function mergeSelected(ui: Ui, label: string): boolean {
  const clusters = ui.selected.peek().clusters.map(({ id }) => id);
  return ui.store.edit({ kind: "merge", clusters, ...(label.trim() ? { label } : {}) });
}

/** Gives the selected rows a tag, or takes it from them when all have it. */
export function toggleTag(ui: Ui, { tag, rows: having }: TagUse): boolean {
  const { rows } = ui.selected.peek();
  return ui.store.edit({ kind: having === rows.length ? "untag" : "tag", rows: rowSet(rows), tag });
}

export function clearSelection(ui: Ui): void {
  if (ui.store.snapshot.state.selection.length) ui.store.select(new Uint32Array(0));
}

export function startRenaming(ui: Ui, cluster: number, place: Renaming["place"]): void {
  if (cluster !== UNCLUSTERED) ui.renaming.value = { cluster, place };
}

/** Ends renaming with a label. One that does not fit keeps the input open; the store has said why. */
export function finishRenaming(ui: Ui, cluster: number, label: string): void {
  const before = ui.store.snapshot.state.content.clusters.find((c) => c.id === cluster)?.label;
  if (label.trim() === before || ui.store.rename(cluster as ClusterId, label)) ui.renaming.value = null;
}

export function undo(ui: Ui): void {
  if (ui.store.snapshot.state.done.length) ui.store.undo();
}

export function redo(ui: Ui): void {
  if (ui.store.snapshot.state.undone.length) ui.store.redo();
}
