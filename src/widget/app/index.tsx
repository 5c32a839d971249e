import { render } from "preact";
import { canvasRenderer, MapStage } from "../map/stage";
import { slotOf } from "../map/clusters";
import { attachGestures } from "../map/gestures";
import type { Application } from "../module/app-registry";
import { selectCluster, selectRows, startRenaming } from "./actions";
import style from "./app.css";
import { App } from "./components/app";
import { shieldKeys } from "./keys";
import { manageRenderer } from "./renderer";
import { makeUi, type Ui } from "./ui";

const HINT_MS = 1800;

/** Takes over the root element of a view: the map with its tools and its list of clusters. */
export const mount: Application["mount"] = ({ root, store, picture }) => {
  const sheet = document.createElement("style");
  sheet.textContent = style;
  const container = document.createElement("div");
  container.className = "ls-app";
  container.dataset.waiting = "";
  root.append(sheet, container);

  const stage = new MapStage(store, canvasRenderer, picture);
  const ui = makeUi(store, stage);
  const { element } = stage;
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-roledescription", "map");
  element.setAttribute("aria-label", `Map of ${store.rows.toLocaleString("en")} rows: ${store.title}`);
  render(<App ui={ui} />, container);
  const renderer = manageRenderer(stage, (text) => (ui.hint.value = text));
  const stops = [attachGestures(stage, listener(ui), true), shieldKeys(root), () => renderer.end(), () => ui.dispose()];
  store.details.prefetch();

  const ready = renderer.drawn.then(() => {
    delete container.dataset.waiting;
  });
  return {
    ready,
    unmount: () => {
      for (const stop of stops) stop();
      render(null, container);
      stage.destroy();
      container.remove();
      sheet.remove();
    },
  };
};

/** What gestures on the map mean. */
function listener(ui: Ui): Parameters<typeof attachGestures>[1] {
  let hoveredLabel: number | null = null;
  let hintTimer: ReturnType<typeof setTimeout> | undefined;
  return {
    tool: () => ui.tool.peek(),
    hover(place, target) {
      const label = labelAt(target);
      if (label !== hoveredLabel) {
        hoveredLabel = label;
        ui.stage.fade(label === null ? undefined : (slot) => slot !== slotOf(label));
      }
      const row = place && label === null ? ui.stage.rowAt(...place) : null;
      ui.hover.value = place && row !== null ? { row, x: place[0], y: place[1] } : null;
    },
    click(x, y, target, double, mode) {
      const cluster = labelAt(target);
      if (cluster !== null) {
        if (double) startRenaming(ui, cluster, "map");
        else selectCluster(ui, cluster, mode);
        return;
      }
      const row = ui.stage.rowAt(x, y);
      if (row !== null) selectRows(ui, Uint32Array.of(row), mode);
    },
    drawing: (polygon) => (ui.drawing.value = polygon && [...polygon]),
    region: (polygon, mode) => selectRows(ui, ui.stage.rowsInside(polygon), mode),
    wheelIgnored() {
      ui.hint.value = "Click the map, or hold ctrl, to zoom with the wheel";
      clearTimeout(hintTimer);
      hintTimer = setTimeout(() => (ui.hint.value = ""), HINT_MS);
    },
  };
}

/** The cluster whose label an element is part of. */
function labelAt(element: Element | undefined): number | null {
  const label = element?.closest<HTMLElement>(".ls-label");
  return label ? Number(label.dataset.cluster) : null;
}
