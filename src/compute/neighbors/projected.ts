import type { Kernels } from "../kernels/kernels";
import { multiply, principalDirections } from "./projection";
import type { SketchSource } from "./search-index";
import type { StoredRows } from "./stored-rows";

/** Numbers of a sketch: enough to rule out most rows, few enough for many sketches to fit the caches. */
const WIDTH = 64;

/**
 * Projections of the rows onto their principal directions as a source of sketches; rows that are no wider are their own. Allocates.
 */
export function projectedSource(kernels: Kernels, rows: StoredRows, own: SketchSource, seed: number): SketchSource {
  if (rows.stride <= WIDTH) return own;
  const { directions } = principalDirections(kernels, rows, WIDTH, seed);
  const address = kernels.allocate(rows.rows * WIDTH * 4);
  const origin = kernels.scoped(() => {
    const basis = kernels.put(directions);
    multiply(kernels, rows.address, rows.rows, basis, WIDTH, rows.stride, address);
    const mean = kernels.put(own.origin);
    const projected = kernels.allocate(WIDTH * 4);
    multiply(kernels, mean, 1, basis, WIDTH, rows.stride, projected);
    return kernels.float32(projected, WIDTH).slice();
  });
  return { address, stride: WIDTH, origin, meanDistance: own.meanDistance };
}
