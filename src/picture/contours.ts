import { contours } from "d3-contour";
import { QUANTISED_MAX } from "../scope";

/** So many rows of a cluster tell where it lies: of more, only each second, third, … counts. */
const ENOUGH_ROWS = 2048;
/** Cells of the density's grid along each axis. */
const CELLS = 56;
/** Cells around the rows' box that stay empty, so that every contour is closed. */
const MARGIN = 8;
/** A cluster is drawn at least this wide, in parts of the map: rows in one place, and a single row, get a small disc. */
const NARROWEST = 0.012;
/** Parts of the rows that lie within the outer and the inner contour. */
const INNER = 0.5;
const OUTER = 0.93;
/** The box is taken around rows within this many standard deviations of the middle: a few stray ones would make its cells too coarse. */
const DEVIATIONS = 3.5;

/** Density contours of some rows, as SVG paths in thousandths of map units (so that ±1000 is the whole map; y up). */
export interface DensityContours {
  /** Around nearly all of the rows. */
  readonly outer: string;
  /** Around the denser half. */
  readonly inner: string;
}

/** Where some rows lie; null for none. A few milliseconds, however many the rows. @param positions quantised x, y pairs */
export function densityContours(positions: Uint16Array, rows: Uint32Array): DensityContours | null {
  if (!rows.length) return null;
  const step = Math.ceil(rows.length / ENOUGH_ROWS);
  const count = Math.ceil(rows.length / step);
  const columns = axis(Float64Array.from({ length: count }, (_, i) => positions[2 * rows[i * step]]));
  const bands = axis(Float64Array.from({ length: count }, (_, i) => positions[2 * rows[i * step] + 1]));
  const density = new Float64Array(CELLS * CELLS);
  const cells: number[] = [];
  for (let i = 0; i < count; i++) {
    const [column, band] = [columns.cellOf(i), bands.cellOf(i)];
    if (column < 0 || band < 0) continue;
    cells.push(band * CELLS + column);
    density[band * CELLS + column]++;
  }
  // Scott's rule, for two dimensions, on a box that is a few standard deviations wide
  smooth(density, Math.min(3.5, Math.max(1.6, 8 * cells.length ** (-1 / 6))));
  const levels = cells.map((cell) => density[cell]).sort((a, b) => b - a);
  const rings = contours().size([CELLS, CELLS]).smooth(true);
  const values = Array.from(density);
  const pathAt = (share: number) => {
    // a little less, so that rows as dense as the level lie inside
    const level = levels[Math.min(levels.length - 1, Math.floor(share * levels.length))] * 0.9;
    return pathOf(rings.contour(values, level).coordinates, columns, bands);
  };
  return { outer: pathAt(OUTER), inner: pathAt(INNER) };
}

interface Axis {
  /** Cell of a value; -1 for one outside. */
  cellOf(i: number): number;
  /** Thousandths of map units of a place in cells. */
  placeOf(cell: number): number;
}

function axis(values: Float64Array): Axis {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) {
    if (Math.abs(v - mean) > DEVIATIONS * deviation) continue;
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  // rounding may leave none of equal values
  if (high < low) [low, high] = [mean, mean];
  const range = Math.max(high - low, NARROWEST * QUANTISED_MAX);
  const cell = range / (CELLS - 2 * MARGIN);
  const start = (low + high - range) / 2 - MARGIN * cell;
  return {
    cellOf: (i) => {
      const at = Math.floor((values[i] - start) / cell);
      return at < MARGIN - 1 || at > CELLS - MARGIN ? -1 : at;
    },
    placeOf: (at) => (((start + at * cell) / QUANTISED_MAX) * 2 - 1) * 1000,
  };
}

/** Three box blurs along each axis: nearly a Gaussian with this standard deviation in cells. */
function smooth(density: Float64Array, deviation: number): void {
  const radius = Math.max(1, Math.round((Math.sqrt(4 * deviation * deviation + 1) - 1) / 2));
  const line = new Float64Array(CELLS);
  for (let pass = 0; pass < 3; pass++)
    for (const [along, across] of [
      [1, CELLS],
      [CELLS, 1],
    ])
      for (let k = 0; k < CELLS; k++) {
        let sum = 0;
        for (let i = -radius; i < CELLS; i++) {
          if (i + radius < CELLS) sum += density[k * across + (i + radius) * along];
          if (i - radius - 1 >= 0) sum -= density[k * across + (i - radius - 1) * along];
          if (i >= 0) line[i] = sum / (2 * radius + 1);
        }
        for (let i = 0; i < CELLS; i++) density[k * across + i * along] = line[i];
      }
}

/** Rings with their corners rounded: curves from the middle of each side to that of the next. */
function pathOf(polygons: readonly number[][][][], columns: Axis, bands: Axis): string {
  const write = ([x, y]: readonly number[]) => `${columns.placeOf(x).toFixed(2)} ${bands.placeOf(y).toFixed(2)}`;
  const middle = (a: readonly number[], b: readonly number[]) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  return polygons
    .flat()
    .map((ring) => {
      // the last corner of a ring is its first
      const corners = ring.slice(1);
      const start = middle(corners[corners.length - 1], corners[0]);
      const curves = corners.map((corner, i) => {
        const end = middle(corner, corners[(i + 1) % corners.length]);
        return `Q${write(corner)} ${write(end)}`;
      });
      return `M${write(start)}${curves.join("")}Z`;
    })
    .join("");
}
