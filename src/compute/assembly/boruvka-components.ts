import { find, findAndShorten } from "./disjoint-sets";
import { KdTree, squaredDistance, startOf } from "./kd-tree";

/*
 * The rounds of Borůvka's algorithm on the mutual reachability graph of a kd-tree's points: each component finds the first edge that leaves
 * it, and is joined by it. Edges are ordered by weight (the largest of the squared length and the squared core distances of the ends), then
 * by length, then by their ends: no two are equal, so that the tree is the same however the work is spread.
 */

/** The state of the rounds; the host writes these fields in this order. All but the counts are arrays. */
@unmanaged
export class Boruvka {
  /** Squared core distance of each point, and the smallest in each node. */
  cores: usize;
  nodeCores: usize;
  /** `k` nearest others of each point, nearest first. */
  k: i32;
  neighbors: usize;
  /** How many of these are known to be in the point's own component. */
  skipped: usize;
  /** For each point another one of its component, down to one that holds itself: the component's number. */
  components: usize;
  /** Component of each node; -1 where there are several. */
  nodeComponents: usize;
  /** By component: weight of its lightest candidate so far. */
  bounds: usize;
  /** By point: no edge from it out of its component is lighter. Never falls, because components only grow. */
  lowerBounds: usize;
  /** By point: weight and end of its candidate; -1 for none. */
  weights: usize;
  targets: usize;
  /** By component: the point whose candidate is chosen; -1 for none. */
  sources: usize;
  /** Numbers of the components that are left, and how many of them have been kept in a round. */
  roots: usize;
  kept: i32;
  /** The tree: number of edges so far, their ends, squared weights and squared lengths. */
  edges: i32;
  from: usize;
  to: usize;
  squaredWeights: usize;
  squaredLengths: usize;
}

/** Sets up the first round: each point a component of its own. Items: points. */
export function startComponents(begin: i32, end: i32, _scratch: usize, state: Boruvka): void {
  for (let p = begin; p < end; p++) {
    const at4 = (<usize>p) << 2;
    const at8 = (<usize>p) << 3;
    store<i32>(state.components + at4, p);
    store<i32>(state.roots + at4, p);
    store<i32>(state.sources + at4, -1);
    store<i32>(state.skipped + at4, 0);
    store<f64>(state.lowerBounds + at8, load<f64>(state.cores + at8));
  }
}

/** Smallest squared core distance in each leaf. Items: leaves. */
export function leafCores(begin: i32, end: i32, _scratch: usize, tree: KdTree, state: Boruvka): void {
  for (let leaf = tree.firstLeaf + begin; leaf < tree.firstLeaf + end; leaf++) {
    let least: f64 = Infinity;
    for (let p = startOf(tree.starts, leaf); p < startOf(tree.starts, leaf + 1); p++) {
      const core = load<f64>(state.cores + ((<usize>p) << 3));
      if (core < least) least = core;
    }
    store<f64>(state.nodeCores + ((<usize>leaf) << 3), least);
  }
}

/** The same above the leaves. Items: nodes of the level that begins with `first`. */
export function innerCores(begin: i32, end: i32, _scratch: usize, first: i32, state: Boruvka): void {
  for (let node = first + begin; node < first + end; node++) {
    const left = state.nodeCores + ((2 * <usize>node + 1) << 3);
    const one = load<f64>(left);
    const other = load<f64>(left, 8);
    store<f64>(state.nodeCores + ((<usize>node) << 3), one < other ? one : other);
  }
}

/** Numbers the components anew after joining, in points and leaves, and forgets their candidates. Items: leaves. */
export function leafComponents(begin: i32, end: i32, _scratch: usize, tree: KdTree, state: Boruvka): void {
  const components = state.components;
  for (let leaf = tree.firstLeaf + begin; leaf < tree.firstLeaf + end; leaf++) {
    let common = -2;
    for (let p = startOf(tree.starts, leaf); p < startOf(tree.starts, leaf + 1); p++) {
      const component = find(components, p);
      store<i32>(components + ((<usize>p) << 2), component);
      store<f64>(state.bounds + ((<usize>p) << 3), Infinity);
      common = common == -2 || common == component ? component : -1;
    }
    store<i32>(state.nodeComponents + ((<usize>leaf) << 2), common);
  }
}

