import { dequantise, withFlag, type Content } from "../../scope";
import type { ClusterGeometry } from "../../picture/clusters";
import type { Colouring } from "../../picture/colouring";
import { mixPositions } from "../../picture/mix-positions";
import { pointDensity } from "../../picture/point-look";
import type { ShownTheme } from "../../picture/themes";
import { betweenViews, homeOf, viewOfRows, type View } from "../../picture/view";
import { CrossFade } from "./cross-fade";
import { rowsInPolygon } from "./lasso";
import type { MapLayer, Mark } from "./layers";
import { animate, wantsLessMotion } from "./motion";
import type { Changed } from "./presentation";
import { SlidingLabels } from "./sliding-labels";
import { StillStage, type RendererFactory, type StageSource } from "./still-stage";

const FLIGHT_MS = 300;
const MOVE_MS = 800;

/** The picture of a scope in the application: previews, colourings and filters, layers over the points, regions, and all that moves by itself. */
export class MapStage extends StillStage {
  declare readonly labels: SlidingLabels;
  private badges: readonly Mark[] = [];
  private outlines: ReadonlySet<number> = new Set();
  private readonly layers: MapLayer[] = [];
  private readonly crossFade = new CrossFade();
  private stopFlight = () => {};
  private stopMoving = () => {};
  private filterChanges = false;

  constructor(store: StageSource, makeRenderer: RendererFactory, before?: StillStage) {
    super(store, makeRenderer, before, new SlidingLabels());
  }

  /** Geometry of the store's contents, whatever is shown. */
  get geometry(): ClusterGeometry {
    return this.presentation.current;
  }

  /** Geometry of what is shown: of the store's contents, or of the preview. */
  get shownGeometry(): ClusterGeometry {
    return this.presentation.geometry;
  }

  /** Groups of the clusters that are shown; none where the store has none. */
  get themes(): readonly ShownTheme[] {
    return this.presentation.themes;
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
    this.filterChanges = true;
    this.present();
    this.filterChanges = false;
  }

  get showDeleted(): boolean {
    return this.presentation.showDeleted;
  }

  /** Whether deleted rows are drawn, faintly, and can be hovered and selected. */
  set showDeleted(shown: boolean) {
    this.presentation.showDeleted = shown;
    this.present();
  }

  get marks(): readonly Mark[] {
    return this.badges;
  }

  /** Badges over rows, such as the results of a search; the first lie on top. */
  set marks(marks: readonly Mark[]) {
    this.badges = marks;
    this.refreshLayers();
  }

  get outlined(): ReadonlySet<number> {
    return this.outlines;
  }

  /** Clusters whose density contours are drawn, beside those that are hovered or selected. */
  set outlined(clusters: ReadonlySet<number>) {
    this.outlines = clusters;
    this.refreshLayers();
  }

  /** Draws the points of some slots faintly: those that are not meant just now. */
  fade(slots: ((slot: number) => boolean) | undefined): void {
    this.faded = slots;
    this.recolour();
  }

  /** Draws something over the points: under the labels, or over them. */
  addLayer(layer: MapLayer, place: "under labels" | "over labels"): void {
    this.labels.element[place === "under labels" ? "before" : "after"](layer.element);
    this.layers.push(layer);
  }

  /** Draws the layers anew, and nothing else. */
  refreshLayers(): void {
    if (this.size.width && this.size.height) for (const layer of this.layers) layer.draw();
  }

  /** Moves to a view smoothly: at once for people who want less motion. Any other view, and any gesture, ends it. */
  flyTo(view: View): void {
    this.hold();
    const from = this.current;
    if (wantsLessMotion()) this.look(view);
    else this.stopFlight = animate(FLIGHT_MS, (share) => this.look(share < 1 ? betweenViews(from, view, share) : view));
  }

  /** Stays where a flight has come to. */
  override hold(): void {
    this.stopFlight();
  }

  /** The view that shows some rows with a margin; that of everything for none. */
  viewOf(rows: Uint32Array): View {
    return viewOfRows(this.positions, rows, this.size, this.home);
  }

  /**
   * Moves the rows to other places, smoothly unless the person wants less motion. What is hit, the clusters' geometry and the labels are those of the new places at
   * once; labels are seen again when the rows have come.
   */
  moveTo(positions: Uint16Array): void {
    if (positions.length !== this.positions.length)
      throw new RangeError(`${positions.length / 2} places for ${this.positions.length / 2} rows`);
    const { movement } = this;
    // those that are on their way go on from where they are
    const from = movement
      ? mixPositions(movement.from, this.positions, movement.progress, new Uint16Array(positions.length))
      : this.positions;
    this.stopMoving();
    this.positions = positions;
    this.density = pointDensity(positions);
    this.home = homeOf(positions);
    this.index = null;
    this.labelsStale = true;
    this.presentation.move(positions);
    this.crossFade.end();
    if (wantsLessMotion()) this.arrive();
    else this.depart(from);
    this.present();
  }

  /** Lets the rows come to their places from others, smoothly; not at all for people who want less motion. */
  comeFrom(positions: Uint16Array): void {
    if (wantsLessMotion()) return;
    this.stopMoving();
    this.depart(positions);
    this.redraw();
  }

  /** CSS pixels of a row within the map area. */
  project(row: number): [x: number, y: number] {
    const t = this.transform;
    const { positions } = this;
    return [
      t.scaleX * dequantise(positions[2 * row]) + t.offsetX,
      t.scaleY * dequantise(positions[2 * row + 1]) + t.offsetY,
    ];
  }

  /** Rows inside a polygon of CSS pixels, x and y in turn; ascending. */
  rowsInside(polygon: readonly number[]): Uint32Array {
    const corners = new Float64Array(polygon.length);
    for (let i = 0; i < polygon.length; i += 2) corners.set(this.quantised(polygon[i], polygon[i + 1]), i);
    const { untouchable } = this.presentation.emphasis;
    const rows = rowsInPolygon(this.grid, corners);
    return untouchable ? withFlag(rows, untouchable, 0) : rows;
  }

  override destroy(): void {
    this.stopMoving();
    super.destroy();
  }

  protected override look(view: View): void {
    this.crossFade.end();
    super.look(view);
  }

  protected override changing({ slots, emphasis }: Changed): void {
    const { renderer, canvas } = this;
    // what is selected shows at once
    if (!renderer || !canvas || this.movement || !(slots || (emphasis && this.filterChanges))) return;
    this.crossFade.start(canvas, () => renderer.draw(this.picture()));
  }

  protected override draw(): void {
    super.draw();
    this.refreshLayers();
  }

  private depart(from: Uint16Array): void {
    const movement = (this.movement = { from, progress: 0 });
    this.element.dataset.moving = "";
    this.renderer?.setPositions(this.positions, from);
    this.stopMoving = animate(MOVE_MS, (progress) => {
      movement.progress = progress;
      if (progress === 1) this.arrive();
      this.redraw();
    });
  }

  private arrive(): void {
    this.movement = null;
    delete this.element.dataset.moving;
    this.renderer?.setPositions(this.positions);
  }
}
