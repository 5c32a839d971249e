import { dequantise, QUANTISED_MAX } from "../../scope";
import type { ScopeStore } from "../sync/scope-store";
import { CanvasPoints, type PointRenderer } from "./canvas-points";
import { clusterGeometry, swatchesOf, type ClusterGeometry } from "./clusters";
import { Grid } from "./grid";
import { LabelLayer } from "./label-layer";
import type { Theme } from "./palette";
import { onThemeChange, paletteBytes, themeOf } from "./theme";
import { pointDiameter, transformOf, unproject, type Size, type Transform, type View } from "./view";

/** Makes a renderer for a fresh canvas. */
export type RendererFactory = (canvas: HTMLCanvasElement, positions: Uint16Array) => PointRenderer;

/** Draws with the 2-D canvas that every browser has. */
export const canvasRenderer: RendererFactory = (canvas, positions) => new CanvasPoints(canvas, positions);

const HIT_RADIUS = 10;

/**
 * The picture of a scope: points, labels, and the view of them. It follows the store, the theme and its own size; it knows nothing of gestures.
 * The element's `data-transform` ("scaleX,scaleY,offsetX,offsetY") takes map coordinates to CSS pixels of the element.
 */
export class MapStage {
  readonly element = document.createElement("div");
  readonly labels = new LabelLayer();
  readonly home: View;
  geometry: ClusterGeometry;
  readonly swatches: Uint8Array;
  theme: Theme = "light";
  size: Size = { width: 0, height: 0 };
  private current: View;
  private canvas: HTMLCanvasElement | null = null;
  private renderer: PointRenderer | null = null;
  private index: Grid | null = null;
  private faded: ((slot: number) => boolean) | undefined;
  private frame = 0;
  private labelsStale = true;
  private seen: { clusters?: unknown; assignment?: Int32Array; selection?: Uint32Array } = {};
  private readonly selected: Uint8Array;
  private readonly viewListeners = new Set<() => void>();
  private readonly stops: (() => void)[] = [];

  /** @param before a stage of the same store that this one takes the place of: it starts from its view, and computes nothing again */
  constructor(
    readonly store: ScopeStore,
    makeRenderer: RendererFactory,
    before?: MapStage,
  ) {
    this.geometry = before?.geometry ?? clusterGeometry(store.snapshot.state.content, store.positions);
    this.swatches = before?.swatches ?? swatchesOf(this.geometry);
    this.home = before?.home ?? homeOf(store.positions);
    this.current = before?.view ?? this.home;
    this.selected = new Uint8Array(store.rows);
    this.element.className = "ls-map";
    this.element.append(this.labels.element);
    this.useRenderer(makeRenderer);
    this.follow();
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(this.element);
    this.stops.push(
      () => observer.disconnect(),
      store.subscribe(() => this.follow()),
      onThemeChange(() => this.restyle()),
    );
  }

  get view(): View {
    return this.current;
  }

  set view(view: View) {
    this.current = view;
    this.redraw();
    for (const listener of this.viewListeners) listener();
  }

  get transform(): Transform {
    return transformOf(this.current, this.size);
  }

  /** Calls back when the view or the size changes. Returns a function that stops it. */
  onView(listener: () => void): () => void {
    this.viewListeners.add(listener);
    return () => this.viewListeners.delete(listener);
  }

  /** Draws with another renderer from now on, on a canvas of its own. */
  useRenderer(make: RendererFactory): void {
    const canvas = document.createElement("canvas");
    canvas.className = "ls-canvas";
    const renderer = make(canvas, this.store.positions);
    this.renderer?.destroy();
    this.canvas?.remove();
    this.element.prepend(canvas);
    this.canvas = canvas;
    this.renderer = renderer;
    renderer.setSlots(this.geometry.slots);
    renderer.setSelected(this.selected, this.store.snapshot.state.selection.length > 0);
    this.recolour();
  }

  /** Draws the points of some slots faintly: those that are not meant just now. */
  fade(slots: ((slot: number) => boolean) | undefined): void {
    this.faded = slots;
    this.recolour();
  }

  /** CSS pixels of a row within the map area. */
  project(row: number): [x: number, y: number] {
    const t = this.transform;
    const { positions } = this.store;
    return [
      t.scaleX * dequantise(positions[2 * row]) + t.offsetX,
      t.scaleY * dequantise(positions[2 * row + 1]) + t.offsetY,
    ];
  }

