/*
 * A balanced kd-tree over points of two or three dimensions. Node i has the children 2i + 1 and 2i + 2, and all leaves are on the last
 * level. The points are held in tree order, in which each node owns a contiguous range: node n starts at `starts[n]`, and ends where the
 * next node of its level starts. Coordinates are float32, one array a dimension, `stride` bytes apart; arithmetic is in float64.
 *
 * A box is four numbers (smallest x, y, largest x, y) or eight (smallest x, y, z, a gap, largest x, y, z, a gap).
 *
 * What is compiled for both numbers of dimensions takes `dimensions` as a constant, which inlining resolves.
 */

/** A tree in memory; the host writes these fields in this order. */
@unmanaged
export class KdTree {
  /** Number of points. */
  count: i32;
  firstLeaf: i32;
  coordinates: usize;
  stride: usize;
  starts: usize;
  boxes: usize;
}

/** Points of a leaf, at most: the host halves nodes of more than 8 and a fraction, which may leave one more. */
export const MOST_IN_LEAF: i32 = 9;

/** Lower corner of a node's box: x and y. */
// @ts-ignore: decorator
@inline
export function lowXY(dimensions: i32, boxes: usize, node: i32): v128 {
  return f64x2.promote_low_f32x4(v128.load_zero<u64>(boxes + boxOffset(dimensions, node)));
}
/** Upper corner: x and y. */
// @ts-ignore: decorator
@inline
export function highXY(dimensions: i32, boxes: usize, node: i32): v128 {
  return f64x2.promote_low_f32x4(v128.load_zero<u64>(boxes + boxOffset(dimensions, node) + (dimensions == 2 ? 8 : 16)));
}
// @ts-ignore: decorator
@inline
export function lowZ(boxes: usize, node: i32): f64 {
  return <f64>load<f32>(boxes + boxOffset(3, node), 8);
}
// @ts-ignore: decorator
@inline
export function highZ(boxes: usize, node: i32): f64 {
  return <f64>load<f32>(boxes + boxOffset(3, node), 24);
}
// @ts-ignore: decorator
@inline
export function boxOffset(dimensions: i32, node: i32): usize {
  return (<usize>node) << (dimensions == 2 ? 4 : 5);
}

/** x and y of a point. */
// @ts-ignore: decorator
@inline
export function pointXY(coordinates: usize, stride: usize, point: i32): v128 {
  const at = coordinates + ((<usize>point) << 2);
  return f64x2.replace_lane(f64x2.splat(<f64>load<f32>(at)), 1, <f64>load<f32>(at + stride));
}
// @ts-ignore: decorator
@inline
export function pointZ(coordinates: usize, stride: usize, point: i32): f64 {
  return <f64>load<f32>(coordinates + stride + stride + ((<usize>point) << 2));
}

/** As `max`, which takes longer because it looks out for NaN. */
// @ts-ignore: decorator
@inline
export function larger(a: f64, b: f64): f64 {
  return a > b ? a : b;
}

/** Squared distance between two boxes; a point is a box whose corners are the same. 0 where they meet. */
// @ts-ignore: decorator
@inline
export function squaredGap(
  dimensions: i32,
  boxes: usize,
  node: i32,
  low: v128,
  high: v128,
  lowestZ: f64,
  highestZ: f64,
): f64 {
  const below = f64x2.sub(lowXY(dimensions, boxes, node), high);
  const above = f64x2.sub(low, highXY(dimensions, boxes, node));
  const gap = f64x2.pmax(f64x2.pmax(below, above), f64x2.splat(0));
  const squares = f64x2.mul(gap, gap);
  let sum = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  if (dimensions == 3) {
    const z = larger(larger(lowZ(boxes, node) - highestZ, lowestZ - highZ(boxes, node)), 0);
    sum += z * z;
  }
  return sum;
}

/** Squared distances from a point (each of its coordinates twice) to the points q and q + 1. */
// @ts-ignore: decorator
@inline
export function squaredDistances(
  dimensions: i32,
  coordinates: usize,
  stride: usize,
  q: i32,
  x: v128,
  y: v128,
  z: v128,
): v128 {
  const at = coordinates + ((<usize>q) << 2);
  const dx = f64x2.sub(f64x2.promote_low_f32x4(v128.load_zero<u64>(at)), x);
  const dy = f64x2.sub(f64x2.promote_low_f32x4(v128.load_zero<u64>(at + stride)), y);
  let sum = f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy));
  if (dimensions == 3) {
    const dz = f64x2.sub(f64x2.promote_low_f32x4(v128.load_zero<u64>(at + stride + stride)), z);
    sum = f64x2.add(sum, f64x2.mul(dz, dz));
  }
  return sum;
}

