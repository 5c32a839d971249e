import { labelBoxes } from "../../picture/label-boxes";
import { placeMarks } from "../../picture/place-marks";
import type { MapLayer, Mark } from "./layers";
import type { MapStage } from "./stage";

/**
 * Numbered badges beside rows, with a ring around the row itself: the results of a search. They keep off labels and one another as far as there is room; where they
 * crowd, the first lie on top.
 */
export class MarkLayer implements MapLayer {
  readonly element = document.createElement("div");
  private shown: readonly Mark[] = [];
  /** What the sides were chosen for: panning changes none of it. */
  private placedFor: readonly unknown[] = [];

  constructor(private readonly stage: MapStage) {
    this.element.className = "ls-marks";
    // the list of results says the same to a screen reader
    this.element.setAttribute("aria-hidden", "true");
  }

  draw(): void {
    const { stage, element } = this;
    if (this.shown !== stage.marks) {
      this.shown = stage.marks;
      element.replaceChildren(...this.shown.map(markElement));
    }
    this.shown.forEach(({ row }, i) => {
      const [x, y] = stage.project(row);
      this.markAt(i).style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    });
    if (this.shown.length) this.chooseSides();
  }

  private chooseSides(): void {
    const { labels, marks, positions, size, transform, view } = this.stage;
    const now = [labels.layoutNow, marks, positions, size, view.zoom];
    if (now.every((value, i) => value === this.placedFor[i])) return;
    this.placedFor = now;
    // widths before sides: reading after writing would lay the page out again for each
    const places = this.shown.map(({ row }, i) => {
      const [x, y] = this.stage.project(row);
      return { x, y, width: (this.markAt(i).firstElementChild as HTMLElement).offsetWidth };
    });
    placeMarks(places, labelBoxes(labels.layoutNow, view.zoom, transform)).forEach((side, i) => {
      this.markAt(i).dataset.side = side;
    });
  }

  private markAt(index: number): HTMLElement {
    return this.element.children[index] as HTMLElement;
  }
}

function markElement({ text }: Mark, index: number, all: readonly Mark[]): HTMLElement {
  const mark = document.createElement("div");
  mark.className = "ls-mark";
  mark.style.zIndex = String(all.length - index);
  const badge = document.createElement("span");
  badge.textContent = text;
  mark.append(badge);
  return mark;
}
