import { QUANTISED_MAX } from "../../scope";

/**
 * A uniform grid over quantised positions: the rows of each cell, for finding what is near a point, or (in `lasso.ts`) inside a polygon.
 * Coordinates here are in the units of the positions (0 to 65535, y up).
 */
export class Grid {
  /** Number of cells along each axis. */
  readonly cells: number;
  /** A coordinate shifted by so many bits is the number of its cell. */
  readonly shift: number;
  /** The rows of the cell in column `c` of band `b` are `members[starts[i] … starts[i + 1] - 1]` with `i = b * cells + c`. */
  readonly starts: Uint32Array;
  readonly members: Uint32Array;
  readonly rows: number;

  constructor(readonly positions: Uint16Array) {
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

  /** Calls back for every row inside a box (borders included), in no order. */
  private visitBox(x0: number, y0: number, x1: number, y1: number, visit: (row: number) => void): void {
    if (x1 < 0 || y1 < 0 || x0 > QUANTISED_MAX || y0 > QUANTISED_MAX) return;
    const [fromColumn, toColumn] = [this.cellOf(x0), this.cellOf(x1)];
    const [fromBand, toBand] = [this.cellOf(y0), this.cellOf(y1)];
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

  /** The cell along an axis of a coordinate, or the nearest. */
  cellOf(value: number): number {
    return Math.min(this.cells - 1, Math.max(0, Math.floor(value / (1 << this.shift))));
  }
}
