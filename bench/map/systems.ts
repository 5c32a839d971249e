import { tick, tickUntil } from "./frames";
import { Deck, OrthographicView } from "@deck.gl/core";
import { ScatterplotLayer } from "@deck.gl/layers";
import createScatterplot from "regl-scatterplot";
import { savedContent, type Cluster, type ClusterId } from "../../src/scope";
import mapStyle from "../../src/widget/map/map.css";
import { manageRenderer } from "../../src/widget/app/renderer";
import { canvasRenderer } from "../../src/widget/map/still-stage";
import { MapStage } from "../../src/widget/map/stage";
import type { Points } from "./points";

/** CSS pixels, and device pixels: the page has one for one. */
export const SIZE = { width: 800, height: 480 };
/** Diameter of a point in all systems, in pixels. */
const DIAMETER = 2;

/** One way to draw points, ready to be driven. */
export interface System {
  /** Shows another part of the map, `share` of the way through a pan and zoom, and has a frame drawn. */
  frame(share: number): void;
  /** Returns when all that was asked of WebGL is done. */
  finish(): void;
  /** Rows inside a polygon of corners from 0 to 1. */
  lasso(polygon: readonly number[]): number;
  end(): void;
}

/** Shows points in a container; settled when the first frame is asked for. */
export type Start = (container: HTMLElement, points: Points) => Promise<System>;

/** Where to look `share` of the way: from everything to twice as large, round a circle. The middle is in [-1, 1]. */
function lookAt(share: number): { x: number; y: number; zoom: number } {
  const angle = share * 2 * Math.PI;
  return { x: 0.3 * Math.cos(angle), y: 0.3 * Math.sin(angle), zoom: 0.5 + 0.5 * Math.sin(angle) };
}

function finishOf(gl: WebGLRenderingContext | WebGL2RenderingContext): () => void {
  const pixel = new Uint8Array(4);
  return () => gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
}

function makeCanvas(container: HTMLElement): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, SIZE);
  Object.assign(canvas.style, { width: `${SIZE.width}px`, height: `${SIZE.height}px` });
  container.append(canvas);
  return canvas;
}

/** This library's map as the application has it: points, labels and all. */
const latentscope: Start = async (container, { rows, positions, assignment, clusters }) => {
  const labelled = Array.from({ length: clusters }, (_, id): Cluster => ({
    ...{ id: id as ClusterId, label: `Cluster number ${id}`, description: "", labelSource: "keywords" },
    ...{ labelModel: null, labelError: null, stale: false, swatch: null },
  }));
  const content = savedContent(labelled, assignment);
  const state = { content, rows, selection: new Uint32Array(0) };
  const store = {
    rows,
    positions,
    themes: [],
    savedAssignment: assignment,
    snapshot: { state },
    subscribe: () => () => {},
  };
  const sheet = document.createElement("style");
  sheet.textContent = mapStyle;
  const stage = new MapStage(store, canvasRenderer);
  Object.assign(stage.element.style, { width: `${SIZE.width}px`, height: `${SIZE.height}px`, position: "relative" });
  container.append(sheet, stage.element);
  const renderer = manageRenderer(stage, () => {});
  await tickUntil(renderer.drawn);
  // the stage learns its size from an observer, which comes later than the first frame of an empty map
  while (!stage.element.dataset.transform) await tickUntil(new Promise((resolve) => setTimeout(resolve, 0)));
  const gl = stage.element.querySelector("canvas")?.getContext("webgl2");
  if (!gl) throw new Error("The map is not drawn with WebGL.");
  return {
    frame(share) {
      stage.view = lookAt(share);
      tick();
    },
    finish: finishOf(gl),
    lasso: (polygon) => {
      const { scaleX, scaleY, offsetX, offsetY } = stage.transform;
      const pixels = polygon.map((v, i) => (i & 1 ? scaleY * (2 * v - 1) + offsetY : scaleX * (2 * v - 1) + offsetX));
      return stage.rowsInside(pixels).length;
    },
    end: () => {
      renderer.end();
      stage.destroy();
      container.replaceChildren();
    },
  };
};

