import { leaderOf, type Leader } from "../../picture/leader";
import { clusterGeometry, swatchesOf, type ClusterGeometry } from "../../picture/clusters";
import { LEFT_OUT, type Points, type PointPicture } from "../../picture/draw-points";
import { isShown, labelCentre, layoutLabels, type LabelScene, type SetLabel } from "../../picture/layout-labels";
import type { Theme } from "../../picture/palette";
import { clusterSlots, paletteBytes } from "../../picture/slot-colours";

import { pointDensity, pointLook } from "../../picture/point-look";
import { themesOf, type SavedThemes } from "../../picture/themes";
import { homeOf, transformOf } from "../../picture/view";
import { quantise, rowsOf, type Cluster, type Content, type RowSet } from "../../scope";

/** What a picture is made of: plain data, which goes to a worker thread. */
export interface PictureInput extends SavedThemes {
  readonly clusters: readonly Cluster[];
  /** Cluster id of each row. */
  readonly assignment: Int32Array;
  /** 1 for each deleted row: it is not drawn. */
  readonly deleted: Uint8Array;
  /** x and y of each row in turn, in [-1, 1]. */
  readonly coordinates: Float32Array;
  /** The rows that the picture is about: the others are drawn faintly. Null for all. */
  readonly shown: RowSet | null;
  readonly theme: Theme;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the picture for one CSS pixel. */
  readonly pixelRatio: number;
}

/** A label and the place of its centre in CSS pixels. */
export interface DrawnLabel extends SetLabel {
  readonly x: number;
  readonly y: number;
  /** Where its line goes, in CSS pixels. */
  readonly leader: Leader | null;
}

/** A map as it is to be drawn, in pixels or in vectors. */
export interface Drawing {
  readonly points: Points;
  readonly picture: PointPicture;
  readonly geometry: ClusterGeometry;
  readonly labels: readonly DrawnLabel[];
  readonly background: string;
}

/** What is behind the points: the live map's own colours. */
const BACKGROUND: Record<Theme, string> = { light: "#ffffff", dark: "#15181d" };

/**
 * Lays a map out as the live one is when it opens: the same view, sizes and colours. Labels of clusters take the room that their themes leave, as no one can zoom in on
 * them.
 */
export function drawingOf(input: PictureInput, measure: LabelScene["measure"]): Drawing {
  const { theme, width, height, pixelRatio } = input;
  const { clusters, assignment, deleted } = input;
  const content: Content = { clusters, assignment, deleted, tags: new Map(), selections: new Map() };
  const rows = assignment.length;
  const size = { width, height };
  const positions = quantise(input.coordinates);
  const geometry = clusterGeometry(content, positions);
  const swatches = swatchesOf(content, geometry, new Map());
  const home = homeOf(positions);
  const transform = transformOf(home, size);
  const flags = leftOut(input.shown, rows);
  const focus = flags && clustersShown(assignment, flags);
  const themes = themesOf(input, geometry, positions);
  const layout = layoutLabels({
    ...{ content, themes, focus, geometry, swatches, theme, home, size, measure },
    clustersFrom: -Infinity,
  });
  const labels = layout.placed.flatMap((label): DrawnLabel[] => {
    const set = layout.texts.get(label.id);
    if (!set || !isShown(label, home.zoom)) return [];
    const [x, y] = labelCentre(label, transform);
    const [left, top] = [x - label.width / 2, y - label.height / 2];
    const line = leaderOf(label, set.text);
    const leader = line && {
      from: [left + line.from[0], top + line.from[1]] as const,
      to: [left + line.to[0], top + line.to[1]] as const,
    };
    return [{ ...set, x, y, leader }];
  });
  return {
    points: {
      ...{ positions, slots: geometry.slots, flags: flags ?? new Uint8Array(rows), anyOutstanding: false },
      palette: paletteBytes(clusterSlots(swatches), theme, { showDeleted: false }),
    },
    picture: { transform, size, pixelRatio, ...pointLook(pointDensity(positions), size, home.zoom) },
    ...{ geometry, labels, background: BACKGROUND[theme] },
  };
}

/** A flag for each row that is not among those shown; null when all are. */
function leftOut(shown: RowSet | null, rows: number): Uint8Array | null {
  if (!shown) return null;
  const flags = new Uint8Array(rows).fill(LEFT_OUT);
  for (const row of rowsOf(shown, rows)) flags[row] = 0;
  return flags;
}

function clustersShown(assignment: Int32Array, flags: Uint8Array): ReadonlySet<number> {
  const shown = new Set<number>();
  for (let row = 0; row < flags.length; row++) if (!flags[row]) shown.add(assignment[row]);
  return shown;
}
