import { effect } from "@preact/signals";
import { render } from "preact";
import { movingCanvasRenderer } from "../map/moving-canvas-points";
import { MapStage } from "../map/stage";
import { rowsOf } from "../../scope";
import { MapGestures } from "../map/gestures";
import type { Application } from "../module/app-registry";
import type { KernelLink } from "../module/kernel-link";
import { describe } from "../root";
import type { WidgetModel } from "../sync/connection";
import { ScopeStore } from "../sync/scope-store";
import { statusOf } from "../sync/snapshot";
import style from "./app.css";
import { App } from "./components/app";
import dialogStyle from "./dialogs.css";
import findStyle from "./find.css";
import rowsStyle from "./rows.css";
import { shieldKeys } from "./keys";
import mapStyle from "./map-layers.css";
import { addMapLayers } from "./map-layers";
import { mapListener } from "./map-listener";
import { manageRenderer } from "./renderer";
import type { OwnTab } from "./own-tab/own-tab";
import selectionStyle from "./selection.css";
import { makeUi, type Ui } from "./ui";

const stores = new WeakMap<WidgetModel, ScopeStore>();

/** The one store of a model, which all its views share. */
function storeOf(link: KernelLink): ScopeStore {
  const store = stores.get(link.model) ?? new ScopeStore(link.model, link.takeInbox());
  stores.set(link.model, store);
  return store;
}

/** A view that is on the page. */
export interface MountedView {
  readonly ui: Ui;
  /** Settled when its map is drawn. */
  readonly ready: Promise<void>;
  readonly unmount: () => void;
}

/**
 * Takes over the root element of a view: the map with its tools and its list of clusters.
 * @param ownTab where the view can be opened in a tab of its own
 */
export function mountView({ root, link, picture }: Parameters<Application["mount"]>[0], ownTab?: OwnTab): MountedView {
  const store = storeOf(link);
  const detach = store.attach();
  const sheet = document.createElement("style");
  sheet.textContent = [style, selectionStyle, dialogStyle, mapStyle, findStyle, rowsStyle].join("\n");
  const container = document.createElement("div");
  container.className = "ls-app";
  container.dataset.waiting = "";
  root.append(sheet, container);

  const stage = new MapStage(store, movingCanvasRenderer, picture);
  const ui = makeUi(store, stage, root, ownTab);
  const layers = addMapLayers(ui);
  const { element } = stage;
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-roledescription", "map");
  element.setAttribute("aria-label", `Map of ${store.rows.toLocaleString("en")} rows: ${store.title}`);
  render(<App ui={ui} />, container);
  const renderer = manageRenderer(stage, (text) => (ui.hint.value = text));
  const gestures = new MapGestures(stage, mapListener(ui, layers.contours));
  const stops = [
    detach,
    layers.stop,
    () => gestures.end(),
    shieldKeys(root),
    effect(() => {
      if (ui.preview.value) root.dataset.preview = ui.preview.value;
      else delete root.dataset.preview;
    }),
    effect(() => {
      const passing = ui.filters.rows.value;
      if (passing) root.dataset.filtered = String(passing.length);
      else delete root.dataset.filtered;
    }),
    store.onMessage((message) => {
      if (message.type === "zoom") stage.flyTo(stage.viewOf(rowsOf(message.rows, store.rows)));
    }),
    () => renderer.end(),
    () => ownTab?.end(),
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
    const from = store.takeFrom();
    if (from) stage.comeFrom(from);
    tell();
    stops.push(store.subscribe(tell));
  });
  return {
    ui,
    ready,
    unmount: () => {
      for (const stop of stops) stop();
      render(null, container);
      stage.destroy();
      container.remove();
      sheet.remove();
    },
  };
}
