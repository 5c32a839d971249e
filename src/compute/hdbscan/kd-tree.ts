import type { Kernels } from "../kernels/kernels";
import type { DistinctPoints } from "./distinct-points";

/** Points of a leaf; the kernels have room for one more. */
const LEAF_SIZE = 8;

/**
 * A balanced kd-tree, in the memory of the kernels: node i has the children 2i + 1 and 2i + 2, and all leaves are on the last level. The
 * points are held in *tree order*, in which each node owns a contiguous range.
 */
export interface KdTree {
  /** Where the kernels find all this. */
  readonly address: number;
  readonly dimensions: 2 | 3;
  /** Number of points. */
  readonly count: number;
  /** Address of the coordinates (float32), in tree order: one array a dimension, `stride` bytes apart. */
  readonly coordinates: number;
  readonly stride: number;
  /** Address of the number of rows at each point (int32), in tree order. */
  readonly weights: number;
  /** Address of the point of each row, in tree order (int32). */
  readonly pointOfRow: number;
  /** Address of the first point of each node (int32), and the number of points after the last. */
  readonly starts: number;
  /** Address of the tight bounding box of each node. */
  readonly boxes: number;
  readonly firstLeaf: number;
}

/** Builds the tree of at least one point, of which it takes the arrays. `rows` is the number of rows. */
export function buildKdTree(kernels: Kernels, points: DistinctPoints, rows: number): KdTree {
  const { dimensions, count, coordinates, stride, weights, pointOfRow } = points;
  let levels = 0;
  while (count >> levels > LEAF_SIZE) levels++;
  const nodes = 2 ** (levels + 1) - 1;
  const starts = kernels.allocate((nodes + 1) * 4);
  const boxes = kernels.allocate(nodes * (dimensions === 2 ? 16 : 32));
  const firstLeaf = 2 ** levels - 1;
  const address = kernels.put(Int32Array.of(count, firstLeaf, coordinates, stride, starts, boxes));
  kernels.int32(starts, 1)[0] = 0;
  kernels.scoped(() => {
    const ids = kernels.allocate(count * 4);
    const places = kernels.allocate(count * 4);
    const sorted = kernels.allocate(count * 4);
    kernels.run({ kernel: "countUp", count, grain: 1 << 16, args: [ids] });
    for (let level = 0; level <= levels; level++) {
      const first = 2 ** level - 1;
      // About a thousand points a piece.
      const grain = Math.ceil((1024 * 2 ** level) / count);
      kernels.run({ kernel: `splitNodes${dimensions}`, count: first + 1, grain, args: [address, first, ids] });
    }
    kernels.run({ kernel: "takeAt", count, grain: 1 << 14, args: [weights, ids, sorted] });
    kernels.int32(weights, count).set(kernels.int32(sorted, count));
    kernels.run({ kernel: "invert", count, grain: 1 << 14, args: [ids, places] });
    kernels.run({ kernel: "takeAt", count: rows, grain: 1 << 14, args: [places, pointOfRow, pointOfRow] });
  });
  return { address, dimensions, count, coordinates, stride, weights, pointOfRow, starts, boxes, firstLeaf };
}
