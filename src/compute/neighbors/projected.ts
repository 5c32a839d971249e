import type { Kernels } from "../kernels/kernels";
import { principalDirections } from "./projection";
import type { Basis } from "./search-index";
import type { StoredRows } from "./stored-rows";

/** How long a direction is in a basis, as in the kernel. */
const UNIT = 2 ** 14;

/** Numbers of a sketch, a multiple of 8: enough to rule out most rows, few enough for many sketches to fit the caches. */
const WIDTH = 96;

/**
 * The principal directions of the rows, for sketches of one number more, which is for what they leave out; none for rows that are hardly
 * wider. Allocates.
 */
export function principalBasis(kernels: Kernels, rows: StoredRows, seed: number): Basis | undefined {
  if (rows.stride <= 1.5 * WIDTH) return undefined;
  const width = WIDTH;
  const { directions } = principalDirections(kernels, rows, width - 1, seed);
  const across = Math.ceil(rows.stride / 8) * 8;
  const packed = new Int16Array(width * across);
  for (let i = 0; i < width - 1; i++) {
    const group = (i - (i % 4)) * across + (i % 4) * 2;
    for (let d = 0; d < rows.stride; d++)
      packed[group + (d >> 1) * 8 + (d % 2)] = Math.round(directions[i * rows.stride + d] * UNIT);
  }
  return { address: kernels.put(packed), width };
}
