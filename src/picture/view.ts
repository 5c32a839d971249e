import { dequantise, QUANTISED_MAX } from "../scope";

/** Where on the map a view looks: the centre in map coordinates ([-1, 1] on both axes, y up), and the zoom. */
export interface View {
  readonly x: number;
  readonly y: number;
  /** 0 shows the whole map; each step of 1 doubles the scale. */
  readonly zoom: number;
}

/** Size of the map area in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** From map coordinates to CSS pixels of the map area: `px = scaleX * x + offsetX`, `py = scaleY * y + offsetY`. `scaleY` is negative. */
export interface Transform {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export const MIN_ZOOM = -1;
export const MAX_ZOOM = 12;
/** How far the map is stretched to fill a wide or a tall area: coordinates are normalised per axis, so they have no aspect of their own. */
const MAX_STRETCH = 2;

/** Half the width and the height of the whole map in CSS pixels at zoom 0. */
export function fitScale({ width, height }: Size): { x: number; y: number } {
  const margin = Math.min(48, Math.max(12, Math.min(width, height) * 0.08));
  const x = Math.max(8, width / 2 - margin);
  const y = Math.max(8, height / 2 - margin);
  return { x: Math.min(x, y * MAX_STRETCH), y: Math.min(y, x * MAX_STRETCH) };
}

export function transformOf(view: View, size: Size): Transform {
  const fit = fitScale(size);
  const factor = 2 ** view.zoom;
  const scaleX = fit.x * factor;
  const scaleY = -fit.y * factor;
  return { scaleX, scaleY, offsetX: size.width / 2 - scaleX * view.x, offsetY: size.height / 2 - scaleY * view.y };
}

/** The map coordinates under a CSS pixel of the map area. */
export function unproject(t: Transform, px: number, py: number): [x: number, y: number] {
  return [(px - t.offsetX) / t.scaleX, (py - t.offsetY) / t.scaleY];
}

/** The view after dragging the map by some CSS pixels. */
export function panBy(view: View, size: Size, dx: number, dy: number): View {
  const t = transformOf(view, size);
  return clampView({ ...view, x: view.x - dx / t.scaleX, y: view.y - dy / t.scaleY });
}

/** The view after zooming by some steps, with the point under the CSS pixel staying where it is. */
export function zoomAt(view: View, size: Size, steps: number, px: number, py: number): View {
  const zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, view.zoom + steps));
  const [x, y] = unproject(transformOf(view, size), px, py);
  const t = transformOf({ ...view, zoom }, size);
  return clampView({ zoom, x: x - (px - size.width / 2) / t.scaleX, y: y - (py - size.height / 2) / t.scaleY });
}

/** Keeps some of the map in sight. */
function clampView(view: View): View {
  const clamp = (v: number) => Math.min(1.2, Math.max(-1.2, v));
  return { zoom: view.zoom, x: clamp(view.x), y: clamp(view.y) };
}

/** The view that shows everything: the whole square, or the one place where all points are. @param positions quantised x, y pairs */
export function homeOf(positions: Uint16Array): View {
  let [x0, y0, x1, y1] = [QUANTISED_MAX, QUANTISED_MAX, 0, 0];
  for (let i = 0; i < positions.length; i += 2) {
    x0 = Math.min(x0, positions[i]);
    x1 = Math.max(x1, positions[i]);
    y0 = Math.min(y0, positions[i + 1]);
    y1 = Math.max(y1, positions[i + 1]);
  }
  if (x1 < x0) return { x: 0, y: 0, zoom: 0 };
  return { x: dequantise((x0 + x1) / 2), y: dequantise((y0 + y1) / 2), zoom: 0 };
}

/** A view of some rows is not closer than this: one row is shown among its neighbours. */
const CLOSEST_FIT = 4;
/** Part of the area that the rows of a view of them fill. */
const FILLED = 0.8;

/** The view that shows some rows with a margin around; `home` for none. @param positions quantised x, y pairs */
export function viewOfRows(positions: Uint16Array, rows: Uint32Array, size: Size, home: View): View {
  if (!rows.length) return home;
  let [x0, y0, x1, y1] = [QUANTISED_MAX, QUANTISED_MAX, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    const [x, y] = [positions[2 * rows[i]], positions[2 * rows[i] + 1]];
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  const fit = fitScale(size);
  // in map units, which are two over the whole range
  const [width, height] = [((x1 - x0) / QUANTISED_MAX) * 2, ((y1 - y0) / QUANTISED_MAX) * 2];
  const factor = Math.min((FILLED * size.width) / (width * fit.x), (FILLED * size.height) / (height * fit.y));
  const zoom = Math.min(CLOSEST_FIT, Math.max(MIN_ZOOM, Math.log2(factor)));
  return clampView({ x: dequantise((x0 + x1) / 2), y: dequantise((y0 + y1) / 2), zoom });
}

/**
 * A view on the way from one to another: `share` 0 gives the first, 1 the second. Where the zoom changes, one place of the screen stays where it is, as it does
 * when a person zooms; so what one flies to does not leave the picture first.
 */
export function betweenViews(from: View, to: View, share: number): View {
  const zoom = from.zoom + (to.zoom - from.zoom) * share;
  const steps = to.zoom - from.zoom;
  const along = Math.abs(steps) < 1e-3 ? share : (1 - 2 ** (from.zoom - zoom)) / (1 - 2 ** -steps);
  return { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * along, zoom };
}
