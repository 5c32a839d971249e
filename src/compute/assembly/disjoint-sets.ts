/*
 * Disjoint sets of numbers: for each number another one of its set, down to one that holds itself and stands for the set.
 */

/** The number that stands for the set of `i`. */
// @ts-ignore: decorator
@inline
export function find(sets: usize, i: i32): i32 {
  let next = load<i32>(sets + ((<usize>i) << 2));
  while (next != i) {
    i = next;
    next = load<i32>(sets + ((<usize>i) << 2));
  }
  return i;
}

/** The same with path halving (Tarjan, van Leeuwen 1984), while no other thread reads. */
// @ts-ignore: decorator
@inline
export function findAndShorten(sets: usize, i: i32): i32 {
  let next = load<i32>(sets + ((<usize>i) << 2));
  while (next != i) {
    const after = load<i32>(sets + ((<usize>next) << 2));
    store<i32>(sets + ((<usize>i) << 2), after);
    i = after;
    next = load<i32>(sets + ((<usize>i) << 2));
  }
  return i;
}