/** Squared distance of two points. */
// @ts-ignore: decorator
@inline
export function squaredDistance(dimensions: i32, coordinates: usize, stride: usize, p: i32, q: i32): f64 {
  const a = coordinates + ((<usize>p) << 2);
  const b = coordinates + ((<usize>q) << 2);
  const dx = <f64>load<f32>(b) - <f64>load<f32>(a);
  const dy = <f64>load<f32>(b + stride) - <f64>load<f32>(a + stride);
  let sum = dx * dx + dy * dy;
  if (dimensions == 3) {
    const dz = <f64>load<f32>(b + stride + stride) - <f64>load<f32>(a + stride + stride);
    sum += dz * dz;
  }
  return sum;
}

/** Start of a node's points; `starts` has an entry more than nodes: the number of points. */
// @ts-ignore: decorator
@inline
export function startOf(starts: usize, node: i32): i32 {
  return load<i32>(starts + ((<usize>node) << 2));
}

/**
 * Gives the nodes of a level their boxes and, above the leaves, splits each at the median of its longest side. Items: nodes of the level.
 * @param first first node of the level, which is one less than their number
 * @param ids are moved as the points are
 */
export function splitNodes2(begin: i32, end: i32, _scratch: usize, tree: KdTree, first: i32, ids: usize): void {
  for (let i = begin; i < end; i++) splitNode(2, tree, first, i, ids);
}
export function splitNodes3(begin: i32, end: i32, _scratch: usize, tree: KdTree, first: i32, ids: usize): void {
  for (let i = begin; i < end; i++) splitNode(3, tree, first, i, ids);
}

// @ts-ignore: decorator
@inline
function splitNode(dimensions: i32, tree: KdTree, first: i32, index: i32, ids: usize): void {
  const starts = tree.starts;
  const coordinates = tree.coordinates;
  const stride = tree.stride;
  const node = first + index;
  const start = startOf(starts, node);
  const end = index == first ? tree.count : startOf(starts, node + 1);
  const box = tree.boxes + boxOffset(dimensions, node);
  const high: usize = dimensions == 2 ? 8 : 16;
  let longest: f64 = -1;
  let keys = coordinates;
  for (let d = 0; d < dimensions; d++) {
    const values = coordinates + <usize>d * stride;
    let least = load<f32>(values + ((<usize>start) << 2));
    let most = least;
    for (let i = start + 1; i < end; i++) {
      const value = load<f32>(values + ((<usize>i) << 2));
      least = value < least ? value : least;
      most = value > most ? value : most;
    }
    store<f32>(box + ((<usize>d) << 2), least);
    store<f32>(box + high + ((<usize>d) << 2), most);
    const side = <f64>most - <f64>least;
    if (side > longest) {
      longest = side;
      keys = values;
    }
  }
  if (first == tree.firstLeaf) {
    if (index == first) store<i32>(starts + ((<usize>node + 1) << 2), end);
    return;
  }
  const middle = (start + end) >> 1;
  select(dimensions, keys, coordinates, stride, ids, start, end - 1, middle);
  store<i32>(starts + ((2 * <usize>node + 1) << 2), start);
  store<i32>(starts + ((2 * <usize>node + 2) << 2), middle);
}

/** Hoare's selection: afterwards no key before `middle` is above, and none after it is below, the key at `middle`. */
// @ts-ignore: decorator
@inline
function select(
  dimensions: i32,
  keys: usize,
  coordinates: usize,
  stride: usize,
  ids: usize,
  first: i32,
  last: i32,
  middle: i32,
): void {
  while (first < last) {
    const pivot = medianOf3(key(keys, first), key(keys, (first + last) >> 1), key(keys, last));
    let i = first;
    let j = last;
    while (i <= j) {
      while (key(keys, i) < pivot) i++;
      while (key(keys, j) > pivot) j--;
      if (i <= j) swapPoints(dimensions, coordinates, stride, ids, i++, j--);
    }
    if (middle <= j) last = j;
    else if (middle >= i) first = i;
    else return;
  }
}

// @ts-ignore: decorator
@inline
function key(keys: usize, i: i32): f32 {
  return load<f32>(keys + ((<usize>i) << 2));
}

// @ts-ignore: decorator
@inline
function medianOf3(a: f32, b: f32, c: f32): f32 {
  return max(min(a, b), min(max(a, b), c));
}

// @ts-ignore: decorator
@inline
function swapPoints(dimensions: i32, coordinates: usize, stride: usize, ids: usize, i: i32, j: i32): void {
  swap(coordinates, i, j);
  swap(coordinates + stride, i, j);
  if (dimensions == 3) swap(coordinates + stride + stride, i, j);
  swap(ids, i, j);
}

/** Swaps two words of 32 bits. */
// @ts-ignore: decorator
@inline
function swap(words: usize, i: i32, j: i32): void {
  const a = words + ((<usize>i) << 2);
  const b = words + ((<usize>j) << 2);
  const word = load<i32>(a);
  store<i32>(a, load<i32>(b));
  store<i32>(b, word);
}