/** The same above the leaves. Items: nodes of the level that begins with `first`. */
export function innerComponents(begin: i32, end: i32, _scratch: usize, first: i32, state: Boruvka): void {
  for (let node = first + begin; node < first + end; node++) {
    const left = state.nodeComponents + ((2 * <usize>node + 1) << 2);
    const one = load<i32>(left);
    store<i32>(state.nodeComponents + ((<usize>node) << 2), one == load<i32>(left, 4) ? one : -1);
  }
}

/** The first candidate of each component. Not for threads. Items: points. */
export function firstCandidates2(begin: i32, end: i32, _scratch: usize, tree: KdTree, state: Boruvka): void {
  for (let p = begin; p < end; p++) firstCandidate(2, p, tree, state);
}
export function firstCandidates3(begin: i32, end: i32, _scratch: usize, tree: KdTree, state: Boruvka): void {
  for (let p = begin; p < end; p++) firstCandidate(3, p, tree, state);
}

/** Makes a point's candidate that of its component when it comes before the one chosen so far. */
// @ts-ignore: decorator
@inline
function firstCandidate(dimensions: i32, p: i32, tree: KdTree, state: Boruvka): void {
  const targets = state.targets;
  const target = load<i32>(targets + ((<usize>p) << 2));
  if (target < 0) return;
  const component = load<i32>(state.components + ((<usize>p) << 2));
  if (load<f64>(state.weights + ((<usize>p) << 3)) > load<f64>(state.bounds + ((<usize>component) << 3))) return;
  const chosen = state.sources + ((<usize>component) << 2);
  const best = load<i32>(chosen);
  if (best >= 0 && !comesFirst(dimensions, tree, p, target, best, load<i32>(targets + ((<usize>best) << 2)))) return;
  store<i32>(chosen, p);
}

/** Of two edges of the same weight, whether the first is the shorter, or its ends have the lower numbers. */
// @ts-ignore: decorator
@inline
function comesFirst(dimensions: i32, tree: KdTree, p: i32, q: i32, r: i32, s: i32): bool {
  const one = squaredDistance(dimensions, tree.coordinates, tree.stride, p, q);
  const other = squaredDistance(dimensions, tree.coordinates, tree.stride, r, s);
  if (one != other) return one < other;
  const lowest = min(p, q);
  const otherLowest = min(r, s);
  if (lowest != otherLowest) return lowest < otherLowest;
  return max(p, q) < max(r, s);
}

/** Joins components by the edges they chose, and adds these to the tree. Not for threads. Items: components that are left. */
export function joinComponents2(begin: i32, end: i32, _scratch: usize, tree: KdTree, state: Boruvka): void {
  for (let i = begin; i < end; i++) joinComponent(2, i, tree, state);
}
export function joinComponents3(begin: i32, end: i32, _scratch: usize, tree: KdTree, state: Boruvka): void {
  for (let i = begin; i < end; i++) joinComponent(3, i, tree, state);
}

// @ts-ignore: decorator
@inline
function joinComponent(dimensions: i32, i: i32, tree: KdTree, state: Boruvka): void {
  const component = load<i32>(state.roots + ((<usize>i) << 2));
  const chosen = state.sources + ((<usize>component) << 2);
  const source = load<i32>(chosen);
  store<i32>(chosen, -1);
  const target = load<i32>(state.targets + ((<usize>source) << 2));
  const one = findAndShorten(state.components, component);
  const other = findAndShorten(state.components, target);
  // Two components that chose the same edge: the second time it is there already.
  if (one == other) return;
  store<i32>(state.components + ((<usize>one) << 2), other);
  const at4 = (<usize>state.edges) << 2;
  const at8 = at4 << 1;
  state.edges++;
  store<i32>(state.from + at4, source);
  store<i32>(state.to + at4, target);
  store<f64>(state.squaredWeights + at8, load<f64>(state.bounds + ((<usize>component) << 3)));
  const length = squaredDistance(dimensions, tree.coordinates, tree.stride, source, target);
  store<f64>(state.squaredLengths + at8, length);
}

/** Keeps the components that still go by their own number. Not for threads. Items: components that were left. */
export function keepRoots(begin: i32, end: i32, _scratch: usize, state: Boruvka): void {
  const roots = state.roots;
  for (let i = begin; i < end; i++) {
    const root = load<i32>(roots + ((<usize>i) << 2));
    if (load<i32>(state.components + ((<usize>root) << 2)) != root) continue;
    store<i32>(roots + ((<usize>state.kept) << 2), root);
    state.kept++;
  }
}
