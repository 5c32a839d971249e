import { findAndShorten } from "./disjoint-sets";

/**
 * Merges the ends of edges in their order. Not for threads. Items: places in `order`.
 *
 * Nodes 0 to points - 1 are the points; node points + i is merge i.
 * @param sets for each point another of its set, down to one that holds itself; all hold themselves at first
 * @param nodes by that one: the node of its set; the point itself at first
 * @param sizes of all nodes; those of the points are given
 * @param left gets the node of the set of the edge's first end, by merge
 */
export function mergeEdges(
  begin: i32,
  end: i32,
  _scratch: usize,
  points: i32,
  order: usize,
  from: usize,
  to: usize,
  weights: usize,
  sets: usize,
  nodes: usize,
  sizes: usize,
  left: usize,
  right: usize,
  heights: usize,
): void {
  for (let i = begin; i < end; i++) {
    const edge = load<i32>(order + ((<usize>i) << 2));
    const one = findAndShorten(sets, load<i32>(from + ((<usize>edge) << 2)));
    const other = findAndShorten(sets, load<i32>(to + ((<usize>edge) << 2)));
    const oneNode = load<i32>(nodes + ((<usize>one) << 2));
    const otherNode = load<i32>(nodes + ((<usize>other) << 2));
    store<i32>(left + ((<usize>i) << 2), oneNode);
    store<i32>(right + ((<usize>i) << 2), otherNode);
    store<f64>(heights + ((<usize>i) << 3), Math.sqrt(load<f64>(weights + ((<usize>edge) << 3))));
    const oneSize = load<i32>(sizes + ((<usize>oneNode) << 2));
    const otherSize = load<i32>(sizes + ((<usize>otherNode) << 2));
    const node = points + i;
    store<i32>(sizes + ((<usize>node) << 2), oneSize + otherSize);
    const large = oneSize < otherSize ? other : one;
    store<i32>(sets + ((<usize>(oneSize < otherSize ? one : other)) << 2), large);
    store<i32>(nodes + ((<usize>large) << 2), node);
  }
}