  /** The row under a CSS pixel of the map area, or null when none is near. */
  rowAt(px: number, py: number): number | null {
    const [x, y] = this.quantised(px, py);
    const t = this.transform;
    const radius = HIT_RADIUS * (QUANTISED_MAX / 2);
    return this.grid.nearest(x, y, radius / t.scaleX, radius / -t.scaleY);
  }

  /** Rows inside a polygon of CSS pixels, x and y in turn; ascending. */
  rowsInside(polygon: readonly number[]): Uint32Array {
    const corners = new Float64Array(polygon.length);
    for (let i = 0; i < polygon.length; i += 2) corners.set(this.quantised(polygon[i], polygon[i + 1]), i);
    return this.grid.rowsInPolygon(corners);
  }

  /** Draws at the next frame. */
  redraw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    for (const stop of this.stops) stop();
    this.viewListeners.clear();
    this.renderer?.destroy();
    this.renderer = null;
    this.element.remove();
  }

  private get grid(): Grid {
    return (this.index ??= new Grid(this.store.positions));
  }

  private quantised(px: number, py: number): [x: number, y: number] {
    const [x, y] = unproject(this.transform, px, py);
    return [((x + 1) / 2) * QUANTISED_MAX, ((y + 1) / 2) * QUANTISED_MAX];
  }

  /** Takes over what has changed in the store. */
  private follow(): void {
    const { content, selection } = this.store.snapshot.state;
    if (this.seen.assignment && this.seen.assignment !== content.assignment) {
      this.geometry = clusterGeometry(content, this.store.positions);
      this.renderer?.setSlots(this.geometry.slots);
    }
    if (this.seen.clusters !== content.clusters) this.labelsStale = true;
    if (this.seen.selection !== selection) {
      this.selected.fill(0);
      for (const row of selection) this.selected[row] = 1;
      this.renderer?.setSelected(this.selected, selection.length > 0);
    }
    this.seen = { clusters: content.clusters, assignment: content.assignment, selection };
    this.redraw();
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === this.size.width && height === this.size.height) return;
    this.size = { width, height };
    this.theme = themeOf(this.element);
    this.labelsStale = true;
    this.recolour();
    // at once, not at the next frame: a resized canvas would flash empty
    if (width && height) this.draw();
    for (const listener of this.viewListeners) listener();
  }

  private restyle(): void {
    this.theme = themeOf(this.element);
    this.labelsStale = true;
    this.recolour();
    for (const listener of this.viewListeners) listener();
  }

  private recolour(): void {
    this.renderer?.setPalette(paletteBytes(this.swatches, this.theme, this.store.rows, this.faded));
    this.redraw();
  }

  private draw(): void {
    const { size, transform, store } = this;
    if (!size.width || !size.height || !this.renderer) return;
    if (this.labelsStale) {
      this.labelsStale = false;
      const { content } = store.snapshot.state;
      this.labels.layout({
        content,
        geometry: this.geometry,
        swatches: this.swatches,
        theme: this.theme,
        home: this.home,
        size,
      });
    }
    this.labels.update(this.current.zoom, transform, size);
    const { scaleX, scaleY, offsetX, offsetY } = transform;
    this.element.dataset.transform = [scaleX, scaleY, offsetX, offsetY].join(",");
    this.renderer.draw({
      transform,
      size,
      pixelRatio: Math.min(3, devicePixelRatio || 1),
      diameter: pointDiameter(store.rows, size, this.current.zoom),
    });
  }
}

/** The view that shows everything: the whole square, or the one place where all points are. */
function homeOf(positions: Uint16Array): View {
  let [x0, y0, x1, y1] = [QUANTISED_MAX, QUANTISED_MAX, 0, 0];
  for (let i = 0; i < positions.length; i += 2) {
    x0 = Math.min(x0, positions[i]);
    x1 = Math.max(x1, positions[i]);
    y0 = Math.min(y0, positions[i + 1]);
    y1 = Math.max(y1, positions[i + 1]);
  }
  if (x1 < x0) return { x: 0, y: 0, zoom: 0 };
  return { x: dequantise((x0 + x1) / 2), y: dequantise((y0 + y1) / 2), zoom: 0 };
}
