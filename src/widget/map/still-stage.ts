import { QUANTISED_MAX, type Content } from "../../scope";
import { clusterOf } from "../../picture/clusters";
import type { Theme } from "../../picture/palette";
import { pointDensity, pointLook } from "../../picture/point-look";
import { clusterSlots, paletteBytes } from "../../picture/slot-colours";
import type { SavedThemes } from "../../picture/themes";
import { homeOf, transformOf, unproject, type Size, type Transform, type View } from "../../picture/view";
import { CanvasPoints, type MovingPicture, type PointRenderer } from "./canvas-points";
import { Grid } from "./grid";
import { LabelLayer } from "./label-layer";
import { Presentation, type Changed, type Presented } from "./presentation";
import { onThemeChange, themeOf } from "./theme";

/** Makes a renderer for a fresh canvas. */
export type RendererFactory = (canvas: HTMLCanvasElement, positions: Uint16Array) => PointRenderer;

/** Draws with the 2-D canvas that every browser has. */
export const canvasRenderer: RendererFactory = (canvas, positions) => new CanvasPoints(canvas, positions);

/** The scope that a stage shows. */
export interface StageSource extends SavedThemes {
  readonly rows: number;
  readonly positions: Uint16Array;
  readonly snapshot: { readonly state: Presented };
  /** Calls back after every change. Returns a function that stops it. */
  subscribe(listener: () => void): () => void;
}

/** How near to a row the pointer must be, in CSS pixels. */
const HIT_RADIUS = 10;

/**
 * The picture of a scope: points, labels, and the view of them. It follows the store, the theme and its own size; it knows nothing of gestures.
 * The element's `data-transform` ("scaleX,scaleY,offsetX,offsetY") takes map coordinates to CSS pixels of the element.
 * All that the module needs to draw a map by itself is here; `MapStage` adds what the application does with it.
 */
export class StillStage {
  readonly element = document.createElement("div");
  /** The view of everything. */
  home: View;
  /** Quantised x, y pairs of the rows, or of where they are going to. */
  positions: Uint16Array;
  theme: Theme = "light";
  size: Size = { width: 0, height: 0 };
  protected current: View;
  protected canvas: HTMLCanvasElement | null = null;
  protected renderer: PointRenderer | null = null;
  protected index: Grid | null = null;
  protected faded: ((slot: number) => boolean) | undefined;
  protected labelsStale = true;
  protected drawn = false;
  protected density: number;
  /** While the rows move: where they come from, and how far they have come (0 to 1). */
  protected movement: { readonly from: Uint16Array; progress: number } | null = null;
  protected readonly presentation: Presentation;
  private frame = 0;
  private readonly viewListeners = new Set<() => void>();
  private readonly stops: (() => void)[] = [];

  /**
   * @param before a stage of the same store that this one takes the place of: it starts from its view, and computes nothing again
   * @param labels what shows the labels
   */
  constructor(
    readonly store: StageSource,
    makeRenderer: RendererFactory,
    before?: StillStage,
    readonly labels = new LabelLayer(),
  ) {
    this.positions = before?.positions ?? store.positions;
    this.presentation = new Presentation(store.snapshot.state, this.positions, store, before?.presentation);
    this.density = before?.density ?? pointDensity(this.positions);
    this.home = before?.home ?? homeOf(this.positions);
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

  /** Looks there at once, and ends what moves the view by itself. */
  set view(view: View) {
    this.hold();
    this.look(view);
  }

  /** Ends what moves the view by itself. */
  hold(): void {}

  get transform(): Transform {
    return transformOf(this.current, this.size);
  }

  /** The contents that are shown: those of the store, or the preview. */
  get content(): Content {
    return this.presentation.content;
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
    const renderer = make(canvas, this.positions);
    this.renderer?.destroy();
    this.canvas?.remove();
    this.element.prepend(canvas);
    this.canvas = canvas;
    this.renderer = renderer;
    const { slots, emphasis } = this.presentation;
    if (this.movement) renderer.setPositions(this.positions, this.movement.from);
    renderer.setSlots(slots);
    renderer.setFlags(emphasis.flags, emphasis.any);
    this.recolour();
  }

  /** The row under a CSS pixel of the map area, or null when none is near. */
  rowAt(px: number, py: number): number | null {
    const [x, y] = this.quantised(px, py);
    const t = this.transform;
    const radius = HIT_RADIUS * (QUANTISED_MAX / 2);
    return this.grid.nearest(x, y, radius / t.scaleX, radius / -t.scaleY, this.presentation.emphasis.untouchable);
  }

  /** Draws at the next frame. */
  redraw(): void {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.hold();
    for (const stop of this.stops) stop();
    this.viewListeners.clear();
    this.renderer?.destroy();
    this.renderer = null;
    this.element.remove();
  }

  protected get grid(): Grid {
    return (this.index ??= new Grid(this.positions));
  }

  protected quantised(px: number, py: number): [x: number, y: number] {
    const [x, y] = unproject(this.transform, px, py);
    return [((x + 1) / 2) * QUANTISED_MAX, ((y + 1) / 2) * QUANTISED_MAX];
  }

  protected look(view: View): void {
    this.current = view;
    this.redraw();
    this.tellViewers();
  }

  /** Takes over what has changed in the store, or in what is to be shown of it. */
  protected present(): void {
    const { presentation, renderer } = this;
    const changed = presentation.update(this.store.snapshot.state);
    if (this.drawn) this.changing(changed);
    if (changed.slots) renderer?.setSlots(presentation.slots);
    if (changed.emphasis) renderer?.setFlags(presentation.emphasis.flags, presentation.emphasis.any);
    if (changed.labels) this.labelsStale = true;
    this.recolour();
  }

  /** Something is about to look other than it was drawn; the renderer still has all as it was. */
  protected changing(_changed: Changed): void {}

  protected recolour(): void {
    const { swatches, showDeleted, emphasis, preview, colouring } = this.presentation;
    const others = emphasis.clusters && ((slot: number) => !emphasis.clusters?.has(clusterOf(slot)));
    const fade = this.faded ?? others ?? undefined;
    const slots = preview || !colouring ? clusterSlots(swatches) : colouring;
    this.renderer?.setPalette(paletteBytes(slots, this.theme, { fade, showDeleted }));
    this.redraw();
  }

  protected draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { size, transform, presentation } = this;
    if (!size.width || !size.height || !this.renderer) return;
    if (this.labelsStale) {
      this.labelsStale = false;
      this.labels.layout({
        content: presentation.content,
        focus: presentation.emphasis.clusters,
        themes: presentation.themes,
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
    this.renderer.draw(this.picture());
    this.drawn = true;
  }

  protected picture(): MovingPicture {
    const { transform, size, current, density } = this;
    return {
      transform,
      size,
      pixelRatio: Math.min(3, devicePixelRatio || 1),
      ...pointLook(density, size, current.zoom),
      progress: this.movement?.progress ?? 1,
    };
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
    this.tellViewers();
  }

  private restyle(): void {
    this.theme = themeOf(this.element);
    this.labelsStale = true;
    this.recolour();
    this.tellViewers();
  }

  private tellViewers(): void {
    for (const listener of this.viewListeners) listener();
  }
}
