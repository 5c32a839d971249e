import { panBy, zoomAt } from "../../picture/view";
import type { StillStage } from "./still-stage";

export interface ViewListener {
  /** The pointer is over a place of the map, in CSS pixels of its area, and over this element; null when it leaves or drags. */
  hover(place: readonly [x: number, y: number] | null, target?: Element): void;
  /** The wheel was turned where it scrolls the page. */
  wheelIgnored?(): void;
}

/** A pointer that is down, in CSS pixels of the map area. */
export interface Press {
  readonly startX: number;
  readonly startY: number;
  lastX: number;
  lastY: number;
  /** It has strayed: this is a drag. */
  moved: boolean;
  readonly touch: boolean;
  readonly target: Element;
}

/** A press strays no further than this in CSS pixels, or it is a drag. */
const CLICK_SLOP = 4;
const TOUCH_SLOP = 8;
const WHEEL_STEP = 1 / 240;
const PINCH_STEP = 1 / 80;

/**
 * Turns pointer and wheel events over a map into pan, zoom and hover: all that the picture needs before the application is there; `MapGestures` does more.
 * Pointer events throughout: JupyterLab swallows `mousemove` during a drag in an output.
 */
export class ViewGestures<L extends ViewListener = ViewListener> {
  /** The only pointer that is down; null for none or several. */
  protected held: Press | null = null;
  protected readonly element: HTMLElement;
  protected readonly signal: AbortSignal;
  private readonly pointers = new Map<number, readonly [number, number]>();
  private readonly abort = new AbortController();

  constructor(
    protected readonly stage: StillStage,
    protected readonly listener: L,
  ) {
    const { element } = stage;
    const { signal } = this.abort;
    [this.element, this.signal] = [element, signal];
    const up = (event: PointerEvent) => this.up(event);
    element.addEventListener("pointerdown", (event) => this.down(event), { signal });
    element.addEventListener("pointermove", (event) => this.move(event), { signal });
    element.addEventListener("pointerup", up, { signal });
    element.addEventListener("pointercancel", up, { signal });
    element.addEventListener("pointerleave", () => listener.hover(null), { signal });
    element.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
    // the notebook would extend its cell selection on a press with shift, and take the focus away
    element.addEventListener("mousedown", (event) => event.stopPropagation(), { signal });
    element.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
  }

  /** Listens no more. */
  end(): void {
    this.abort.abort();
  }

  /** A press begins. */
  protected begin(_held: Press, _event: PointerEvent): void {}

  /** A press becomes a drag. */
  protected stray(_held: Press): void {
    this.element.dataset.dragging = "pan";
  }

  /** A drag goes on, to this place. */
  protected drag({ lastX, lastY }: Press, x: number, y: number, _event: PointerEvent): void {
    this.stage.view = panBy(this.stage.view, this.stage.size, x - lastX, y - lastY);
  }

  /** A press was released, or was broken off. */
  protected release(_held: Press, _event: PointerEvent): void {}

  /** There is no longer one pointer down. */
  protected letGo(): void {
    this.held = null;
    delete this.element.dataset.dragging;
  }

  protected at(event: MouseEvent): [x: number, y: number] {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private down(event: PointerEvent): void {
    const target = event.target as Element;
    if (event.button !== 0 || target.closest("input, button")) return;
    const [x, y] = this.at(event);
    this.pointers.set(event.pointerId, [x, y]);
    this.element.setPointerCapture(event.pointerId);
    this.stage.hold();
    this.listener.hover(null);
    if (this.pointers.size > 1) return this.letGo();
    const touch = event.pointerType !== "mouse";
    this.held = { startX: x, startY: y, lastX: x, lastY: y, moved: false, touch, target };
    this.begin(this.held, event);
  }

  private move(event: PointerEvent): void {
    const [x, y] = this.at(event);
    const { pointers, held } = this;
    if (!pointers.has(event.pointerId))
      return this.listener.hover(event.pointerType === "touch" ? null : [x, y], event.target as Element);
    const before = [...pointers.values()];
    pointers.set(event.pointerId, [x, y]);
    if (pointers.size === 2) return this.pinch(before, [...pointers.values()]);
    if (!held) return;
    if (!held.moved) {
      if (Math.hypot(x - held.startX, y - held.startY) < (held.touch ? TOUCH_SLOP : CLICK_SLOP)) return;
      held.moved = true;
      this.stray(held);
    }
    this.drag(held, x, y, event);
    [held.lastX, held.lastY] = [x, y];
  }

  private pinch(before: (readonly [number, number])[], after: (readonly [number, number])[]): void {
    const { stage } = this;
    const [a, b] = [spread(before), spread(after)];
    if (a.distance > 0 && b.distance > 0)
      stage.view = zoomAt(stage.view, stage.size, Math.log2(b.distance / a.distance), a.x, a.y);
    stage.view = panBy(stage.view, stage.size, b.x - a.x, b.y - a.y);
  }

  private up(event: PointerEvent): void {
    const { element, held } = this;
    this.pointers.delete(event.pointerId);
    // the press has focused the map, unless the notebook or the browser kept the focus elsewhere
    if (!element.matches(":focus-within")) element.focus({ preventScroll: true });
    if (!held) return;
    this.release(held, event);
    this.letGo();
  }

  private wheel(event: WheelEvent): void {
    const { element, stage, listener } = this;
    if (!event.ctrlKey && !event.metaKey && !element.matches(":focus-within")) return listener.wheelIgnored?.();
    event.preventDefault();
    event.stopPropagation();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 400 : 1);
    // a pinch on a touchpad arrives as small wheel steps with ctrl
    const step = event.ctrlKey && Math.abs(pixels) < 40 ? PINCH_STEP : WHEEL_STEP;
    listener.hover(null);
    stage.view = zoomAt(stage.view, stage.size, Math.min(1, Math.max(-1, -pixels * step)), ...this.at(event));
  }
}

function spread([a, b]: (readonly [number, number])[]): { x: number; y: number; distance: number } {
  return { x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, distance: Math.hypot(a[0] - b[0], a[1] - b[1]) };
}
