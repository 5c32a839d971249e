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
  protected laidOut: LabelLayout = { placed: [], texts: new Map() };
  protected readonly shown = new Map<number, Shown>();
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
    const labels = this.laidOut.placed.filter((label) => isShown(label, zoom));
    for (const label of this.inSight(labels, t, size)) {
      const [x, y] = labelCentre(label, t);
      gone.delete(label.id);
      this.show(label).style.transform =
        `translate(${(x - label.width / 2).toFixed(1)}px, ${(y - label.height / 2).toFixed(1)}px)`;
    }
    for (const id of gone) {
      this.shown.get(id)?.element.remove();
      this.shown.delete(id);
    }
  }

  /** Those of some labels that are to be seen in the area, and where: with what the edge leaves of them. */
  protected inSight(labels: readonly PlacedLabel[], t: Transform, { width, height }: Size): readonly PlacedLabel[] {
    return labels.filter((label) => {
      const [x, y] = labelCentre(label, t);
      return (
        Math.abs(x - width / 2) < (width + label.width) / 2 && Math.abs(y - height / 2) < (height + label.height) / 2
      );
    });
  }

  /** The element of a label, which says what the label says. */
  protected show(label: PlacedLabel): HTMLElement {
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
