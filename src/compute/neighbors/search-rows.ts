import type { Kernels } from "../kernels/kernels";
import { recordOfRows, type SearchIndex } from "./search-index";

/** Ranges of rows that are searched side by side: a fixed number, so that ties do not depend on the threads. */
const CHUNKS = 8;
/** Queries that are searched at a time: their sketches fit the second cache. */
const QUERIES = 256;

/** The nearest rows of some: `k` for each, nearest first. */
export interface Found {
  ids: Int32Array;
  squares: Float32Array;
}

/** Searches rows 0 to `among` - 1 of an index for the `k` nearest of each query, a row of the index, too, that is not its own. Exact. */
export function searchRows(kernels: Kernels, index: SearchIndex, queries: Int32Array, among: number, k: number): Found {
  const found = { ids: new Int32Array(queries.length * k), squares: new Float32Array(queries.length * k) };
  for (let first = 0; first < queries.length; first += QUERIES) {
    const some = queries.subarray(first, first + QUERIES);
    const entries = some.length * k;
    kernels.scoped(() => {
      const ids = kernels.allocate(CHUNKS * entries * 4);
      const squares = kernels.allocate(CHUNKS * entries * 4);
      const scratchBytes = 128 + (Math.ceil(some.length / 4) * 4 + 8) * (4 + index.fineWidth * 2);
      const args = [recordOfRows(kernels, index), kernels.put(some), some.length, among, CHUNKS, k, ids, squares];
      kernels.run({ kernel: "searchRows", count: CHUNKS, grain: 1, scratchBytes, args });
      const allIds = kernels.int32(ids, CHUNKS * entries);
      const allSquares = kernels.float32(squares, CHUNKS * entries);
      for (let query = 0; query < some.length; query++) {
        const places = Array.from({ length: CHUNKS * k }, (_, i) => Math.floor(i / k) * entries + query * k + (i % k));
        places.sort((a, b) => allSquares[a] - allSquares[b]);
        for (let i = 0; i < k; i++) {
          const to = (first + query) * k + i;
          found.ids[to] = allIds[places[i]];
          found.squares[to] = allSquares[places[i]];
        }
      }
    });
  }
  return found;
}
