/** Makes negative zeros positive, so that equal numbers have equal bits. Items: numbers. */
export function withoutNegativeZeros(begin: i32, end: i32, _scratch: usize, values: usize): void {
  for (let i = begin; i < end; i++) {
    const at = values + ((<usize>i) << 2);
    store<f32>(at, load<f32>(at) + 0);
  }
}

/**
 * Makes one point of the rows in each place. Not for threads. Items: places in `order`, which has the rows sorted by their coordinates.
 * @param values `dimensions` coordinates of each row
 * @param coordinates of the points: one array a dimension, `stride` bytes apart
 * @param weights gets the number of rows at each point
 * @param pointOfRow gets the point of each row
 * @param state number of points so far
 */
export function distinctPoints(
  begin: i32,
  end: i32,
  _scratch: usize,
  values: usize,
  dimensions: i32,
  order: usize,
  coordinates: usize,
  stride: usize,
  weights: usize,
  pointOfRow: usize,
  state: usize,
): void {
  const rowBytes = (<usize>dimensions) << 2;
  let points = load<i32>(state);
  for (let i = begin; i < end; i++) {
    const row = load<i32>(order + ((<usize>i) << 2));
    const at = values + <usize>row * rowBytes;
    let same = i > 0;
    if (same) {
      const before = values + <usize>load<i32>(order + ((<usize>i - 1) << 2)) * rowBytes;
      for (let d = 0; d < dimensions; d++)
        if (load<u32>(at + ((<usize>d) << 2)) != load<u32>(before + ((<usize>d) << 2))) same = false;
    }
    if (!same) {
      for (let d = 0; d < dimensions; d++)
        store<u32>(coordinates + <usize>d * stride + ((<usize>points) << 2), load<u32>(at + ((<usize>d) << 2)));
      store<i32>(weights + ((<usize>points) << 2), 0);
      points++;
    }
    const weight = weights + ((<usize>points - 1) << 2);
    store<i32>(weight, load<i32>(weight) + 1);
    store<i32>(pointOfRow + ((<usize>row) << 2), points - 1);
  }
  store<i32>(state, points);
}

/** For numbers that are each given once: to which place. Items: places. */
export function invert(begin: i32, end: i32, _scratch: usize, numbers: usize, places: usize): void {
  for (let i = begin; i < end; i++) store<i32>(places + ((<usize>load<i32>(numbers + ((<usize>i) << 2))) << 2), i);
}

/** into[i] = values[indices[i]]. Items: places in `into`; `into` may be `indices`. */
export function takeAt(begin: i32, end: i32, _scratch: usize, values: usize, indices: usize, into: usize): void {
  for (let i = begin; i < end; i++) {
    const index = load<i32>(indices + ((<usize>i) << 2));
    store<i32>(into + ((<usize>i) << 2), load<i32>(values + ((<usize>index) << 2)));
  }
}

/** into[i] = i. Items: places. */
export function countUp(begin: i32, end: i32, _scratch: usize, into: usize): void {
  for (let i = begin; i < end; i++) store<i32>(into + ((<usize>i) << 2), i);
}