/** regl-scatterplot with one renderer of its own, coloured by category. */
const reglScatterplot: Start = async (container, { rows, positions, assignment }) => {
  const canvas = makeCanvas(container);
  const scatterplot = createScatterplot({
    ...{ canvas, ...SIZE, pointSize: DIAMETER, aspectRatio: SIZE.width / SIZE.height },
    ...{ colorBy: "valueA", pointColor: ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee"], opacity: 0.7 },
  });
  const x = Float32Array.from({ length: rows }, (_, row) => (positions[2 * row] / 65535) * 2 - 1);
  const y = Float32Array.from({ length: rows }, (_, row) => (positions[2 * row + 1] / 65535) * 2 - 1);
  const valueA = Float32Array.from(assignment, (id) => (id + 1) % 5);
  await tickUntil(scatterplot.draw({ x, y, valueA }, { zDataType: "categorical" }));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("regl-scatterplot has no 2-D canvas.");
  return {
    frame(share) {
      const { x: middleX, y: middleY, zoom } = lookAt(share);
      const scale = 2 ** zoom;
      scatterplot.view([scale, 0, 0, 0, 0, scale, 0, 0, 0, 0, 1, 0, -middleX * scale, -middleY * scale, 0, 1]);
      tick();
    },
    finish: () => void context.getImageData(0, 0, 1, 1),
    lasso: (polygon) => {
      const corners: [number, number][] = [];
      for (let i = 0; i < polygon.length; i += 2) corners.push([2 * polygon[i] - 1, 2 * polygon[i + 1] - 1]);
      scatterplot.lassoSelect(corners, { isGl: true });
      return scatterplot.get("selectedPoints").length;
    },
    end: () => {
      scatterplot.destroy();
      container.replaceChildren();
    },
  };
};

/** deck.gl's ScatterplotLayer, picking and antialiasing off. */
const deckScatterplot: Start = async (container, { rows, positions, assignment }) => {
  const canvas = makeCanvas(container);
  const places = Float32Array.from(positions, (v) => (v / 65535) * 2 - 1);
  const palette = [
    [68, 119, 170],
    [238, 102, 119],
    [34, 136, 51],
    [204, 187, 68],
    [102, 204, 238],
  ];
  const colours = new Uint8Array(4 * rows);
  for (let row = 0; row < rows; row++) colours.set([...palette[(assignment[row] + 1) % 5], 180], 4 * row);
  const layer = () =>
    new ScatterplotLayer({
      ...{ id: "points", radiusUnits: "pixels", getRadius: DIAMETER / 2, antialiasing: false, pickable: false },
      data: {
        length: rows,
        attributes: { getPosition: { value: places, size: 2 }, getFillColor: { value: colours, size: 4 } },
      },
    });
  const view = (share: number) => {
    const { x, y, zoom } = lookAt(share);
    return { map: { target: [x, y, 0] as [number, number, number], zoom: zoom + Math.log2(SIZE.height / 2) } };
  };
  let rendered = () => {};
  const first = new Promise<void>((resolve) => (rendered = resolve));
  const deck = new Deck({
    ...{ canvas, ...SIZE, useDevicePixels: 1, controller: false },
    views: [new OrthographicView({ id: "map", flipY: false })],
    viewState: view(0),
    layers: [layer()],
    onAfterRender: () => rendered(),
  });
  await tickUntil(first);
  const gl = canvas.getContext("webgl2");
  if (!gl) throw new Error("deck.gl has no WebGL2.");
  return {
    frame(share) {
      deck.setProps({ viewState: view(share) });
      deck.redraw("view");
    },
    finish: finishOf(gl),
    lasso: () => NaN,
    end: () => {
      deck.finalize();
      gl.getExtension("WEBGL_lose_context")?.loseContext();
      container.replaceChildren();
    },
  };
};

export const systems = {
  latentscope,
  "regl-scatterplot": reglScatterplot,
  "deck.gl ScatterplotLayer": deckScatterplot,
};
