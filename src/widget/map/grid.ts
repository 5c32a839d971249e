import { QUANTISED_MAX } from "../../scope";
import { crosses, type Polygon } from "./polygon";

/**
 * A uniform grid over quantised positions: the rows of each cell, for finding what is near a point or inside a lasso.
 * Coordinates here are in the units of the positions (0 to 65535, y up).
 */
export class Grid {
  private readonly cells: number;
  private readonly shift: number;
  private readonly starts: Uint32Array;
  private readonly members: Uint32Array;
  readonly rows: number;

  constructor(private readonly positions: Uint16Array) {
    this.rows = positions.length >> 1;
    // about 8 points a cell: a lasso tests one by one only the points of the cells that its edge touches
    const bits = Math.min(9, Math.max(0, Math.ceil(Math.log2(Math.max(1, this.rows / 8)) / 2)));
    this.shift = 16 - bits;
    this.cells = 1 << bits;
    this.starts = new Uint32Array(this.cells * this.cells + 1);
    this.members = new Uint32Array(this.rows);
    this.fill();
  }

  /**
   * The row nearest to a place within an ellipse of the given radii, or null. Equally near: the first by index.
   * @param hidden 1 for each row that is not there to be found
   */
  nearest(x: number, y: number, radiusX: number, radiusY: number, hidden?: Uint8Array | null): number | null {
    let best: number | null = null;
    let bestDistance = 1;
    this.visitBox(x - radiusX, y - radiusY, x + radiusX, y + radiusY, (row) => {
      if (hidden?.[row]) return;
      const dx = (this.positions[2 * row] - x) / radiusX;
      const dy = (this.positions[2 * row + 1] - y) / radiusY;
      const distance = dx * dx + dy * dy;
      if (distance < bestDistance || (distance === bestDistance && (best === null || row < best))) {
        best = row;
        bestDistance = distance;
      }
    });
    return best;
  }

  /**
   * Rows inside a polygon by the even-odd rule, ascending. Cells that no edge touches are wholly inside or outside and are taken or left at once;
   * the points of the others are tested against the edges that cross their band of cells.
   */
  rowsInPolygon(polygon: Polygon): Uint32Array {
    if (polygon.length < 6) return new Uint32Array(0);
    const inside = new Uint8Array(this.rows);
    let count = 0;
    const bands = this.bandsOf(polygon);
    const touched = new Uint8Array(this.cells);
    const size = 1 << this.shift;
    for (let band = 0; band < this.cells; band++) {
      const edges = bands[band];
      if (!edges) continue;
      touched.fill(0);
      for (const e of edges) this.touch(polygon, e, band, touched);
      const middleY = (band + 0.5) * size;
      for (let column = 0; column < this.cells; column++) {
        const cell = band * this.cells + column;
        const from = this.starts[cell];
        const to = this.starts[cell + 1];
        if (from === to) continue;
        if (!touched[column]) {
          if (!parity(polygon, edges, (column + 0.5) * size, middleY)) continue;
          for (let k = from; k < to; k++) inside[this.members[k]] = 1;
          count += to - from;
          continue;
        }
        for (let k = from; k < to; k++) {
          const row = this.members[k];
          if (!parity(polygon, edges, this.positions[2 * row], this.positions[2 * row + 1])) continue;
          inside[row] = 1;
          count++;
        }
      }
    }
    const rows = new Uint32Array(count);
    for (let row = 0, k = 0; k < count; row++) if (inside[row]) rows[k++] = row;
    return rows;
  }

  /** Calls back for every row inside a box (borders included), in no order. */
  private visitBox(x0: number, y0: number, x1: number, y1: number, visit: (row: number) => void): void {
    if (x1 < 0 || y1 < 0 || x0 > QUANTISED_MAX || y0 > QUANTISED_MAX) return;
    const [fromColumn, toColumn] = [this.index(x0), this.index(x1)];
    const [fromBand, toBand] = [this.index(y0), this.index(y1)];
    for (let band = fromBand; band <= toBand; band++)
      for (
        let k = this.starts[band * this.cells + fromColumn], end = this.starts[band * this.cells + toColumn + 1];
        k < end;
        k++
      ) {
        const row = this.members[k];
        const x = this.positions[2 * row];
        const y = this.positions[2 * row + 1];
        if (x >= x0 && x <= x1 && y >= y0 && y <= y1) visit(row);
      }
  }

  private fill(): void {
    const { positions, shift, cells, starts, members, rows } = this;
    for (let row = 0; row < rows; row++)
      starts[(positions[2 * row + 1] >> shift) * cells + (positions[2 * row] >> shift) + 1]++;
    for (let cell = 0; cell < cells * cells; cell++) starts[cell + 1] += starts[cell];
    const next = starts.slice();
    for (let row = 0; row < rows; row++)
      members[next[(positions[2 * row + 1] >> shift) * cells + (positions[2 * row] >> shift)]++] = row;
  }

  private index(value: number): number {
    return Math.min(this.cells - 1, Math.max(0, Math.floor(value / (1 << this.shift))));
  }

  /** For each band of cells, the edges (by index of their end corner) that touch it: all that a ray within the band can cross. */
  private bandsOf(polygon: Polygon): (number[] | undefined)[] {
    const bands = Array.from<number[] | undefined>({ length: this.cells });
    const n = polygon.length >> 1;
    for (let i = 0, j = n - 1; i < n; j = i++) {
      const low = Math.min(polygon[2 * i + 1], polygon[2 * j + 1]);
      const high = Math.max(polygon[2 * i + 1], polygon[2 * j + 1]);
      if (high < 0 || low > QUANTISED_MAX + 1) continue;
      for (let band = this.index(low), last = this.index(high); band <= last; band++) (bands[band] ??= []).push(i);
    }
    return bands;
  }

  /** Marks the columns of a band that an edge touches. */
  private touch(polygon: Polygon, i: number, band: number, touched: Uint8Array): void {
    const n = polygon.length >> 1;
    const j = i === 0 ? n - 1 : i - 1;
    const size = 1 << this.shift;
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
    touched.fill(1, this.index(from - 1), this.index(to + 1) + 1);
  }
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

/** Rows of quantised positions inside a polygon (same units) by the even-odd rule, ascending by `ls_index`. */
export function rowsInPolygon(positions: Uint16Array, polygon: Polygon): Uint32Array {
  return new Grid(positions).rowsInPolygon(polygon);
}
