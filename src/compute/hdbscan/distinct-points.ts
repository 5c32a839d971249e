import { soloTeam, type Kernels } from "../kernels/kernels";
import { sortedBy } from "./radix-sort";

/** The places that points are in, each one once, sorted by their coordinates; all in the memory of the kernels. */
export interface DistinctPoints {
  readonly dimensions: 2 | 3;
  /** Number of places. */
  readonly count: number;
  /** Address of the coordinates (float32): one array a dimension, `stride` bytes apart. */
  readonly coordinates: number;
  readonly stride: number;
  /** Address of the number of rows in each place (int32). */
  readonly weights: number;
  /** Address of the place of each row (int32). */
  readonly pointOfRow: number;
}

/**
 * The distinct ones of `rows` points of two or three finite coordinates.
 *
 * What follows sees only them, so that nothing but the numbering of clusters can depend on the order of the rows, and thousands of points
 * in the same place are one.
 */
export function distinctPoints(
  kernels: Kernels,
  points: Float32Array,
  rows: number,
  dimensions: 2 | 3,
): DistinctPoints {
  const { stride, coordinates } = allocateCoordinates(kernels, rows, dimensions);
  const weights = kernels.allocate(rows * 4);
  const pointOfRow = kernels.allocate(rows * 4);
  const count = kernels.scoped(() => {
    const values = kernels.put(points);
    kernels.run({ kernel: "withoutNegativeZeros", count: points.length, grain: 1 << 16, args: [values] });
    const keys = Array.from({ length: dimensions }, (_, d) => ({
      address: values + d * 4,
      bytes: dimensions * 4,
      kind: "float32" as const,
    }));
    const order = sortedBy(kernels, rows, keys);
    const state = kernels.put(new Int32Array(1));
    soloTeam(kernels.exports).run(
      {
        kernel: "distinctPoints",
        count: rows,
        grain: 1 << 15,
        args: [values, dimensions, order, coordinates, stride, weights, pointOfRow, state],
      },
      0,
      0,
    );
    return kernels.int32(state, 1)[0];
  });
  return { dimensions, count, coordinates, stride, weights, pointOfRow };
}

/** Memory for coordinates, one array a dimension. */
function allocateCoordinates(
  kernels: Kernels,
  count: number,
  dimensions: number,
): { stride: number; coordinates: number } {
  // Points are read two at a time.
  const stride = (count + 2) * 4;
  return { stride, coordinates: kernels.allocate(stride * dimensions) };
}
