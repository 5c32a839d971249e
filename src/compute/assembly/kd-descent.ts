import { highZ, KdTree, larger, lowZ, squaredGap } from "./kd-tree";

/*
 * The descent of a kd-tree that all searches share: gives one leaf after the other, nearer ones before farther ones as far as each branching
 * tells, and leaves out what cannot hold an answer.
 *
 * Its state is a stack in scratch memory: the depth, the lightest weight left out so far, then entries of a squared gap and a node.
 */

const LIGHTEST: usize = 8;
const ENTRIES: usize = 16;

/** Bytes of the stack: an entry a level of the tree (31 at most), and one more. */
export const STACK_BYTES: usize = 16 + 16 * 40;

/** Begins at the root. */
// @ts-ignore: decorator
@inline
export function startDescent(stack: usize): void {
  store<i32>(stack, 1);
  store<f64>(stack, Infinity, LIGHTEST);
  store<f64>(stack, 0, ENTRIES);
  store<i32>(stack, 0, ENTRIES + 8);
}

/** Smallest weight of a node that was left out, once the descent is over: nothing there is lighter. */
// @ts-ignore: decorator
@inline
export function lightestLeftOut(stack: usize): f64 {
  return load<f64>(stack, LIGHTEST);
}

/**
 * The next leaf that may hold a neighbour nearer than `limit` (squared) to the box between `low` and `high`; -1 when there is none.
 * The limit may fall from call to call.
 */
// @ts-ignore: decorator
@inline
export function nextNearLeaf(
  dimensions: i32,
  stack: usize,
  tree: KdTree,
  low: v128,
  high: v128,
  lowestZ: f64,
  highestZ: f64,
  limit: f64,
): i32 {
  let depth = load<i32>(stack);
  while (depth > 0) {
    depth--;
    const entry = stack + ((<usize>depth) << 4);
    if (load<f64>(entry, ENTRIES) >= limit) continue;
    const node = load<i32>(entry, ENTRIES + 8);
    if (node >= tree.firstLeaf) {
      store<i32>(stack, depth);
      return node;
    }
    depth = pushChildren(dimensions, stack, depth, tree, node, low, high, lowestZ, highestZ, limit);
  }
  return -1;
}

/**
 * The next leaf that may hold an end of a light edge, of weight `limit` at most, from the box between `low` and `high` to another component.
 * The weight of an edge is the largest of its squared length and the squared core distances of its ends.
 * @param cores smallest squared core distance in each node
 * @param core the same in the box
 * @param nodeComponents component of each node, -1 where there are several
 * @param component that of the box
 */
// @ts-ignore: decorator
@inline
export function nextLightLeaf(
  dimensions: i32,
  stack: usize,
  tree: KdTree,
  low: v128,
  high: v128,
  lowestZ: f64,
  highestZ: f64,
  cores: usize,
  core: f64,
  nodeComponents: usize,
  component: i32,
  limit: f64,
): i32 {
  let depth = load<i32>(stack);
  while (depth > 0) {
    depth--;
    const entry = stack + ((<usize>depth) << 4);
    const node = load<i32>(entry, ENTRIES + 8);
    if (load<i32>(nodeComponents + ((<usize>node) << 2)) == component) continue;
    const least = larger(larger(load<f64>(entry, ENTRIES), core), load<f64>(cores + ((<usize>node) << 3)));
    if (least > limit) {
      if (least < load<f64>(stack, LIGHTEST)) store<f64>(stack, least, LIGHTEST);
      continue;
    }
    if (node >= tree.firstLeaf) {
      store<i32>(stack, depth);
      return node;
    }
    depth = pushChildren(dimensions, stack, depth, tree, node, low, high, lowestZ, highestZ, Infinity);
  }
  return -1;
}

/** Puts the children on the stack, the nearer one on top, but none as far as `limit`. Returns the new depth. */
// @ts-ignore: decorator
@inline
function pushChildren(
  dimensions: i32,
  stack: usize,
  depth: i32,
  tree: KdTree,
  node: i32,
  low: v128,
  high: v128,
  lowestZ: f64,
  highestZ: f64,
  limit: f64,
): i32 {
  const left = 2 * node + 1;
  const leftGap = squaredGap(dimensions, tree.boxes, left, low, high, lowestZ, highestZ);
  const rightGap = squaredGap(dimensions, tree.boxes, left + 1, low, high, lowestZ, highestZ);
  const leftFirst = leftGap <= rightGap;
  const farther = leftFirst ? rightGap : leftGap;
  if (farther < limit || limit == Infinity) depth = push(stack, depth, leftFirst ? left + 1 : left, farther);
  return push(stack, depth, leftFirst ? left : left + 1, leftFirst ? leftGap : rightGap);
}

// @ts-ignore: decorator
@inline
function push(stack: usize, depth: i32, node: i32, gap: f64): i32 {
  const entry = stack + ((<usize>depth) << 4);
  store<f64>(entry, gap, ENTRIES);
  store<i32>(entry, node, ENTRIES + 8);
  return depth + 1;
}

/** z of the corners of a node's box; 0 in the plane. */
// @ts-ignore: decorator
@inline
export function lowestZOf(dimensions: i32, boxes: usize, node: i32): f64 {
  return dimensions == 3 ? lowZ(boxes, node) : 0;
}
// @ts-ignore: decorator
@inline
export function highestZOf(dimensions: i32, boxes: usize, node: i32): f64 {
  return dimensions == 3 ? highZ(boxes, node) : 0;
}
