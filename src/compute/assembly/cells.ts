// Rows in cells: those with the same nearest centroid, as in an inverted file (Jégou, Douze, Schmid 2011: "Product quantization for nearest
// neighbor search"). Most of the nearest rows of a row lie in its own cell and in those of the next centroids.
import { compareLists } from "./descent";
import { int, setInt } from "./integers";
import { measureBoth } from "./exact-search";
import { Index, sketch, tie } from "./search-index";
import { multiplyBlock, nearEnough, packRow } from "./sketch-products";

/**
 * The nearest `m` of the rows of another index, nearest first, for rows of this one: item g is the g-th group of four. `rows` lists them, or
 * is 0: then they are the rows in turn. Scratch: four sketches, 128 bytes, and 32 bytes for each of the `m`.
 */
export function nearestCentroids(
  begin: i32,
  end: i32,
  scratch: usize,
  index: Index,
  centroids: Index,
  rows: usize,
  count: i32,
  m: i32,
  out: usize,
): void {
  const size = <usize>index.width << 3;
  const products = scratch + size;
  const scores = products + 128;
  const last = <usize>(m - 1) << 2;
  for (let g = begin; g < end; g++) {
    const used = min(4, count - 4 * g);
    for (let r = 0; r < used; r++) packRow(sketch(index, rows ? int(rows, 4 * g + r) : 4 * g + r), scratch, r, size);
    for (let i = 0; i < 4 * m; i++) setInt(scores, i, i32.MIN_VALUE);
    for (let j = 0; j < centroids.count; j += 8) {
      multiplyBlock(scratch, centroids.packed + <usize>(j >> 2) * size, size, products);
      const h0 = v128.load(centroids.halves + (<usize>j << 2)), h1 = v128.load(centroids.halves + (<usize>j << 2), 16);
      for (let r = 0; r < used; r++) {
        const at = products + (<usize>r << 5);
        const s0 = i32x4.sub(v128.load(at), h0), s1 = i32x4.sub(v128.load(at, 16), h1);
        const list = scores + ((<usize>r * <usize>m) << 2);
        const worst = i32x4.splat(load<i32>(list + last));
        let mask = i32x4.bitmask(i32x4.gt_s(s0, worst)) | (i32x4.bitmask(i32x4.gt_s(s1, worst)) << 4);
        if (!mask) continue;
        v128.store(at, s0);
        v128.store(at, s1, 16);
        const ids = out + ((<usize>(4 * g + r) * <usize>m) << 2);
        for (; mask; mask &= mask - 1) {
          const lane = ctz(mask);
          const score = int(at, lane);
          if (j + lane >= centroids.count || score <= load<i32>(list + last)) continue;
          let to = m - 1;
          for (; to > 0 && int(list, to - 1) < score; to--) {
            setInt(list, to, int(list, to - 1));
            setInt(ids, to, int(ids, to - 1));
          }
          setInt(list, to, score);
          setInt(ids, to, j + lane);
        }
      }
    }
  }
}

/** The mean sketch of each cell: item c is the mean of rows `order[bounds[c]]` to `order[bounds[c + 1] - 1]`; a cell without rows keeps its own. */
export function cellMeans(begin: i32, end: i32, scratch: usize, index: Index, order: usize, bounds: usize, means: usize): void {
  const width = <usize>index.width;
  for (let c = begin; c < end; c++) {
    const first = int(bounds, c), past = int(bounds, c + 1);
    if (first === past) continue;
    const scale = f32x4.splat(<f32>1 / <f32>(past - first));
    const mean = means + <usize>c * (width << 2);
    for (let d: usize = 0; d < width; d += 8) {
      let low = i32x4.splat(0), high = i32x4.splat(0);
      for (let i = first; i < past; i++) {
        const v = v128.load(sketch(index, int(order, i)) + (d << 1));
        low = i32x4.add(low, i32x4.extend_low_i16x8_s(v));
        high = i32x4.add(high, i32x4.extend_high_i16x8_s(v));
      }
      v128.store(mean + (d << 2), f32x4.mul(f32x4.convert_i32x4_s(low), scale));
      v128.store(mean + (d << 2), f32x4.mul(f32x4.convert_i32x4_s(high), scale), 16);
    }
  }
}

/**
 * Parts `order` between two places again and again in halves of at most `most` rows, at the median of their products with the difference of
 * two random rows (Dasgupta, Freund 2008: "Random projection trees"). Item c is the c-th pair of `bounds`. Scratch: a number for each place of
 * the longest part, and a sketch.
 */
