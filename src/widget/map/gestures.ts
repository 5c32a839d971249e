import type { Carrying } from "./carry";
import type { StillStage } from "./still-stage";
import { panBy, zoomAt } from "../../picture/view";

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

export interface GestureListener {
  /** The tool in hand. */
  tool(): Tool;
  /** The pointer is over a place of the map, in CSS pixels of its area, and over this element; null when it leaves or drags. */
  hover(place: readonly [x: number, y: number] | null, target?: Element): void;
  /** A press without a drag; `double` for the second of two in a row on the same thing. */
  click(x: number, y: number, target: Element, double: boolean, mode: KeyMode): void;
  /** A lasso or box being drawn: corners in turn; null when it ends. */
  drawing(polygon: readonly number[] | null): void;
  /** A lasso or box was drawn. */
  region(polygon: readonly number[], mode: RegionMode): void;
  /** A drag without keys begins on this element; null when it is nothing that can be carried, so that the map moves. */
  carry?(target: Element): Carrying | null;
  /** The wheel was turned where it scrolls the page. */
  wheelIgnored(): void;
}

const CLICK_SLOP = 4;
const DOUBLE_CLICK_MS = 400;
const WHEEL_STEP = 1 / 240;
const PINCH_STEP = 1 / 80;
/** A finger or pen that rests this long begins a lasso, or takes up what lies under it. */
const LONG_PRESS_MS = 450;
/** A finger rests while it strays no further than this in CSS pixels. */
const TOUCH_SLOP = 8;

interface Drag {
  kind: Tool | "carry";
  /** What is carried. */
  carrying: Carrying | null;
  readonly slop: number;
  readonly mode: RegionMode;
  /** What the keys say. */
  readonly modifier: KeyMode;
  readonly startX: number;
  readonly startY: number;
  readonly target: Element;
  lastX: number;
  lastY: number;
  moved: boolean;
  corners: number[];
}

/**
 * Turns pointer and wheel events over a map into pan, zoom, hover, click and regions. A finger or pen that rests before it moves draws a lasso. With a mouse, a drag that
 * begins on a label carries it; with a finger the map moves there, too, and the label is taken up by resting on it. Pointer events throughout: JupyterLab swallows `mousemove` during a drag in an output.
 * Without `regions` (the picture before the application is there) every drag pans.
 */
