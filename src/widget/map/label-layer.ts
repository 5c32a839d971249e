import {
  isShown,
  labelCentre,
  layoutLabels,
  type LabelFont,
  type LabelLayout,
  type LabelScene,
} from "../../picture/layout-labels";
import type { PlacedLabel } from "../../picture/place-labels";
import type { Size, Transform } from "../../picture/view";
import { writeLabel } from "./label-element";

interface Shown {
  readonly element: HTMLElement;
  readonly key: string;
}

/** The labels over the map: DOM elements, text only, placed so that none overlap. */
export class LabelLayer {
  readonly element = document.createElement("div");
  private laidOut: LabelLayout = { placed: [], texts: new Map() };
  private readonly shown = new Map<number, Shown>();
  private readonly ruler = document.createElement("canvas").getContext("2d");

  constructor() {
    this.element.className = "ls-labels";
    // the list of clusters says the same to a screen reader
    this.element.setAttribute("aria-hidden", "true");
  }

  /** Places all labels anew. */
  layout(scene: Omit<LabelScene, "measure">): void {
    const family = getComputedStyle(this.element).fontFamily;
    this.laidOut = layoutLabels({ ...scene, measure: (text, font) => this.measure(text, font, family) });
  }

  /** Shows the labels that have room at this zoom, where the transform puts them. */
  update(zoom: number, t: Transform, size: Size): void {
    const gone = new Set(this.shown.keys());
    for (const label of this.laidOut.placed) {
      if (!isShown(label, zoom)) continue;
      const [x, y] = labelCentre(label, t);
      const [halfWidth, halfHeight] = [label.width / 2, label.height / 2];
      if (x + halfWidth < 0 || y + halfHeight < 0 || x - halfWidth > size.width || y - halfHeight > size.height)
        continue;
      gone.delete(label.id);
      this.show(label).style.transform = `translate(${(x - halfWidth).toFixed(1)}px, ${(y - halfHeight).toFixed(1)}px)`;
    }
    for (const id of gone) {
      this.shown.get(id)?.element.remove();
      this.shown.delete(id);
    }
  }

  /** The centre of a label in CSS pixels, shown or not; null for a cluster without one. */
  placeOf(cluster: number, t: Transform): [x: number, y: number] | null {
    const label = this.laidOut.placed.find((l) => l.id === cluster);
    return label ? labelCentre(label, t) : null;
  }

  /** How all labels are laid out: another object when they are laid out anew. */
  get layoutNow(): LabelLayout {
    return this.laidOut;
  }

  /** The element of a cluster's label while it is shown. */
  elementOf(cluster: number): HTMLElement | null {
    return this.shown.get(cluster)?.element ?? null;
  }

  private show(label: PlacedLabel): HTMLElement {
    const entry = this.laidOut.texts.get(label.id);
    if (!entry) throw new Error(`No text for label ${label.id}`);
    const { text, font, colour, label: full, faint, clusters } = entry;
    const key = [label.shiftX, label.shiftY, font.size, colour, faint, clusters, full, ...text.lines].join("\n");
    const before = this.shown.get(label.id);
    if (before?.key === key) return before.element;
    const element = before?.element ?? document.createElement("div");
    writeLabel(element, label, entry);
    if (!before) this.element.append(element);
    this.shown.set(label.id, { element, key });
    return element;
  }

  private measure(text: string, { weight, size, spacing }: LabelFont, family: string): number {
    const { ruler } = this;
    const spaces = spacing * text.length;
    if (!ruler) return text.length * size * 0.6 + spaces;
    ruler.font = `${weight} ${size}px ${family}`;
    return ruler.measureText(text).width + spaces;
  }
}