export function splitGroups(begin: i32, end: i32, scratch: usize, index: Index, order: usize, bounds: usize, most: i32, seed: i32): void {
  for (let c = begin; c < end; c++) {
    const first = int(bounds, 2 * c), past = int(bounds, 2 * c + 1);
    split(index, order + (<usize>first << 2), scratch, past - first, most, tie(c + 1, seed) | 1);
  }
}

function split(index: Index, order: usize, scratch: usize, count: i32, most: i32, random: u32): void {
  if (count <= most) return;
  const size = <usize>index.width << 1;
  const a = sketch(index, int(order, <i32>(random % <u32>count)));
  random = tie(random, count);
  const b = sketch(index, int(order, <i32>(random % <u32>count)));
  // Sketches have lengths up to 16,000: their differences fit 16 bits, the products 32.
  const difference = scratch;
  const keys = scratch + size;
  for (let d: usize = 0; d < size; d += 16) v128.store(difference + d, i16x8.sub(v128.load(a + d), v128.load(b + d)));
  for (let i = 0; i < count; i++) {
    const x = sketch(index, int(order, i));
    let s = i32x4.splat(0);
    for (let d: usize = 0; d < size; d += 16)
      s = i32x4.add(s, i32x4.dot_i16x8_s(v128.load(x + d), v128.load(difference + d)));
    s = i32x4.add(s, v128.shuffle<i32>(s, s, 2, 3, 0, 1));
    setInt(keys, i, i32x4.extract_lane(s, 0) + i32x4.extract_lane(s, 1));
  }
  const middle = count >> 1;
  part(order, keys, 0, count - 1, middle);
  split(index, order, scratch, middle, most, tie(random, 1));
  split(index, order + (<usize>middle << 2), scratch, count - middle, most, tie(random, 2));
}

/** Hoare's selection: no key before `middle` is above, and none after it below, the key there. */
function part(order: usize, keys: usize, first: i32, last: i32, middle: i32): void {
  while (first < last) {
    const pivot = int(keys, (first + last) >> 1);
    let i = first;
    let j = last;
    while (i <= j) {
      while (int(keys, i) < pivot) i++;
      while (int(keys, j) > pivot) j--;
      if (i > j) break;
      const key = int(keys, i);
      setInt(keys, i, int(keys, j));
      setInt(keys, j, key);
      const row = int(order, i);
      setInt(order, i, int(order, j));
      setInt(order, j, row);
      i++;
      j--;
    }
    if (middle <= j) last = j;
    else if (middle >= i) first = i;
    else return;
  }
}

/** Compares the rows of each cell with each other: item c is the cell of rows `bounds[c]` to `bounds[c + 1]` - 1. Scratch: 128 bytes. */
export function compareCells(begin: i32, end: i32, scratch: usize, index: Index, bounds: usize): void {
  const size = <usize>index.width << 3;
  for (let c = begin; c < end; c++) {
    const first = int(bounds, c), past = int(bounds, c + 1);
    for (let j = first & ~7; j < past; j += 8) {
      const groups = index.packed + <usize>(j >> 2) * size;
      for (let i = first & ~3; i < min(past, j + 8); i += 4) {
        multiplyBlock(index.packed + <usize>(i >> 2) * size, groups, size, scratch);
        for (let row = max(i, first); row < min(i + 4, past); row++) {
          const at = scratch + (<usize>(row - i) << 5);
          const near = <usize>j << 2;
          let mask = nearEnough(at, int(index.halves, row), int(index.thresholds, row), index.halves + near, index.thresholds + near);
          for (; mask; mask &= mask - 1) {
            const other = j + ctz(mask);
            if (other > row && other < past) measureBoth(index, row, other);
          }
        }
      }
    }
  }
}

/**
 * Compares the rows of each cell with its visitors, rows of other cells: item c has visitors `visitors[starts[c]]` to
 * `visitors[starts[c + 1] - 1]`. What is near goes to region c, see {@link compareLists}. `rows` are all rows in turn.
 */
export function joinVisitors(
  begin: i32,
  end: i32,
  scratch: usize,
  index: Index,
  rows: usize,
  bounds: usize,
  visitors: usize,
  starts: usize,
  updates: usize,
  capacity: i32,
): void {
  for (let c = begin; c < end; c++) {
    const region = updates + <usize>c * (<usize>capacity * 12 + 16);
    store<i32>(region, 0);
    const first = int(bounds, c), start = int(starts, c);
    const own = rows + (<usize>first << 2);
    compareLists(index, own, int(bounds, c + 1) - first, visitors + (<usize>start << 2), int(starts, c + 1) - start, false, region, capacity, scratch);
  }
}