export function attachGestures(stage: StillStage, listener: GestureListener, regions: boolean): () => void {
  const { element } = stage;
  const abort = new AbortController();
  const pointers = new Map<number, readonly [number, number]>();
  let drag: Drag | null = null;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let lastClick = { time: -Infinity, target: element as Element };

  const at = (event: MouseEvent): [number, number] => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const endDrag = () => {
    clearTimeout(resting);
    drag?.carrying?.cancel();
    drag = null;
    delete element.dataset.dragging;
    listener.drawing(null);
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest("input, button")) return;
    const [x, y] = at(event);
    pointers.set(event.pointerId, [x, y]);
    element.setPointerCapture(event.pointerId);
    stage.hold();
    listener.hover(null);
    if (pointers.size > 1) return endDrag();
    const tool = regions ? listener.tool() : "pan";
    const kind = tool === "pan" && regions && (event.shiftKey || event.altKey) ? "lasso" : tool;
    const modifier = keyMode(event);
    const mode = tool === "pan" && modifier === "add" ? "extend" : modifier;
    const touch = event.pointerType !== "mouse";
    drag = {
      kind,
      carrying: null,
      slop: touch ? TOUCH_SLOP : CLICK_SLOP,
      mode,
      modifier,
      startX: x,
      startY: y,
      lastX: x,
      lastY: y,
      moved: false,
      corners: [x, y],
      target: event.target as Element,
    };
    if (kind !== "pan" || !regions) return;
    if (touch) resting = setTimeout(rested, LONG_PRESS_MS);
  };

  const carry = (held: Drag) => {
    held.carrying = listener.carry?.(held.target) ?? null;
    if (held.carrying) held.kind = "carry";
    return held.carrying !== null;
  };

  const rested = () => {
    if (!drag || drag.moved) return;
    if (!carry(drag)) drag.kind = "lasso";
    element.dataset.dragging = drag.kind;
    drag.carrying?.move(drag.startX, drag.startY);
  };

  const move = (event: PointerEvent) => {
    const [x, y] = at(event);
    if (!pointers.has(event.pointerId))
      return listener.hover(event.pointerType === "touch" ? null : [x, y], event.target as Element);
    const before = [...pointers.values()];
    pointers.set(event.pointerId, [x, y]);
    if (pointers.size === 2) return pinch(before, [...pointers.values()]);
    if (!drag) return;
    if (!drag.moved && Math.hypot(x - drag.startX, y - drag.startY) < drag.slop) return;
    if (!drag.moved && drag.kind === "pan" && event.pointerType === "mouse") carry(drag);
    clearTimeout(resting);
    drag.moved = true;
    element.dataset.dragging = drag.kind;
    if (drag.kind === "carry") return drag.carrying?.move(x, y);
    if (drag.kind === "pan") stage.view = panBy(stage.view, stage.size, x - drag.lastX, y - drag.lastY);
    else if (drag.kind === "box") drag.corners = [drag.startX, drag.startY, x, drag.startY, x, y, drag.startX, y];
    else for (const part of event.getCoalescedEvents?.() ?? [event]) addCorner(drag.corners, at(part));
    [drag.lastX, drag.lastY] = [x, y];
    if (drag.kind !== "pan") listener.drawing(drag.corners);
  };

  const pinch = (before: (readonly [number, number])[], after: (readonly [number, number])[]) => {
    const [a, b] = [spread(before), spread(after)];
    if (a.distance > 0 && b.distance > 0)
      stage.view = zoomAt(stage.view, stage.size, Math.log2(b.distance / a.distance), a.x, a.y);
    stage.view = panBy(stage.view, stage.size, b.x - a.x, b.y - a.y);
  };

  const up = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
    // the press has focused the map, unless the notebook or the browser kept the focus elsewhere
    if (!element.matches(":focus-within")) element.focus({ preventScroll: true });
    const done = drag;
    if (!done) return;
    const { carrying } = done;
    if (event.type === "pointerup" && done.moved) {
      done.carrying = null;
      carrying?.drop();
    }
    endDrag();
    if (event.type === "pointercancel") return;
    if (!done.moved) click(done, event.timeStamp);
    else if (done.kind === "lasso" || done.kind === "box") listener.region(done.corners, done.mode);
  };

  // the browser's own `dblclick` names the map, which captured the pointer, not the label under it
  const click = ({ startX, startY, target, modifier }: Drag, time: number) => {
    const double = time - lastClick.time < DOUBLE_CLICK_MS && lastClick.target === target;
    lastClick = { time: double ? -Infinity : time, target };
    listener.click(startX, startY, target, double, modifier);
  };

  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey && !element.matches(":focus-within")) return listener.wheelIgnored();
    event.preventDefault();
    event.stopPropagation();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 400 : 1);
    // a pinch on a touchpad arrives as small wheel steps with ctrl
    const step = event.ctrlKey && Math.abs(pixels) < 40 ? PINCH_STEP : WHEEL_STEP;
    listener.hover(null);
    stage.view = zoomAt(stage.view, stage.size, Math.min(1, Math.max(-1, -pixels * step)), ...at(event));
  };

  const { signal } = abort;
  element.addEventListener("pointerdown", down, { signal });
  element.addEventListener("pointermove", move, { signal });
  element.addEventListener("pointerup", up, { signal });
  element.addEventListener("pointercancel", up, { signal });
  // what a resting finger has begun is no scrolling, and opens no menu
  const hold = (event: Event) => {
    if (drag && drag.kind !== "pan") event.preventDefault();
  };
  element.addEventListener("touchmove", hold, { signal, passive: false });
  element.addEventListener("contextmenu", hold, { signal });
  element.addEventListener("pointerleave", () => listener.hover(null), { signal });
  element.addEventListener("wheel", wheel, { signal, passive: false });
  // the notebook would extend its cell selection on a press with shift, and take the focus away
  element.addEventListener("mousedown", (event) => event.stopPropagation(), { signal });
  element.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
  return () => {
    abort.abort();
    clearTimeout(resting);
    drag?.carrying?.cancel();
  };
}

function addCorner(corners: number[], [x, y]: readonly [number, number]): void {
  if (Math.hypot(x - corners[corners.length - 2], y - corners[corners.length - 1]) >= 1) corners.push(x, y);
}

function spread([a, b]: (readonly [number, number])[]): { x: number; y: number; distance: number } {
  return { x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, distance: Math.hypot(a[0] - b[0], a[1] - b[1]) };
}
