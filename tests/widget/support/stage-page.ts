/** Runs in the browser: a map stage by itself, with its layers and the application's renderer, driven by the tests through `window.maps`. */
import { initialState, savedContent, type ClusterTheme } from "../../../src/scope";
import mapStyle from "../../../src/widget/map/map.css";
import layerStyle from "../../../src/widget/app/map-layers.css";
import { manageRenderer } from "../../../src/widget/app/renderer";
import { ContourLayer } from "../../../src/widget/map/contour-layer";
import { MarkLayer } from "../../../src/widget/map/mark-layer";
import { movingCanvasRenderer } from "../../../src/widget/map/moving-canvas-points";
import { MapStage } from "../../../src/widget/map/stage";
import { blobs } from "./blobs";

/** A stage on the page, and what the tests do with it. */
export interface Maps {
  stage: MapStage;
  contours: ContourLayer;
  /** Replaces what is shown. `places` are coordinates of all rows in place of the blobs'. */
  mount(options: {
    rows: number;
    clusters: number;
    seed?: number;
    themes?: readonly ClusterTheme[];
    width?: number;
    height?: number;
    webgl?: boolean;
  }): Promise<void>;
  /** Selects rows, as the store would. */
  select(rows: readonly number[]): void;
  /** The places that another layout gives the rows. */
  otherPlaces(seed: number): Uint16Array;
}

let start = { rows: 0, clusters: 0 };
let tell = () => {};
let change: (rows: readonly number[]) => void = () => {};

const maps: Maps = {
  stage: undefined as unknown as MapStage,
  contours: undefined as unknown as ContourLayer,
  async mount({ rows, clusters, seed = 1, themes = [], width = 700, height = 520, webgl = true }) {
    maps.stage?.destroy();
    document.body.replaceChildren();
    start = { rows, clusters };
    const data = blobs(rows, clusters, seed);
    let state = initialState(savedContent(data.clusters, data.assignment));
    const store = {
      rows,
      positions: data.positions,
      themes,
      savedAssignment: data.assignment,
      get snapshot() {
        return { state };
      },
      subscribe: (listener: () => void) => {
        tell = listener;
        return () => {};
      },
    };
    change = (selected) => {
      state = { ...state, selection: Uint32Array.from(selected) };
      tell();
    };
    const sheet = document.createElement("style");
    sheet.textContent = `${mapStyle}\n${layerStyle}`;
    const root = document.createElement("div");
    root.className = "latentscope";
    Object.assign(root.style, { width: `${width}px`, height: `${height}px`, resize: "none" });
    document.body.append(sheet, root);
    const stage = new MapStage(store, movingCanvasRenderer);
    maps.stage = stage;
    maps.contours = new ContourLayer(stage);
    stage.addLayer(maps.contours, "under labels");
    stage.addLayer(new MarkLayer(stage), "over labels");
    root.append(stage.element);
    if (webgl) await manageRenderer(stage, () => {}).drawn;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  },
  select: (rows) => change(rows),
  otherPlaces: (seed) => blobs(start.rows, start.clusters, seed).positions,
};

(window as unknown as { maps: Maps }).maps = maps;
