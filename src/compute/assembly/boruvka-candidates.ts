import { Boruvka } from "./boruvka-components";
import { lightestLeftOut, nextLightLeaf, STACK_BYTES, startDescent } from "./kd-descent";
import {
  KdTree,
  larger,
  MOST_IN_LEAF,
  pointXY,
  pointZ,
  squaredDistance,
  squaredDistances,
  squaredGap,
  startOf,
} from "./kd-tree";

/*
 * Each point notes its own candidate for the first edge out of its component. Only one number is shared in the midst of a loop: the weight
 * of the lightest candidate of a component, which spares others a search. Whoever sees it late searches in vain, with the same outcome.
 */

/** Candidates among the neighbours at hand, which give most components a light edge at once. Items: points. */
export function tryNeighbors2(begin: i32, end: i32, _scratch: usize, tree: KdTree, state: Boruvka): void {
  for (let p = begin; p < end; p++) tryNeighbors(2, p, tree, state);
}
export function tryNeighbors3(begin: i32, end: i32, _scratch: usize, tree: KdTree, state: Boruvka): void {
  for (let p = begin; p < end; p++) tryNeighbors(3, p, tree, state);
}

// @ts-ignore: decorator
@inline
function tryNeighbors(dimensions: i32, p: i32, tree: KdTree, state: Boruvka): void {
  const at4 = (<usize>p) << 2;
  const at8 = (<usize>p) << 3;
  const k = state.k;
  let weight: f64 = Infinity;
  let target = -1;
  let i = load<i32>(state.skipped + at4);
  if (i < k) {
    const coordinates = tree.coordinates;
    const stride = tree.stride;
    const components = state.components;
    const component = load<i32>(components + at4);
    const list = state.neighbors + at4 * <usize>k;
    while (i < k && componentOf(components, neighbor(list, i)) == component) i++;
    store<i32>(state.skipped + at4, i);
    const nearest = squaredDistance(dimensions, coordinates, stride, p, neighbor(list, min(i, k - 1)));
    const lower = larger(load<f64>(state.lowerBounds + at8), nearest);
    store<f64>(state.lowerBounds + at8, lower);

    if (i < k && lower <= loadBound(state, component)) {
      const core = load<f64>(state.cores + at8);
      let length: f64 = Infinity;
      for (; i < k; i++) {
        const q = neighbor(list, i);
        if (componentOf(components, q) == component) continue;
        const distance = squaredDistance(dimensions, coordinates, stride, p, q);
        if (distance > weight) break;
        const reachability = larger(larger(distance, core), load<f64>(state.cores + ((<usize>q) << 3)));
        if (!isFirst(reachability, distance, q, weight, length, target)) continue;
        weight = reachability;
        length = distance;
        target = q;
      }
      lowerBound(state, component, weight);
    }
  }
  store<f64>(state.weights + at8, weight);
  store<i32>(state.targets + at4, target);
}

/**
 * Candidates from the whole tree, for points that may still have a lighter one. The points of a leaf go down the tree together when they are
 * in one component. Items: leaves. Scratch: `searchScratch`.
 */
export function searchEdges2(begin: i32, end: i32, scratch: usize, tree: KdTree, state: Boruvka): void {
  for (let leaf = tree.firstLeaf + begin; leaf < tree.firstLeaf + end; leaf++) {
    const last = startOf(tree.starts, leaf + 1);
    const step = load<i32>(state.nodeComponents + ((<usize>leaf) << 2)) < 0 ? 1 : MOST_IN_LEAF;
    for (let p = startOf(tree.starts, leaf); p < last; p += step)
      searchEdges(2, p, min(p + step, last), scratch, tree, state);
  }
}
export function searchEdges3(begin: i32, end: i32, scratch: usize, tree: KdTree, state: Boruvka): void {
  for (let leaf = tree.firstLeaf + begin; leaf < tree.firstLeaf + end; leaf++) {
    const last = startOf(tree.starts, leaf + 1);
    const step = load<i32>(state.nodeComponents + ((<usize>leaf) << 2)) < 0 ? 1 : MOST_IN_LEAF;
    for (let p = startOf(tree.starts, leaf); p < last; p += step)
      searchEdges(3, p, min(p + step, last), scratch, tree, state);
  }
}

/** A point that takes part in a search, in scratch memory. */
@unmanaged
class Searcher {
  point: i32;
  /** Its candidate so far; -1 for none. */
  target: i32;
  weight: f64;
  length: f64;
  /** Weight of the lightest edge that it left out. */
  leftOut: f64;
}

/** Bytes of scratch memory of a search: the stack of a descent, and the points that take part. */
export function searchScratch(): usize {
  return STACK_BYTES + <usize>MOST_IN_LEAF * offsetof<Searcher>();
}

