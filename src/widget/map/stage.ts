import { dequantise, QUANTISED_MAX, type Content } from "../../scope";
import type { Colouring } from "../../picture/colouring";
import { CanvasPoints, type PointRenderer } from "./canvas-points";
import { clusterOf, type ClusterGeometry } from "../../picture/clusters";
import { Grid } from "./grid";
import { LabelLayer } from "./label-layer";
import type { Theme } from "../../picture/palette";
import { Presentation, type Presented } from "./presentation";
import { onThemeChange, themeOf } from "./theme";
import { clusterSlots, paletteBytes } from "../../picture/slot-colours";
import {
  homeOf,
  pointDiameter,
  transformOf,
  unproject,
  type Size,
  type Transform,
  type View,
} from "../../picture/view";

/** Makes a renderer for a fresh canvas. */
export type RendererFactory = (canvas: HTMLCanvasElement, positions: Uint16Array) => PointRenderer;

/** Draws with the 2-D canvas that every browser has. */
export const canvasRenderer: RendererFactory = (canvas, positions) => new CanvasPoints(canvas, positions);

/** The scope that a stage shows. */
export interface StageSource {
  readonly rows: number;
  readonly positions: Uint16Array;
  readonly snapshot: { readonly state: Presented };
  /** Calls back after every change. Returns a function that stops it. */
  subscribe(listener: () => void): () => void;
}

const HIT_RADIUS = 10;

/**
 * The picture of a scope: points, labels, and the view of them. It follows the store, the theme and its own size; it knows nothing of gestures.
 * The element's `data-transform` ("scaleX,scaleY,offsetX,offsetY") takes map coordinates to CSS pixels of the element.
 */
export class MapStage {
  readonly element = document.createElement("div");
  readonly labels = new LabelLayer();
  readonly home: View;
  theme: Theme = "light";
  size: Size = { width: 0, height: 0 };
  private current: View;
  private canvas: HTMLCanvasElement | null = null;
  private renderer: PointRenderer | null = null;
  private index: Grid | null = null;
  private faded: ((slot: number) => boolean) | undefined;
  private frame = 0;
  private labelsStale = true;
  private readonly presentation: Presentation;
  private readonly viewListeners = new Set<() => void>();
  private readonly stops: (() => void)[] = [];

  /** @param before a stage of the same store that this one takes the place of: it starts from its view, and computes nothing again */
  constructor(
    readonly store: StageSource,
    makeRenderer: RendererFactory,
    before?: MapStage,
  ) {
    this.presentation = new Presentation(store.snapshot.state, store.positions, before?.presentation);
    this.home = before?.home ?? homeOf(store.positions);
    this.current = before?.view ?? this.home;
    this.element.className = "ls-map";
    this.element.append(this.labels.element);
    this.useRenderer(makeRenderer);
    this.present();
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(this.element);
    this.stops.push(
      () => observer.disconnect(),
      store.subscribe(() => this.present()),
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

  /** Geometry of the store's contents, whatever is shown. */
  get geometry(): ClusterGeometry {
    return this.presentation.current;
  }

  /** The contents that are shown: those of the store, or the preview. */
  get content(): Content {
    return this.presentation.content;
  }

  /** Colour of each slot in what is shown. */
  get swatches(): Uint8Array {
    return this.presentation.swatches;
  }

  /** Contents to be shown in place of the store's; the rows that are in other clusters there stand out. */
  set preview(content: Content | null) {
    this.presentation.preview = content;
    this.present();
  }

  /** Colours in place of those of the clusters; null for these. */
  set colouring(colouring: Colouring | null) {
    this.presentation.colouring = colouring;
    this.present();
  }

  /** 1 for each row that passes a filter: the others are drawn faintly, and cannot be hit. Null without one. */
  set filter(filter: Uint8Array | null) {
    this.presentation.filter = filter;
    this.present();
  }

  get showDeleted(): boolean {
    return this.presentation.showDeleted;
  }

  /** Whether deleted rows are drawn, faintly, and can be hovered and selected. */
  set showDeleted(shown: boolean) {
    this.presentation.showDeleted = shown;
    this.present();
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
    const { slots, emphasis } = this.presentation;
    renderer.setSlots(slots);
    renderer.setFlags(emphasis.flags, emphasis.any);
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
    return this.grid.nearest(x, y, radius / t.scaleX, radius / -t.scaleY, this.presentation.emphasis.untouchable);
  }

  /** Rows inside a polygon of CSS pixels, x and y in turn; ascending. */
  rowsInside(polygon: readonly number[]): Uint32Array {
    const corners = new Float64Array(polygon.length);
    for (let i = 0; i < polygon.length; i += 2) corners.set(this.quantised(polygon[i], polygon[i + 1]), i);
    const { untouchable } = this.presentation.emphasis;
    const rows = this.grid.rowsInPolygon(corners);
    return untouchable ? rows.filter((row) => !untouchable[row]) : rows;
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

  /** Takes over what has changed in the store, or in what is to be shown of it. */
  private present(): void {
    const { presentation, renderer } = this;
    const changed = presentation.update(this.store.snapshot.state);
    if (changed.slots) renderer?.setSlots(presentation.slots);
    if (changed.emphasis) renderer?.setFlags(presentation.emphasis.flags, presentation.emphasis.any);
    if (changed.labels) this.labelsStale = true;
    this.recolour();
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
    const { swatches, showDeleted, emphasis, preview, colouring } = this.presentation;
    const others = emphasis.clusters && ((slot: number) => !emphasis.clusters?.has(clusterOf(slot)));
    const fade = this.faded ?? others ?? undefined;
    const slots = preview || !colouring ? clusterSlots(swatches) : colouring;
    this.renderer?.setPalette(paletteBytes(slots, this.theme, this.store.rows, { fade, showDeleted }));
    this.redraw();
  }

  private draw(): void {
    const { size, transform, store, presentation } = this;
    if (!size.width || !size.height || !this.renderer) return;
    if (this.labelsStale) {
      this.labelsStale = false;
      this.labels.layout({
        content: presentation.content,
        focus: presentation.emphasis.clusters,
        geometry: presentation.geometry,
        swatches: presentation.swatches,
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
