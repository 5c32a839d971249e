import type { Kernels } from "../kernels/kernels";
import { groupBy, type Cells } from "./cells";
import type { SearchIndex } from "./search-index";
import { applyUpdates, roomForUpdates, scratchForRows } from "./updates";

/** Cells that are compared before what they found is applied, and pairs that one may find. */
const CELLS = 256;
const PAIRS = 16384;

/** Compares the rows of each cell with each other. The rows of a cell have to lie side by side. */
export function compareCells(kernels: Kernels, index: SearchIndex, { bounds }: Cells): void {
  kernels.scoped(() => {
    const args = [index.address, kernels.put(bounds)];
    kernels.run({ kernel: "compareCells", count: bounds.length - 1, grain: 4, scratchBytes: 128, args });
  });
}

/** Compares each row with the rows of the `from`-th to the one before the `to`-th nearest cell, its own being the 0-th. */
export function visitCells(kernels: Kernels, index: SearchIndex, cells: Cells, from: number, to: number): void {
  const { order, bounds, nearest, m } = cells;
  const count = bounds.length - 1;
  const each = Math.min(to, m) - from;
  if (each <= 0) return;
  const visited = new Int32Array(order.length * each);
  for (let row = 0; row < order.length; row++)
    visited.set(nearest.subarray(row * m + from, row * m + from + each), row * each);
  const { starts, members } = groupBy(visited, count);
  const most = bounds.reduce((largest, bound, c) => Math.max(largest, bound - bounds[Math.max(0, c - 1)]), 0);
  kernels.scoped(() => {
    const visitors = kernels.put(members.map((visit) => Math.floor(visit / each)));
    const [orderAt, boundsAt, startsAt] = [order, bounds, starts].map((values) => kernels.put(values));
    const updates = roomForUpdates(kernels, CELLS, PAIRS);
    for (let first = 0; first < count; first += CELLS) {
      const items = Math.min(CELLS, count - first);
      kernels.run({
        ...{ kernel: "joinVisitors", count: items, grain: 2, scratchBytes: scratchForRows(index, most) },
        args: [index.address, orderAt, boundsAt + first * 4, visitors, startsAt + first * 4, updates.address, PAIRS],
      });
      applyUpdates(kernels, index, updates, items);
    }
  });
}
