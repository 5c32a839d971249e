/*
 * The nearest `k` of the candidates that are offered: squared distances (float64) and numbers, in two arrays of which both begin with k
 * entries of an infinite distance. Short lists are kept in order; in long ones the entries are a heap with the farthest on top, until
 * `finish` sorts them.
 */

/** Up to so many entries, moving them up takes less time than a heap. */
const MOST_IN_ORDER: i32 = 64;

/** What a candidate's distance has to be below. */
// @ts-ignore: decorator
@inline
export function reachOf(list: usize, k: i32): f64 {
  return load<f64>(list + (k > MOST_IN_ORDER ? 0 : (<usize>k - 1) << 3));
}

/** Takes a candidate that is within reach, instead of the farthest. */
// @ts-ignore: decorator
@inline
export function take(list: usize, numbers: usize, k: i32, distance: f64, number: i32): void {
  if (k > MOST_IN_ORDER) sink(list, numbers, 0, k, distance, number);
  else insert(list, numbers, k, distance, number);
}

/** Brings the entries in order, nearest first. */
export function finish(list: usize, numbers: usize, k: i32): void {
  if (k <= MOST_IN_ORDER) return;
  for (let last = k - 1; last > 0; last--) {
    const distance = load<f64>(list + ((<usize>last) << 3));
    const number = load<i32>(numbers + ((<usize>last) << 2));
    put(list, numbers, last, load<f64>(list), load<i32>(numbers));
    sink(list, numbers, 0, last, distance, number);
  }
}

function insert(list: usize, numbers: usize, k: i32, distance: f64, number: i32): void {
  let at: usize = <usize>k - 1;
  while (at > 0) {
    const before = load<f64>(list + ((at - 1) << 3));
    if (before <= distance) break;
    store<f64>(list + (at << 3), before);
    store<i32>(numbers + (at << 2), load<i32>(numbers + ((at - 1) << 2)));
    at--;
  }
  put(list, numbers, <i32>at, distance, number);
}

/** Puts an entry into a heap of `size` in place of that at `at`. */
function sink(list: usize, numbers: usize, at: i32, size: i32, distance: f64, number: i32): void {
  for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
    let below = load<f64>(list + ((<usize>child) << 3));
    if (child + 1 < size) {
      const other = load<f64>(list + ((<usize>child + 1) << 3));
      if (other > below) {
        below = other;
        child++;
      }
    }
    if (below <= distance) break;
    put(list, numbers, at, below, load<i32>(numbers + ((<usize>child) << 2)));
    at = child;
  }
  put(list, numbers, at, distance, number);
}

// @ts-ignore: decorator
@inline
function put(list: usize, numbers: usize, at: i32, distance: f64, number: i32): void {
  store<f64>(list + ((<usize>at) << 3), distance);
  store<i32>(numbers + ((<usize>at) << 2), number);
}
