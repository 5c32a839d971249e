import { QUANTISED_MAX } from "../../scope";
import type { Grid } from "./grid";
import { crosses, type Polygon } from "./polygon";

/**
 * Rows of a grid inside a polygon (in the units of its positions) by the even-odd rule, ascending by `ls_index`. Cells that no edge touches are wholly inside or outside
 * and are taken or left at once; the points of the others are tested against the edges that cross their band of cells.
 */
export function rowsInPolygon(grid: Grid, polygon: Polygon): Uint32Array {
  if (polygon.length < 6) return new Uint32Array(0);
  const { cells, shift, starts, members, positions } = grid;
  const inside = new Uint8Array(grid.rows);
  let count = 0;
  const bands = bandsOf(grid, polygon);
  const touched = new Uint8Array(cells);
  const size = 1 << shift;
  for (let band = 0; band < cells; band++) {
    const edges = bands[band];
    if (!edges) continue;
    touched.fill(0);
    for (const e of edges) touch(grid, polygon, e, band, touched);
    const middleY = (band + 0.5) * size;
    for (let column = 0; column < cells; column++) {
      const cell = band * cells + column;
      const from = starts[cell];
      const to = starts[cell + 1];
      if (from === to) continue;
      if (!touched[column]) {
        if (!parity(polygon, edges, (column + 0.5) * size, middleY)) continue;
        for (let k = from; k < to; k++) inside[members[k]] = 1;
        count += to - from;
        continue;
      }
      for (let k = from; k < to; k++) {
        const row = members[k];
        if (!parity(polygon, edges, positions[2 * row], positions[2 * row + 1])) continue;
        inside[row] = 1;
        count++;
      }
    }
  }
  const rows = new Uint32Array(count);
  for (let row = 0, k = 0; k < count; row++) if (inside[row]) rows[k++] = row;
  return rows;
}

/** For each band of cells, the edges (by index of their end corner) that touch it: all that a ray within the band can cross. */
function bandsOf(grid: Grid, polygon: Polygon): (number[] | undefined)[] {
  const bands = Array.from<number[] | undefined>({ length: grid.cells });
  const n = polygon.length >> 1;
  for (let i = 0, j = n - 1; i < n; j = i++) {
    const low = Math.min(polygon[2 * i + 1], polygon[2 * j + 1]);
    const high = Math.max(polygon[2 * i + 1], polygon[2 * j + 1]);
    if (high < 0 || low > QUANTISED_MAX + 1) continue;
    for (let band = grid.cellOf(low), last = grid.cellOf(high); band <= last; band++) (bands[band] ??= []).push(i);
  }
  return bands;
}

/** Marks the columns of a band that an edge touches. */
function touch(grid: Grid, polygon: Polygon, i: number, band: number, touched: Uint8Array): void {
  const n = polygon.length >> 1;
  const j = i === 0 ? n - 1 : i - 1;
  const size = 1 << grid.shift;
  const [x1, y1, x2, y2] = [polygon[2 * j], polygon[2 * j + 1], polygon[2 * i], polygon[2 * i + 1]];
  let from = Math.min(x1, x2);
  let to = Math.max(x1, x2);
  if (y1 !== y2) {
    const at = (y: number) => x1 + ((x2 - x1) * (y - y1)) / (y2 - y1);
    const [a, b] = [at(band * size), at((band + 1) * size)];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  // one unit of slack keeps rounding on the side of testing too much
  if (to + 1 < 0 || from - 1 > QUANTISED_MAX + 1) return;
  touched.fill(1, grid.cellOf(from - 1), grid.cellOf(to + 1) + 1);
}

function parity(polygon: Polygon, edges: readonly number[], x: number, y: number): boolean {
  let inside = false;
  const n = polygon.length >> 1;
  for (const i of edges) {
    const j = i === 0 ? n - 1 : i - 1;
    if (crosses(polygon[2 * j], polygon[2 * j + 1], polygon[2 * i], polygon[2 * i + 1], x, y)) inside = !inside;
  }
  return inside;
}
