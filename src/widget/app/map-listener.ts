import { slotOf } from "../../picture/clusters";
import { flagged, type ClusterId } from "../../scope";
import { carryLabel } from "../map/carry";
import type { ContourLayer } from "../map/contour-layer";
import type { GestureListener } from "../map/gestures";
import { labelledClusters } from "../map/label-element";
import { selectCluster, selectRows, startRenaming } from "./actions";
import { pointOut } from "./look-actions";
import type { Ui } from "./ui";

const HINT_MS = 1800;

/** What gestures on the map mean. */
export function mapListener(ui: Ui, contours: ContourLayer): GestureListener {
  const { stage } = ui;
  let hintTimer: ReturnType<typeof setTimeout> | undefined;
  const hint = (text: string) => {
    ui.hint.value = text;
    clearTimeout(hintTimer);
    hintTimer = setTimeout(() => (ui.hint.value = ""), HINT_MS);
  };
  return {
    tool: () => ui.tool.peek(),
    hover(place, target) {
      const labelled = (place && labelledClusters(target)) ?? [];
      const row = place && !labelled.length ? stage.rowAt(...place) : null;
      const [cluster] = labelled.length === 1 ? labelled : [];
      ui.hoveredLabel.value = place && cluster !== undefined ? { cluster, x: place[0], y: place[1] } : null;
      ui.hover.value = place && row !== null ? { row, x: place[0], y: place[1] } : null;
      pointOut(ui, row === null ? labelled : [stage.content.assignment[row]], row === null);
    },
    click(x, y, target, double, mode) {
      const labelled = labelledClusters(target);
      if (labelled?.length === 1) {
        if (double) startRenaming(ui, labelled[0], "map");
        else selectCluster(ui, labelled[0], mode);
      } else if (labelled) selectRows(ui, rowsOfClusters(ui, labelled), mode);
      else {
        const row = stage.rowAt(x, y);
        if (row === null) return;
        selectRows(ui, Uint32Array.of(row), mode);
        if (mode === "replace") ui.card.pin(row, x > stage.size.width / 2 ? "left" : "right");
      }
    },
    drawing: (polygon) => (ui.drawing.value = polygon && [...polygon]),
    region: (polygon, mode) => selectRows(ui, stage.rowsInside(polygon), mode),
    carry: (target) =>
      // clusters of a preview are not there yet
      ui.preview.peek()
        ? null
        : carryLabel(stage, target, {
            over: (cluster) => contours.show("target", cluster === null ? [] : [cluster]),
            merge: (carried, into) =>
              ui.store.edit({ kind: "merge", clusters: [into as ClusterId, carried as ClusterId] }),
            missed: () => hint("Drop a label on another cluster to merge the two"),
          }),
    wheelIgnored: () => hint("Click the map, or hold ctrl, to zoom with the wheel"),
  };
}

/** Rows of some clusters that are not deleted, ascending. */
function rowsOfClusters({ stage }: Ui, clusters: readonly number[]): Uint32Array {
  const { order, starts } = stage.geometry;
  const wanted = new Uint8Array(order.length);
  for (const id of clusters)
    for (let at = starts[slotOf(id)], end = starts[slotOf(id) + 1]; at < end; at++) wanted[order[at]] = 1;
  return flagged(wanted);
}
