import { placeLabels, type LabelRequest, type PlacedLabel } from "./place-labels";
import type { Size, View } from "./view";

/** A theme's label that wants a place. */
export interface ThemeRequest extends LabelRequest {
  /** Ids of the labels of its clusters. */
  readonly clusters: readonly number[];
}

/** Where a theme is labelled, its clusters are from this zoom on: the whole map says in few words what there is. */
const CLUSTERS_FROM = 0.4;
/** A theme's label gives way where the labels of clusters with this part of its rows have room … */
const HANDOVER_SHARE = 0.6;
/** … but not below this zoom. */
const EARLIEST_HANDOVER = 0.6;

/**
 * Places labels of two levels. Themes come first, each up to the zoom at which its clusters' labels have room; those of its clusters come a little nearer, take what room
 * is left, and once shown they stay. At no zoom do two of any level overlap. Priorities are numbers of rows, of both levels in the same measure.
 *
 * @param clustersFrom Zoom from which on the clusters of labelled themes have labels.
 */
export function placeLevels(
  themes: readonly ThemeRequest[],
  clusters: readonly LabelRequest[],
  home: View,
  size: Size,
  clustersFrom = CLUSTERS_FROM,
): PlacedLabel[] {
  if (!themes.length) return placeLabels(clusters, home, size);
  // over their anchors only: a ninth of the work, and near enough
  const overAnchors = { offsets: [[0, 0]] as const };
  const alone = new Map(placeLabels(clusters, home, size, overAnchors).map(({ id, minZoom }) => [id, minZoom]));
  const priorities = new Map(clusters.map(({ id, priority }) => [id, priority]));
  const first = Math.max(0, ...priorities.values());
  const bounded = themes.map(({ clusters: own, ...request }) => ({
    ...request,
    priority: first + request.priority,
    maxZoom: Math.max(EARLIEST_HANDOVER, handover(own, alone, priorities)),
  }));
  const inThemes = new Set(themes.flatMap(({ clusters: own }) => own));
  const later = clusters.map((request) => (inThemes.has(request.id) ? { ...request, minZoom: clustersFrom } : request));
  return placeLabels([...bounded, ...later], home, size);
}

/** The zoom from which on enough clusters of a theme can be labelled; `Infinity` where they never can. */
function handover(
  clusters: readonly number[],
  minZooms: ReadonlyMap<number, number>,
  rows: ReadonlyMap<number, number>,
): number {
  const known = clusters.filter((id) => minZooms.has(id));
  const zoomOf = (id: number): number => minZooms.get(id) ?? Infinity;
  let missing = HANDOVER_SHARE * known.reduce((sum, id) => sum + (rows.get(id) ?? 0), 0);
  for (const id of known.sort((a, b) => zoomOf(a) - zoomOf(b) || a - b)) {
    missing -= rows.get(id) ?? 0;
    if (missing <= 0) return zoomOf(id);
  }
  return Infinity;
}
