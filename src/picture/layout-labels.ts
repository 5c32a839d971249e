import { dequantise, UNCLUSTERED, type Cluster, type Content } from "../scope";
import { slotOf, type ClusterGeometry } from "./clusters";
import { css } from "./colours";
import { breakLabel, type LabelText } from "./label-text";
import { placeLevels, type ThemeRequest } from "./label-levels";
import { textColour, themeColour, type Theme } from "./palette";
import type { LabelRequest, PlacedLabel } from "./place-labels";
import type { ShownTheme } from "./themes";
import type { Size, Transform, View } from "./view";

/** Everything about labels that does not change while one pans and zooms. */
export interface LabelScene {
  readonly content: Content;
  /** Clusters whose labels are meant just now, where not all are. */
  readonly focus: ReadonlySet<number> | null;
  /** Groups of the clusters, whose labels come before those of the clusters; none for a single level. */
  readonly themes: readonly ShownTheme[];
  readonly geometry: ClusterGeometry;
  readonly swatches: Uint8Array;
  readonly theme: Theme;
  /** Zoom from which on clusters of labelled themes have labels, too; without it a little nearer than the whole map. */
  readonly clustersFrom?: number;
  readonly home: View;
  readonly size: Size;
  /** Width in CSS pixels of a text set in the labels' font, at this weight, size and spacing. */
  readonly measure: (text: string, font: LabelFont) => number;
}

export interface LabelFont {
  readonly weight: number;
  /** CSS pixels. */
  readonly size: number;
  /** Space after each character in CSS pixels. */
  readonly spacing: number;
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
  /** Ids of the clusters that it names: one, or those of a theme. */
  readonly clusters: readonly number[];
}

export interface LabelLayout {
  readonly placed: readonly PlacedLabel[];
  /** By the id of the placed label: that of its cluster, or {@link themeLabelId}. */
  readonly texts: ReadonlyMap<number, SetLabel>;
}

const WEIGHT = 600;
const MAX_LINES = 3;
/** CSS pixels of the labels of the smallest and the largest cluster. */
const CLUSTER_SIZES = [11, 15] as const;
/** CSS pixels of the labels of the smallest and the largest theme. */
const THEME_SIZES = [14, 18] as const;
/** Space after each character of a theme's label, for a font size of 1. */
const THEME_SPACING = 0.045;

/** Id of the label of the theme with this index: below all ids of clusters. */
export function themeLabelId(index: number): number {
  return UNCLUSTERED - 1 - index;
}

/**
 * Sets and places the labels of all themes and clusters: the more rows, the larger, and the earlier it gets a place. A theme of one cluster has no label of its own,
 * and there are none while only some clusters are meant.
 */
export function layoutLabels(scene: LabelScene): LabelLayout {
  const { content, focus, geometry, home, size } = scene;
  const texts = new Map<number, SetLabel>();
  const themes = focus ? [] : scene.themes.flatMap((theme, i) => themeLabel(scene, theme, themeLabelId(i), texts));
  const largest = Math.max(1, ...geometry.sizes.subarray(slotOf(0)));
  const clusters = content.clusters.flatMap((cluster) => clusterLabel(scene, cluster, largest, texts));
  return { placed: placeLevels(themes, clusters, home, size, scene.clustersFrom), texts };
}

function clusterLabel(
  scene: LabelScene,
  { id, label }: Cluster,
  largest: number,
  texts: Map<number, SetLabel>,
): LabelRequest[] {
  const { focus, geometry, swatches, theme } = scene;
  const slot = slotOf(id);
  const members = geometry.sizes[slot] ?? 0;
  if (id === UNCLUSTERED || !members) return [];
  const font = { weight: WEIGHT, size: fontSize(CLUSTER_SIZES, members / largest), spacing: 0 };
  const text = setText(scene, label, font);
  const faint = focus !== null && !focus.has(id);
  texts.set(id, { text, label, font, colour: css(textColour(swatches[slot], theme)), faint, clusters: [id] });
  const [x, y] = [dequantise(geometry.anchors[2 * slot]), dequantise(geometry.anchors[2 * slot + 1])];
  // labels that are meant come before the others
  const priority = faint ? members : members + (focus ? geometry.slots.length : 0);
  return [{ id, x, y, width: text.width, height: text.height, priority }];
}

function themeLabel(scene: LabelScene, shown: ShownTheme, id: number, texts: Map<number, SetLabel>): ThemeRequest[] {
  const { label, clusters, size, x, y } = shown;
  if (clusters.length < 2) return [];
  const largest = Math.max(...scene.themes.map((theme) => theme.size));
  const pixels = fontSize(THEME_SIZES, size / largest);
  const font = { weight: WEIGHT, size: pixels, spacing: pixels * THEME_SPACING };
  const text = setText(scene, label, font);
  texts.set(id, { text, label, font, colour: css(themeColour(scene.theme)), faint: false, clusters });
  const place = { x: dequantise(x), y: dequantise(y) };
  return [{ id, ...place, width: text.width, height: text.height, priority: size, clusters }];
}

function setText({ size, measure }: LabelScene, label: string, font: LabelFont): LabelText {
  const maxWidth = Math.min(170, Math.max(104, size.width * 0.24));
  return breakLabel(label, {
    measure: (part) => measure(part, font),
    lineHeight: Math.round(font.size * 1.2),
    maxWidth: maxWidth * (font.size / 13),
    maxLines: MAX_LINES,
  });
}

/** Half pixels; the square root, so that the area of a label goes with its share. */
function fontSize([smallest, largest]: readonly [number, number], share: number): number {
  return Math.round((smallest + (largest - smallest) * Math.sqrt(share)) * 2) / 2;
}

/** The centre of a label in CSS pixels. */
export function labelCentre(label: PlacedLabel, t: Transform): [x: number, y: number] {
  return [t.scaleX * label.x + t.offsetX + label.shiftX, t.scaleY * label.y + t.offsetY + label.shiftY];
}

/** Whether a label is shown at a zoom. */
export function isShown({ minZoom, maxZoom }: PlacedLabel, zoom: number): boolean {
  return minZoom <= zoom && zoom < maxZoom;
}
