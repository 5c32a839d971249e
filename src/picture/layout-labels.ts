import { dequantise, UNCLUSTERED, type Content } from "../scope";
import { slotOf, type ClusterGeometry } from "./clusters";
import { css } from "./colours";
import { breakLabel, type LabelText } from "./label-text";
import { textColour, type Theme } from "./palette";
import { placeLabels, type PlacedLabel } from "./place-labels";
import type { Size, Transform, View } from "./view";

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
  /** Width in CSS pixels of a text set in the labels' font, at this weight and size. */
  readonly measure: (text: string, font: LabelFont) => number;
}

export interface LabelFont {
  readonly weight: number;
  /** CSS pixels. */
  readonly size: number;
}

/** How a label is set. */
export interface SetLabel {
  readonly text: LabelText;
  /** All of it, on one line. */
  readonly label: string;
  readonly font: LabelFont;
  /** CSS colour. */
  readonly colour: string;
  readonly faint: boolean;
}

export interface LabelLayout {
  readonly placed: readonly PlacedLabel[];
  /** By cluster id. */
  readonly texts: ReadonlyMap<number, SetLabel>;
}

const WEIGHT = 600;
const MAX_LINES = 3;
const SMALLEST = 11;
const LARGEST = 15;

/** Sets and places the labels of all clusters: the more rows, the larger, and the earlier it gets a place. */
export function layoutLabels(scene: LabelScene): LabelLayout {
  const { content, focus, geometry, swatches, theme, home, size } = scene;
  const largest = Math.max(1, ...geometry.sizes.subarray(slotOf(0)));
  const maxWidth = Math.min(170, Math.max(104, size.width * 0.24));
  const texts = new Map<number, SetLabel>();
  const requests = content.clusters.flatMap((cluster) => {
    const slot = slotOf(cluster.id);
    const members = geometry.sizes[slot] ?? 0;
    if (cluster.id === UNCLUSTERED || !members) return [];
    const pixels = Math.round((SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(members / largest)) * 2) / 2;
    const font = { weight: WEIGHT, size: pixels };
    const text = breakLabel(cluster.label, {
      measure: (part) => scene.measure(part, font),
      lineHeight: Math.round(pixels * 1.2),
      maxWidth: maxWidth * (pixels / 13),
      maxLines: MAX_LINES,
    });
    const colour = css(textColour(swatches[slot], theme));
    const faint = focus !== null && !focus.has(cluster.id);
    texts.set(cluster.id, { text, label: cluster.label, font, colour, faint });
    const [x, y] = [dequantise(geometry.anchors[2 * slot]), dequantise(geometry.anchors[2 * slot + 1])];
    // labels that are meant come before the others
    const priority = faint ? members : members + (focus ? geometry.slots.length : 0);
    return [{ id: cluster.id, x, y, width: text.width, height: text.height, priority }];
  });
  return { placed: placeLabels(requests, home, size), texts };
}

/** The centre of a label in CSS pixels. */
export function labelCentre(label: PlacedLabel, t: Transform): [x: number, y: number] {
  return [t.scaleX * label.x + t.offsetX + label.shiftX, t.scaleY * label.y + t.offsetY + label.shiftY];
}
