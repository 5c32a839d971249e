import { canvasRenderer, StillStage, type StageSource } from "../map/still-stage";
import { ViewGestures } from "../map/view-gestures";
import { unpackAssignment, unpackRows, unpackShown, type ReadState } from "../../scope";
import { ownPositions } from "../sync/connection";

/** A scope as the widget's state has it, which does not change. */
export interface StillScope extends StageSource {
  readonly title: string;
  readonly revision: number;
}

/** Reads the widget's state. */
export function stillScope(get: ReadState): StillScope {
  const rows = get("rows");
  const selection = unpackRows(get("selection") as DataView);
  const content = unpackShown(get);
  const saved = get("savedAssignment") as DataView | null;
  return {
    ...{ rows, title: get("title"), revision: get("revision") },
    positions: ownPositions(get("positions") as DataView, rows),
    themes: get("themes"),
    savedAssignment: saved ? unpackAssignment(saved, rows) : content.assignment,
    snapshot: { state: { content, rows, selection } },
    subscribe: () => () => {},
  };
}

/** The map without the application: points and labels in a 2-D canvas, pan and zoom, the label of the cluster under the pointer. */
export class Picture {
  readonly stage: StillStage;
  private readonly tip = document.createElement("div");
  private readonly note = document.createElement("div");
  private readonly gestures: ViewGestures;

  constructor(root: HTMLElement, store: StillScope) {
    this.stage = new StillStage(store, canvasRenderer);
    const { element } = this.stage;
    element.tabIndex = 0;
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", `Map of ${store.rows.toLocaleString("en")} rows: ${store.title}`);
    this.tip.className = "ls-tip";
    this.tip.dir = "auto";
    this.tip.hidden = true;
    this.note.className = "ls-note";
    this.note.setAttribute("role", "status");
    element.append(this.tip, this.note);
    root.append(element);
    this.gestures = new ViewGestures(this.stage, { hover: (place) => this.hover(place) });
  }

  /** Says something in the corner; the empty text says nothing. */
  say(text: string): void {
    this.note.textContent = text;
  }

  destroy(): void {
    this.gestures.end();
    this.stage.destroy();
  }

  private hover(place: readonly [number, number] | null): void {
    const row = place && this.stage.rowAt(...place);
    this.tip.hidden = row === null;
    if (row === null || !place) return;
    const { content } = this.stage.store.snapshot.state;
    const id = content.assignment[row];
    this.tip.textContent = content.clusters.find((c) => c.id === id)?.label ?? "";
    const { width } = this.stage.size;
    const left = Math.min(place[0] + 14, Math.max(0, width - this.tip.offsetWidth - 4));
    this.tip.style.transform = `translate(${left}px, ${place[1] + 14}px)`;
  }
}
