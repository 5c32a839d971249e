import type { Carrying } from "./carry";
import type { StillStage } from "./still-stage";
import { ViewGestures, type Press, type ViewListener } from "./view-gestures";

/** What dragging does without a key. */
export type Tool = "pan" | "lasso" | "box";

/** What keys say about the points that a gesture means: shift adds them, alt removes them, both keep only those. */
export type KeyMode = "replace" | "add" | "remove" | "intersect";

/** What a drag around some points does with them: "extend" adds when something is selected. */
export type RegionMode = KeyMode | "extend";

export function keyMode({ shiftKey, altKey }: { readonly shiftKey: boolean; readonly altKey: boolean }): KeyMode {
  if (altKey) return shiftKey ? "intersect" : "remove";
  return shiftKey ? "add" : "replace";
}

export interface GestureListener extends ViewListener {
  /** The tool in hand. */
  tool(): Tool;
  /** A press without a drag; `double` for the second of two in a row on the same thing. */
  click(x: number, y: number, target: Element, double: boolean, mode: KeyMode): void;
  /** A lasso or box being drawn: corners in turn; null when it ends. */
  drawing(polygon: readonly number[] | null): void;
  /** A lasso or box was drawn. */
  region(polygon: readonly number[], mode: RegionMode): void;
  /** A drag without keys begins on this element; null when it is nothing that can be carried, so that the map moves. */
  carry(target: Element): Carrying | null;
}

const DOUBLE_CLICK_MS = 400;
/** A finger or pen that rests this long begins a lasso, or takes up what lies under it. */
const LONG_PRESS_MS = 450;

/** What a press is for. */
interface Intent {
  kind: Tool | "carry";
  readonly mode: RegionMode;
  /** What the keys say. */
  readonly modifier: KeyMode;
  /** Corners of what is drawn. */
  corners: number[];
}

/**
 * The gestures of the application: clicks and regions, too. A finger or pen that rests before it moves draws a lasso. With a mouse, a drag that
 * begins on a label carries it; with a finger the map moves there, too, and the label is taken up by resting on it.
 */
export class MapGestures extends ViewGestures<GestureListener> {
  private intent: Intent | null = null;
  private carrying: Carrying | null = null;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private lastClick: { readonly time: number; readonly target: Element | null } = { time: -Infinity, target: null };

  constructor(stage: StillStage, listener: GestureListener) {
    super(stage, listener);
    const { element, signal } = this;
    // what a resting finger has begun is no scrolling, and opens no menu
    const keep = (event: Event) => {
      if (this.intent && this.intent.kind !== "pan") event.preventDefault();
    };
    element.addEventListener("touchmove", keep, { signal, passive: false });
    element.addEventListener("contextmenu", keep, { signal });
  }

  override end(): void {
    super.end();
    this.letGo();
  }

  protected override begin(held: Press, event: PointerEvent): void {
    const tool = this.listener.tool();
    const modifier = keyMode(event);
    const kind = tool === "pan" && modifier !== "replace" ? "lasso" : tool;
    const mode = tool === "pan" && modifier === "add" ? "extend" : modifier;
    this.intent = { kind, mode, modifier, corners: [held.startX, held.startY] };
    if (kind === "pan" && held.touch) this.resting = setTimeout(() => this.rest(held), LONG_PRESS_MS);
  }

  protected override stray(held: Press): void {
    clearTimeout(this.resting);
    const { intent } = this;
    if (!intent) return;
    if (intent.kind === "pan" && !held.touch) this.takeUp(held, intent);
    this.element.dataset.dragging = intent.kind;
  }

  protected override drag(held: Press, x: number, y: number, event: PointerEvent): void {
    const { intent, carrying, listener } = this;
    if (!intent) return;
    if (intent.kind === "pan") return super.drag(held, x, y, event);
    if (intent.kind === "carry") return carrying?.move(x, y);
    const { startX, startY } = held;
    if (intent.kind === "box") intent.corners = [startX, startY, x, startY, x, y, startX, y];
    else for (const part of event.getCoalescedEvents?.() ?? [event]) addCorner(intent.corners, this.at(part));
    listener.drawing(intent.corners);
  }

  protected override release(held: Press, event: PointerEvent): void {
    const { intent, carrying, listener } = this;
    if (!intent || event.type === "pointercancel") return;
    if (!held.moved) return this.click(held, intent.modifier, event.timeStamp);
    if (carrying) {
      this.carrying = null;
      carrying.drop();
    } else if (intent.kind !== "pan") listener.region(intent.corners, intent.mode);
  }

  protected override letGo(): void {
    super.letGo();
    clearTimeout(this.resting);
    this.carrying?.cancel();
    this.carrying = null;
    this.intent = null;
    this.listener.drawing(null);
  }

  private rest(held: Press): void {
    const { intent } = this;
    if (!intent) return;
    this.takeUp(held, intent);
    if (!this.carrying) intent.kind = "lasso";
    this.element.dataset.dragging = intent.kind;
    this.carrying?.move(held.startX, held.startY);
  }

  private takeUp(held: Press, intent: Intent): void {
    this.carrying = this.listener.carry(held.target);
    if (this.carrying) intent.kind = "carry";
  }

  // the browser's own `dblclick` names the map, which captured the pointer, not the label under it
  private click({ startX, startY, target }: Press, mode: KeyMode, time: number): void {
    const { lastClick } = this;
    const double = time - lastClick.time < DOUBLE_CLICK_MS && lastClick.target === target;
    this.lastClick = { time: double ? -Infinity : time, target };
    this.listener.click(startX, startY, target, double, mode);
  }
}

function addCorner(corners: number[], [x, y]: readonly [number, number]): void {
  if (Math.hypot(x - corners[corners.length - 2], y - corners[corners.length - 1]) >= 1) corners.push(x, y);
}
