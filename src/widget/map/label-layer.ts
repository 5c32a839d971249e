import { dequantise, UNCLUSTERED, type Content } from "../../scope";
import { slotOf, type ClusterGeometry } from "../../picture/clusters";
import { css } from "../../picture/colours";
import { breakLabel, type LabelText } from "../../picture/label-text";
import { textColour, type Theme } from "../../picture/palette";
import { placeLabels, type PlacedLabel } from "../../picture/place-labels";
import type { Size, Transform, View } from "../../picture/view";

/** Everything about labels that does not change while one pans and zooms. */
export interface LabelScene {
  readonly content: Content;
  /** Clusters whose labels are meant just now, where not all are. */
  readonly focus: ReadonlySet<number> | null;
  readonly geometry: ClusterGeometry;
  readonly swatches: Uint8Array;
  readonly theme: Theme;
  readonly home: View;
  readonly size: Size;
}

interface LabelEntry {
  readonly text: LabelText;
  readonly label: string;
  readonly font: number;
  readonly colour: string;
  readonly faint: boolean;
}

interface Shown {
  readonly element: HTMLElement;
  readonly key: string;
}

const MAX_LINES = 3;
const SMALLEST = 11;
const LARGEST = 15;

/** The labels over the map: DOM elements, text only, placed so that none overlap. */
export class LabelLayer {
  readonly element = document.createElement("div");
  private placed: readonly PlacedLabel[] = [];
  private readonly texts = new Map<number, LabelEntry>();
  private readonly shown = new Map<number, Shown>();
  private readonly ruler = document.createElement("canvas").getContext("2d");

  constructor() {
    this.element.className = "ls-labels";
    // the list of clusters says the same to a screen reader
    this.element.setAttribute("aria-hidden", "true");
  }

  /** Places all labels anew. */
  layout(scene: LabelScene): void {
    const { content, focus, geometry, swatches, theme, home, size } = scene;
    const family = getComputedStyle(this.element).fontFamily;
    const largest = Math.max(1, ...geometry.sizes.subarray(slotOf(0)));
    const maxWidth = Math.min(170, Math.max(104, size.width * 0.24));
    this.texts.clear();
    const requests = content.clusters.flatMap((cluster) => {
      const slot = slotOf(cluster.id);
      const members = geometry.sizes[slot] ?? 0;
      if (cluster.id === UNCLUSTERED || !members) return [];
      const font = Math.round((SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(members / largest)) * 2) / 2;
      const text = breakLabel(cluster.label, {
        measure: this.measure(`600 ${font}px ${family}`, font),
        lineHeight: Math.round(font * 1.2),
        maxWidth: maxWidth * (font / 13),
        maxLines: MAX_LINES,
      });
      const colour = css(textColour(swatches[slot], theme));
      const faint = focus !== null && !focus.has(cluster.id);
      this.texts.set(cluster.id, { text, label: cluster.label, font, colour, faint });
      const [x, y] = [dequantise(geometry.anchors[2 * slot]), dequantise(geometry.anchors[2 * slot + 1])];
      // labels that are meant come before the others
      const priority = faint ? members : members + (focus ? geometry.slots.length : 0);
      return [{ id: cluster.id, x, y, width: text.width, height: text.height, priority }];
    });
    this.placed = placeLabels(requests, home, size);
  }

  /** Shows the labels that have room at this zoom, where the transform puts them. */
  update(zoom: number, t: Transform, size: Size): void {
    const gone = new Set(this.shown.keys());
    for (const label of this.placed) {
      if (label.minZoom > zoom) continue;
      const [x, y] = centre(label, t);
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
    const label = this.placed.find((l) => l.id === cluster);
    return label ? centre(label, t) : null;
  }

  private show(label: PlacedLabel): HTMLElement {
    const entry = this.texts.get(label.id);
    if (!entry) throw new Error(`No text for label ${label.id}`);
    const { text, font, colour, label: full, faint } = entry;
    const key = [font, colour, faint, full, ...text.lines].join("\n");
    const before = this.shown.get(label.id);
    if (before?.key === key) return before.element;
    const element = before?.element ?? document.createElement("div");
    element.className = "ls-label";
    element.dataset.cluster = String(label.id);
    element.title = full;
    element.dir = "auto";
    Object.assign(element.style, {
      width: `${label.width}px`,
      fontSize: `${font}px`,
      lineHeight: `${label.height / text.lines.length}px`,
      color: colour,
      opacity: faint ? "0.3" : "",
    });
    element.replaceChildren(
      ...text.lines.map((line) => {
        const span = document.createElement("span");
        span.textContent = line;
        return span;
      }),
    );
    if (!before) this.element.append(element);
    this.shown.set(label.id, { element, key });
    return element;
  }

  private measure(font: string, size: number): (text: string) => number {
    const { ruler } = this;
    if (!ruler) return (text) => text.length * size * 0.6;
    return (text) => {
      ruler.font = font;
      return ruler.measureText(text).width;
    };
  }
}

function centre(label: PlacedLabel, t: Transform): [x: number, y: number] {
  return [t.scaleX * label.x + t.offsetX + label.shiftX, t.scaleY * label.y + t.offsetY + label.shiftY];
}
