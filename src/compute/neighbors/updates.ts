import type { Kernels } from "../kernels/kernels";
import type { SearchIndex } from "./search-index";

/** Ranges of rows that take updates side by side: a fixed number, so that it does not depend on the threads. */
const CHUNKS = 8;

/** Pairs of rows that a loop found near each other, before they are in their lists: each item has a region of its own. */
export interface Updates {
  readonly address: number;
  /** Pairs that a region has room for. */
  readonly capacity: number;
}

/** Room for what `items` items find. Allocates. */
export function roomForUpdates(kernels: Kernels, items: number, capacity: number): Updates {
  return { address: kernels.allocate(items * (capacity * 12 + 16)), capacity };
}

/** Puts what `items` items found into the lists; returns how many entries changed. */
export function applyUpdates(kernels: Kernels, index: SearchIndex, updates: Updates, items: number): number {
  return kernels.scoped(() => {
    const changes = kernels.allocate(CHUNKS * 4);
    const args = [index.address, updates.address, items, updates.capacity, CHUNKS, changes];
    kernels.run({ kernel: "applyUpdates", count: CHUNKS, grain: 1, args });
    return kernels.int32(changes, CHUNKS).reduce((sum, count) => sum + count, 0);
  });
}

/** Scratch memory for comparing lists with so many rows. */
export function scratchForRows({ width }: SearchIndex, rows: number): number {
  return 224 + (Math.ceil(rows / 8) + 1) * 8 * (12 + width * 2);
}
