// Searches that leave no pair of rows out.
import { int, setInt } from "./integers";
import { insert, insertInto, Index, measure, setThreshold, sketch, thresholdFor, worst } from "./search-index";
import { multiplyBlock, nearEnough } from "./sketch-products";

/** Measures two rows and keeps the result in the lists of both. */
// @ts-ignore: decorator
@inline
function measureBoth(index: Index, row: i32, other: i32): void {
  if (other >= index.count || row >= index.count) return;
  const distance = measure(index, row, other);
  if (distance <= worst(index, row) && insert(index, row, other, distance)) setThreshold(index, row);
  if (distance <= worst(index, other) && insert(index, other, row, distance)) setThreshold(index, other);
}

const TILE = 128;
const STAY = 32;

/**
 * All pairs of rows, in rounds in which every tile of rows meets one other (or, in round -1, itself), like players in a tournament: no two
 * meetings of a round share a row, and every row meets the others in the same order whatever the number of threads. `tiles` is even.
 * Scratch: 128 bytes.
 */
export function compareTiles(begin: i32, end: i32, scratch: usize, index: Index, tiles: i32, round: i32): void {
  const others = tiles - 1;
  for (let i = begin; i < end; i++) {
    if (round < 0) compareTile(index, i, i, scratch);
    else if (i === 0) compareTile(index, round, others, scratch);
    else {
      const a = (round + i) % others;
      const b = (round + others - i) % others;
      compareTile(index, min(a, b), max(a, b), scratch);
    }
  }
}

function compareTile(index: Index, a: i32, b: i32, products: usize): void {
  const endA = min(index.count, a * TILE + TILE);
  // Some rows stay in the first cache while those of the other tile pass by.
  for (let first = a * TILE; first < endA; first += STAY) compareRows(index, first, min(endA, first + STAY), a === b, b, products);
}

/** Compares rows `first` to `end` - 1 with those of tile `b`, or, in their own tile, with those after them. */
function compareRows(index: Index, first: i32, end: i32, own: bool, b: i32, products: usize): void {
  // Of four rows side by side.
  const size = <usize>index.width << 3;
  const endB = min(index.count, b * TILE + TILE);
  for (let j = own ? first & ~7 : b * TILE; j < endB; j += 8) {
    const groups = index.packed + <usize>(j >> 2) * size;
    const halves = index.halves + (<usize>j << 2);
    const thresholds = index.thresholds + (<usize>j << 2);
    const past = own ? min(end, j + 8) : end;
    for (let i = first; i < past; i += 4) {
      multiplyBlock(index.packed + <usize>(i >> 2) * size, groups, size, products);
      for (let row = i; row < i + 4; row++) {
        const half = int(index.halves, row);
        let mask = nearEnough(products + (<usize>(row - i) << 5), half, int(index.thresholds, row), halves, thresholds);
        for (; mask; mask &= mask - 1) {
          const other = j + ctz(mask);
          if (!own || other > row) measureBoth(index, row, other);
        }
      }
    }
  }
}

/**
 * The nearest of rows 0 to `candidates` - 1 for each of some rows, itself not counted: `k` ids and squared distances in ascending order.
 */
export function searchRows(
  begin: i32,
  end: i32,
  scratch: usize,
  index: Index,
  queries: usize,
  candidates: i32,
  k: i32,
  ids: usize,
  distances: usize,
): void {
  const size = <usize>index.width << 1;
  const last = <usize>(k - 1) << 2;
  for (let i = begin; i < end; i++) {
    const row = int(queries, i);
    const x = sketch(index, row);
    const toIds = ids + ((<usize>i * <usize>k) << 2);
    const toDistances = distances + ((<usize>i * <usize>k) << 2);
    for (let at = 0; at < k; at++) {
      setInt(toIds, at, -1);
      store<f32>(toDistances + (<usize>at << 2), f32.MAX_VALUE);
    }
    let needed = i32x4.splat(i32.MIN_VALUE);
    for (let j = 0; j < candidates; j += 8) {
      let u = index.packed + <usize>j * size;
      let v = u + (size << 2);
      let s0 = i32x4.splat(0), s1 = i32x4.splat(0);
      for (let q = x, past = x + size; q < past; q += 4, u += 16, v += 16) {
        const y = v128.load32_splat(q);
        s0 = i32x4.add(s0, i32x4.dot_i16x8_s(y, v128.load(u)));
        s1 = i32x4.add(s1, i32x4.dot_i16x8_s(y, v128.load(v)));
      }
      const h = index.halves + (<usize>j << 2);
      const g0 = i32x4.gt_s(i32x4.sub(s0, v128.load(h)), needed), g1 = i32x4.gt_s(i32x4.sub(s1, v128.load(h, 16)), needed);
      if (!v128.any_true(v128.or(g0, g1))) continue;
      for (let mask = i32x4.bitmask(g0) | (i32x4.bitmask(g1) << 4); mask; mask &= mask - 1) {
        const other = j + ctz(mask);
        if (other === row || other >= candidates) continue;
        const distance = measure(index, row, other);
        if (insertInto(toIds, toDistances, k, row, other, distance) === k) continue;
        needed = i32x4.splat(thresholdFor(index, row, load<f32>(toDistances + last)));
      }
    }
  }
}
