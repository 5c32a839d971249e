import { highestZOf, lowestZOf, nextNearLeaf, STACK_BYTES, startDescent } from "./kd-descent";
import { highXY, KdTree, MOST_IN_LEAF, lowXY, pointXY, pointZ, squaredDistances, squaredGap, startOf } from "./kd-tree";
import { finish, reachOf, take } from "./nearest-list";

/*
 * Exact nearest neighbours of all points of a kd-tree, a leaf at a time: its points go down the tree together, each with a list of its own.
 */

/** What is asked for and where it goes; the host writes these fields in this order. */
@unmanaged
export class Neighborhoods {
  /** Neighbours of each point, fewer than there are points. */
  k: i32;
  /** The first so many of them are kept. */
  kept: i32;
  /** The core distance reaches to so many rows besides one of the point's own. */
  samples: i32;
  /** Number of rows at each point, or 0 when it is 1 everywhere. */
  weights: usize;
  /** Gets the kept neighbours of each point, nearest first. */
  neighbors: usize;
  /** Gets squared core distances. */
  cores: usize;
}

/** Finds the nearest other points of each point. Items: leaves. Scratch: `neighborScratch`. */
export function nearestNeighbors2(begin: i32, end: i32, scratch: usize, tree: KdTree, into: Neighborhoods): void {
  for (let i = begin; i < end; i++) searchLeaf(2, tree.firstLeaf + i, scratch, tree, into);
}
export function nearestNeighbors3(begin: i32, end: i32, scratch: usize, tree: KdTree, into: Neighborhoods): void {
  for (let i = begin; i < end; i++) searchLeaf(3, tree.firstLeaf + i, scratch, tree, into);
}

/** Bytes of scratch memory for `k` neighbours. */
export function neighborScratch(k: i32): usize {
  return STACK_BYTES + <usize>MOST_IN_LEAF * <usize>k * 12 + 64;
}

// @ts-ignore: decorator
@inline
function searchLeaf(dimensions: i32, leaf: i32, scratch: usize, tree: KdTree, into: Neighborhoods): void {
  const coordinates = tree.coordinates;
  const stride = tree.stride;
  const starts = tree.starts;
  const boxes = tree.boxes;
  const k = into.k;
  const start = startOf(starts, leaf);
  const end = startOf(starts, leaf + 1);
  const distances = scratch + STACK_BYTES;
  const distanceBytes = (<usize>k) << 3;
  const points = distances + <usize>MOST_IN_LEAF * distanceBytes;
  const pointBytes = (<usize>k) << 2;
  for (let i: usize = 0, values = <usize>(end - start) * <usize>k; i < values; i++)
    store<f64>(distances + (i << 3), Infinity);

  const low = lowXY(dimensions, boxes, leaf);
  const high = highXY(dimensions, boxes, leaf);
  const lowestZ = lowestZOf(dimensions, boxes, leaf);
  const highestZ = highestZOf(dimensions, boxes, leaf);
  startDescent(scratch);
  let limit: f64 = Infinity;
  for (;;) {
    const other = nextNearLeaf(dimensions, scratch, tree, low, high, lowestZ, highestZ, limit);
    if (other < 0) break;
    const first = startOf(starts, other);
    const last = startOf(starts, other + 1);
    limit = 0;
    for (let p = start; p < end; p++) {
      const list = distances + <usize>(p - start) * distanceBytes;
      let reach = reachOf(list, k);
      const xy = pointXY(coordinates, stride, p);
      const z = dimensions == 3 ? pointZ(coordinates, stride, p) : 0;
      if (squaredGap(dimensions, boxes, other, xy, xy, z, z) < reach) {
        const ids = points + <usize>(p - start) * pointBytes;
        const x = f64x2.splat(f64x2.extract_lane(xy, 0));
        const y = f64x2.splat(f64x2.extract_lane(xy, 1));
        const zz = f64x2.splat(z);
        for (let q = first; q < last; q += 2) {
          const both = squaredDistances(dimensions, coordinates, stride, q, x, y, zz);
          const one = f64x2.extract_lane(both, 0);
          if (one < reach && q != p) {
            take(list, ids, k, one, q);
            reach = reachOf(list, k);
          }
          const two = f64x2.extract_lane(both, 1);
          if (two < reach && q + 1 != p && q + 1 < last) {
            take(list, ids, k, two, q + 1);
            reach = reachOf(list, k);
          }
        }
      }
      if (reach > limit) limit = reach;
    }
  }

  for (let p = start; p < end; p++) {
    const list = distances + <usize>(p - start) * distanceBytes;
    const ids = points + <usize>(p - start) * pointBytes;
    finish(list, ids, k);
    const kept = (<usize>into.kept) << 2;
    memory.copy(into.neighbors + <usize>p * kept, ids, kept);
    store<f64>(into.cores + ((<usize>p) << 3), core(list, ids, k, into.weights, p, into.samples));
  }
}

/** Squared distance to the last of `samples` other rows. */
// @ts-ignore: decorator
@inline
export function core(list: usize, ids: usize, k: i32, weights: usize, p: i32, samples: i32): f64 {
  if (weights == 0) return load<f64>(list + ((<usize>samples - 1) << 3));
  let rows = load<i32>(weights + ((<usize>p) << 2)) - 1;
  if (rows >= samples) return 0;
  for (let i = 0; i < k; i++) {
    rows += load<i32>(weights + ((<usize>load<i32>(ids + ((<usize>i) << 2))) << 2));
    if (rows >= samples) return load<f64>(list + ((<usize>i) << 3));
  }
  return load<f64>(list + ((<usize>k - 1) << 3));
}
