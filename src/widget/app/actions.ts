import { UNCLUSTERED, type ClusterId } from "../../scope";
import { rowsOfCluster } from "../map/clusters";
import type { RegionMode } from "../map/gestures";
import type { View } from "../map/view";
import { combine, type SelectionMode } from "../sync/selection";
import type { MapStage } from "../map/stage";
import type { Renaming, Ui } from "./ui";

/** What keys say about a click: shift (or ctrl) adds, alt removes. */
export function modeOf(event: {
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}): SelectionMode {
  if (event.altKey) return "remove";
  return event.shiftKey || event.ctrlKey || event.metaKey ? "add" : "replace";
}

export function selectRows(ui: Ui, rows: Uint32Array, mode: RegionMode): void {
  const current = ui.store.snapshot.state.selection;
  const how = mode === "extend" ? (current.length ? "add" : "replace") : mode;
  ui.store.select(combine(current, rows, how));
}

export function selectCluster(ui: Ui, cluster: number, mode: SelectionMode): void {
  selectRows(ui, rowsOfCluster(ui.stage.geometry, cluster), mode);
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
  if (ui.store.snapshot.state.done.length) ui.store.edit({ kind: "undo" });
}

export function redo(ui: Ui): void {
  if (ui.store.snapshot.state.undone.length) ui.store.edit({ kind: "redo" });
}

/** Moves to a view, smoothly unless the person wants less motion. */
export function moveTo(stage: MapStage, view: View): void {
  const from = stage.view;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    stage.view = view;
    return;
  }
  const started = performance.now();
  let last = from;
  const step = () => {
    // someone else has taken over
    if (stage.view !== last) return;
    const t = Math.min(1, (performance.now() - started) / 280);
    const ease = 1 - (1 - t) ** 3;
    const between = (key: keyof View) => from[key] + (view[key] - from[key]) * ease;
    last = t < 1 ? { x: between("x"), y: between("y"), zoom: between("zoom") } : view;
    stage.view = last;
    if (t < 1) requestAnimationFrame(step);
  };
  step();
}
