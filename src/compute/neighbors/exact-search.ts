import type { Kernels } from "../kernels/kernels";
import type { SearchIndex } from "./search-index";

/** As in the kernel. */
const TILE = 128;

/** Compares all pairs of rows. @param onShare told what share is done */
export function compareAll(kernels: Kernels, index: SearchIndex, onShare: (share: number) => void): void {
  const needed = Math.ceil(index.rows / TILE);
  const tiles = needed + (needed % 2);
  for (let round = -1; round < tiles - 1; round++) {
    const count = round < 0 ? tiles : tiles / 2;
    kernels.run({ kernel: "compareTiles", count, grain: 1, scratchBytes: 128, args: [index.address, tiles, round] });
    onShare((round + 2) / tiles);
  }
}
