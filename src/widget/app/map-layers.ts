import { computed, effect } from "@preact/signals";
import { clusterOf, slotOf } from "../../picture/clusters";
import { ContourLayer } from "../map/contour-layer";
import { MarkLayer } from "../map/mark-layer";
import type { Ui } from "./ui";

/** Contours of more selected clusters than this would say nothing any more. */
const MAX_SELECTED = 12;

/** Draws the contours of clusters and the badges of rows over a view's map. Returns the layer of contours, and how to stop following the view. */
export function addMapLayers(ui: Ui): { contours: ContourLayer; stop: () => void } {
  const { stage } = ui;
  const contours = new ContourLayer(stage);
  stage.addLayer(contours, "under labels");
  stage.addLayer(new MarkLayer(stage), "over labels");
  const stopSelected = effect(() => {
    const counts = ui.selectedInSlot.value;
    const { sizes } = stage.geometry;
    const clusters: number[] = [];
    counts.forEach((count, slot) => {
      if (count && count === sizes[slot] && clusterOf(slot) >= 0) clusters.push(clusterOf(slot));
    });
    contours.show("selected", clusters.length > MAX_SELECTED ? [] : clusters);
  });
  const selects = computed(() => ui.selected.value.rows.length > 0);
  const stopPointedOut = effect(() => {
    const { clusters, alone } = ui.pointedOut.value;
    contours.show("hovered", clusters);
    const slots = new Set(clusters.map(slotOf));
    // beside a selection all others are faint already
    stage.fade(alone && slots.size && !selects.value ? (slot) => !slots.has(slot) : undefined);
  });
  const stop = () => {
    stopSelected();
    stopPointedOut();
  };
  return { contours, stop };
}
