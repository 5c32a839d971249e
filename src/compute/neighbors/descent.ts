import type { Kernels } from "../kernels/kernels";
import type { SearchIndex } from "./search-index";
import { recallOf, type Truth } from "./truth";
import { applyUpdates, roomForUpdates, scratchForRows } from "./updates";

/** Candidates of a row in a round, of new and of known ones each. */
const CANDIDATES = 40;
const MOST_ROUNDS = 12;
/** A round that changes fewer entries than this share of all is the last. */
const CHANGES = 0.001;
/** Rows of a block, blocks that are compared before what they found is applied, and pairs that a block may find for each row. */
const BLOCK = 64;
const BLOCKS = 256;
const PAIRS_A_ROW = 192;

/**
 * Improves the lists of an index by neighbour descent (Dong, Moses, Li 2011: "Efficient k-nearest neighbor graph construction for generic
 * similarity measures"): neighbours of neighbours are compared, in rounds, until enough are found or little changes.
 * @param recall share of the true neighbours that is enough
 * @returns the share in the lists
 */
export function descend(kernels: Kernels, index: SearchIndex, truth: Truth, recall: number, seed: number): number {
  const { rows } = index;
  return kernels.scoped(() => {
    const groups = makeGroups(kernels, rows);
    const updates = roomForUpdates(kernels, BLOCKS, BLOCK * PAIRS_A_ROW);
    let reached = recallOf(kernels, index, truth);
    for (let round = 1; round <= MOST_ROUNDS && reached < recall; round++) {
      kernels.run({ kernel: "gatherCandidates", count: 1, grain: 1, args: [index.address, groups, seed + round] });
      let changes = 0;
      for (let first = 0; first < rows; first += BLOCKS * BLOCK) {
        const blocks = Math.min(BLOCKS, Math.ceil((rows - first) / BLOCK));
        kernels.run({
          ...{ kernel: "joinCandidates", count: blocks, grain: 1, scratchBytes: scratchForRows(index, CANDIDATES) },
          args: [index.address, groups, first, BLOCK, updates.address, updates.capacity],
        });
        changes += applyUpdates(kernels, index, updates, blocks);
      }
      reached = recallOf(kernels, index, truth);
      if (changes < CHANGES * rows * index.k) break;
    }
    return reached;
  });
}

/** Lists of candidates; returns the address of their record. */
function makeGroups(kernels: Kernels, rows: number): number {
  const lists = rows * CANDIDATES * 4;
  const words = [
    CANDIDATES,
    kernels.allocate(lists),
    kernels.allocate(rows * 4),
    kernels.allocate(lists),
    kernels.allocate(rows * 4),
  ];
  return kernels.put(Int32Array.from(words));
}