/** Searches for the points from `first` up to `last`, which are in one component. */
// @ts-ignore: decorator
@inline
function searchEdges(dimensions: i32, first: i32, last: i32, scratch: usize, tree: KdTree, state: Boruvka): void {
  const components = state.components;
  const component = componentOf(components, first);
  let limit = loadBound(state, component);

  // Who takes part, and the box around them.
  const coordinates = tree.coordinates;
  const stride = tree.stride;
  const cores = state.cores;
  let searcher = scratch + STACK_BYTES;
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  let lowestZ: f64 = Infinity;
  let highestZ: f64 = -Infinity;
  let leastCore: f64 = Infinity;
  for (let p = first; p < last; p++) {
    if (load<f64>(state.lowerBounds + ((<usize>p) << 3)) > limit) continue;
    const core = load<f64>(cores + ((<usize>p) << 3));
    const weight = load<f64>(state.weights + ((<usize>p) << 3));
    const target = load<i32>(state.targets + ((<usize>p) << 2));
    let length: f64 = Infinity;
    if (target >= 0) {
      length = squaredDistance(dimensions, coordinates, stride, p, target);
      // Points that are no neighbours at hand are at least as far as the last of these.
      const farthest = neighbor(state.neighbors + ((<usize>p * <usize>state.k) << 2), state.k - 1);
      const reach = squaredDistance(dimensions, coordinates, stride, p, farthest);
      if (length < reach && weight <= larger(reach, core)) continue;
    }
    const one = changetype<Searcher>(searcher);
    one.point = p;
    one.target = target;
    one.weight = weight;
    one.length = length;
    one.leftOut = Infinity;
    searcher += offsetof<Searcher>();
    const xy = pointXY(coordinates, stride, p);
    low = f64x2.pmin(low, xy);
    high = f64x2.pmax(high, xy);
    if (dimensions == 3) {
      const z = pointZ(coordinates, stride, p);
      lowestZ = min(lowestZ, z);
      highestZ = max(highestZ, z);
    }
    if (core < leastCore) leastCore = core;
  }
  const searchers = scratch + STACK_BYTES;
  const end = searcher;
  if (end == searchers) return;

  startDescent(scratch);
  for (;;) {
    const leaf = nextLightLeaf(
      dimensions,
      scratch,
      tree,
      low,
      high,
      lowestZ,
      highestZ,
      state.nodeCores,
      leastCore,
      state.nodeComponents,
      component,
      limit,
    );
    if (leaf < 0) break;
    const from = startOf(tree.starts, leaf);
    const to = startOf(tree.starts, leaf + 1);
    const leafCore = load<f64>(state.nodeCores + ((<usize>leaf) << 3));
    for (searcher = searchers; searcher < end; searcher += offsetof<Searcher>()) {
      const one = changetype<Searcher>(searcher);
      const p = one.point;
      const core = load<f64>(cores + ((<usize>p) << 3));
      let weight = one.weight;
      let length = one.length;
      const xy = pointXY(coordinates, stride, p);
      const z = dimensions == 3 ? pointZ(coordinates, stride, p) : 0;
      const gap = squaredGap(dimensions, tree.boxes, leaf, xy, xy, z, z);
      const least = larger(larger(gap, core), leafCore);
      if (least > limit || least > weight || (least == weight && gap > length)) {
        if (least < one.leftOut) one.leftOut = least;
        continue;
      }
      const x = f64x2.splat(f64x2.extract_lane(xy, 0));
      const y = f64x2.splat(f64x2.extract_lane(xy, 1));
      const zz = f64x2.splat(z);
      let target = one.target;
      for (let q = from; q < to; q += 2) {
        const both = squaredDistances(dimensions, coordinates, stride, q, x, y, zz);
        for (let lane = 0; lane < 2; lane++) {
          const other = q + lane;
          const distance = lane == 0 ? f64x2.extract_lane(both, 0) : f64x2.extract_lane(both, 1);
          if (distance > weight || other >= to || componentOf(components, other) == component) continue;
          const reachability = larger(larger(distance, core), load<f64>(cores + ((<usize>other) << 3)));
          if (!isFirst(reachability, distance, other, weight, length, target)) continue;
          weight = reachability;
          length = distance;
          target = other;
        }
      }
      one.target = target;
      one.weight = weight;
      one.length = length;
      if (weight < limit) limit = weight;
    }
  }

  const leftOut = lightestLeftOut(scratch);
  for (searcher = searchers; searcher < end; searcher += offsetof<Searcher>()) {
    const one = changetype<Searcher>(searcher);
    const lower = state.lowerBounds + ((<usize>one.point) << 3);
    store<f64>(lower, larger(load<f64>(lower), min(min(leftOut, one.leftOut), one.weight)));
    store<f64>(state.weights + ((<usize>one.point) << 3), one.weight);
    store<i32>(state.targets + ((<usize>one.point) << 2), one.target);
    lowerBound(state, component, one.weight);
  }
}

// @ts-ignore: decorator
@inline
function componentOf(components: usize, p: i32): i32 {
  return load<i32>(components + ((<usize>p) << 2));
}

/** One of the neighbours in the list of a point. */
// @ts-ignore: decorator
@inline
function neighbor(list: usize, i: i32): i32 {
  return load<i32>(list + ((<usize>i) << 2));
}

/** Whether an edge of a point comes before another of its edges. */
// @ts-ignore: decorator
@inline
function isFirst(weight: f64, length: f64, target: i32, otherWeight: f64, otherLength: f64, otherTarget: i32): bool {
  if (weight != otherWeight) return weight < otherWeight;
  return length < otherLength || (length == otherLength && target < otherTarget);
}

/** Weight of the lightest candidate of a component so far. */
// @ts-ignore: decorator
@inline
function loadBound(state: Boruvka, component: i32): f64 {
  const at = state.bounds + ((<usize>component) << 3);
  if (ASC_FEATURE_THREADS) return reinterpret<f64>(atomic.load<i64>(at));
  return load<f64>(at);
}

/** Lowers that weight. Weights are not negative, so that their bits are in the same order. */
// @ts-ignore: decorator
@inline
function lowerBound(state: Boruvka, component: i32, weight: f64): void {
  const at = state.bounds + ((<usize>component) << 3);
  if (ASC_FEATURE_THREADS) {
    const bits = reinterpret<i64>(weight);
    let seen = atomic.load<i64>(at);
    while (bits < seen) {
      const before = atomic.cmpxchg<i64>(at, seen, bits);
      if (before == seen) break;
      seen = before;
    }
  } else if (weight < load<f64>(at)) store<f64>(at, weight);
}
