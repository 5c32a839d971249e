import { fitScale, type Size } from "./view";

/** Largest diameter of a point in CSS pixels. */
const LARGEST = 10;
/** Diameter in CSS pixels of points that lie one pixel apart. */
const DIAMETER_AT_ONE = 2.1;
/** How fast points grow with the room that they have: at 1 the picture would only be scaled, at 0 points would keep their size. */
const GROWTH = 0.42;
/** Opacity of points that lie free. */
const FREE_OPACITY = 0.9;
/** Opacity of the least visible points: a single one can still be found. */
const FAINTEST = 0.24;
/** What the points that lie over one another at a typical place come to together. */
const STACKED_OPACITY = 0.96;

/**
 * How dense the rows lie where rows are: the number of others that a typical row has in its surroundings, for the area of the whole map. 0 for fewer than two rows.
 * (The mean over rows, not over the area: clusters in an empty plain are as dense as they look.)
 */
export function pointDensity(positions: Uint16Array): number {
  const rows = positions.length >> 1;
  // about 8 rows a cell, were they spread evenly
  const bits = Math.min(8, Math.max(0, Math.ceil(Math.log2(Math.max(1, rows / 8)) / 2)));
  const counts = new Uint32Array(1 << (2 * bits));
  const shift = 16 - bits;
  for (let row = 0; row < rows; row++)
    counts[((positions[2 * row + 1] >> shift) << bits) + (positions[2 * row] >> shift)]++;
  let neighbours = 0;
  for (const count of counts) neighbours += count * (count - 1);
  return rows ? (neighbours / rows) * counts.length : 0;
}

/** How points are drawn. */
export interface PointLook {
  /** Diameter in CSS pixels. */
  readonly diameter: number;
  /** 0 to 1; that of outliers and the like is a part of it. */
  readonly opacity: number;
}

/** Size and opacity of points for their density (see {@link pointDensity}) and the zoom: large and solid where they lie free, small and sheer where they crowd. */
export function pointLook(density: number, size: Size, zoom: number): PointLook {
  const fit = fitScale(size);
  const spacing = Math.sqrt((4 * fit.x * fit.y) / Math.max(1, density)) * 2 ** zoom;
  const diameter = Math.min(LARGEST, Math.max(1.1, DIAMETER_AT_ONE * spacing ** GROWTH));
  const stacked = (Math.PI / 4) * (diameter / spacing) ** 2;
  const opacity = 1 - (1 - STACKED_OPACITY) ** (1 / Math.max(1, stacked));
  return { diameter, opacity: Math.min(FREE_OPACITY, Math.max(FAINTEST, opacity)) };
}
