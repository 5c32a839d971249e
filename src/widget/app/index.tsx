import { effect } from "@preact/signals";
import { render } from "preact";
import { canvasRenderer, MapStage } from "../map/stage";
import { slotOf } from "../../picture/clusters";
import { attachGestures } from "../map/gestures";
import type { Application } from "../module/app-registry";
import type { KernelLink } from "../module/kernel-link";
import { describe } from "../root";
import type { WidgetModel } from "../sync/connection";
import { ScopeStore } from "../sync/scope-store";
import { statusOf } from "../sync/snapshot";
import { selectCluster, selectRows, startRenaming } from "./actions";
import style from "./app.css";
import { App } from "./components/app";
import dialogStyle from "./dialogs.css";
import { shieldKeys } from "./keys";
import { manageRenderer } from "./renderer";
import selectionStyle from "./selection.css";
import { makeUi, type Ui } from "./ui";

const HINT_MS = 1800;

const stores = new WeakMap<WidgetModel, ScopeStore>();

/** The one store of a model, which all its views share. */
function storeOf(link: KernelLink): ScopeStore {
  const store = stores.get(link.model) ?? new ScopeStore(link.model, link.takeInbox());
  stores.set(link.model, store);
  return store;
}

/** Takes over the root element of a view: the map with its tools and its list of clusters. */
export const mount: Application["mount"] = ({ root, link, picture }) => {
  const store = storeOf(link);
  const detach = store.attach();
  const sheet = document.createElement("style");
  sheet.textContent = [style, selectionStyle, dialogStyle].join("\n");
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
  const stops = [
    detach,
    attachGestures(stage, listener(ui), true),
    shieldKeys(root),
    effect(() => {
      if (ui.preview.value) root.dataset.preview = ui.preview.value;
      else delete root.dataset.preview;
    }),
    () => renderer.end(),
    () => ui.dispose(),
  ];
  ui.details.prefetch();

  const tell = () => {
    const { state, revision } = store.snapshot;
    const { content, selection } = state;
    const { title, rows } = store;
    const status = statusOf(store.snapshot);
    describe(root, { title, rows, revision, content, selected: selection.length, status });
  };
  const ready = renderer.drawn.then(() => {
    delete container.dataset.waiting;
    tell();
    stops.push(store.subscribe(tell));
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
