// Searches that leave no pair of rows out.
import { int, setInt } from "./integers";
import { insert, insertInto, Index, measure, NEVER, setThreshold, sketch, thresholdFor, worst } from "./search-index";
import { multiplyBlock, nearEnough, packRow } from "./sketch-products";

/** Measures two rows and keeps the result in the lists of both. */
// @ts-ignore: decorator
@inline
export function measureBoth(index: Index, row: i32, other: i32): void {
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
 * The `k` nearest rows of some, themselves not counted, of one of `chunks` ranges of rows 0 to `among` - 1 each: item c gives `k` ids and squared distances for
 * each query, in ascending order. Scratch: 128 bytes, the sketches of the queries, up to a multiple of 4, and of eight rows, and
 * a word for each query.
 */
export function searchRows(
  begin: i32,
  end: i32,
  scratch: usize,
  index: Index,
  queries: usize,
  count: i32,
  among: i32,
  chunks: i32,
  k: i32,
  ids: usize,
  distances: usize,
): void {
  const size = <usize>index.width << 3;
  const last = <usize>(k - 1) << 2;
  const padded = (count + 3) & ~3;
  const block = scratch + 128;
  const needed = block + (size << 1);
  const packed = needed + (<usize>padded << 2);
  for (let i = 0; i < count; i++)
    packRow(sketch(index, int(queries, i)), packed + <usize>(i >> 2) * size, i & 3, size);
  for (let c = begin; c < end; c++) {
    const first = <i32>((<i64>among * <i64>c) / <i64>chunks) & ~7;
    const past = c === chunks - 1 ? among : <i32>((<i64>among * <i64>(c + 1)) / <i64>chunks) & ~7;
    const lists = (<usize>c * <usize>count * <usize>k) << 2;
    for (let i = 0; i < count * k; i++) {
      setInt(ids + lists, i, -1);
      store<f32>(distances + lists + (<usize>i << 2), f32.MAX_VALUE);
    }
    for (let i = 0; i < padded; i++) setInt(needed, i, i < count ? i32.MIN_VALUE : NEVER);
    for (let j = first; j < past; j += 8) {
      for (let i = 0; i < 8; i++) packRow(sketch(index, j + i), block + (i < 4 ? 0 : size), i & 3, size);
      const h0 = v128.load(index.halves + (<usize>j << 2)), h1 = v128.load(index.halves + (<usize>j << 2), 16);
      for (let g = 0; g < padded; g += 4) {
        multiplyBlock(packed + <usize>(g >> 2) * size, block, size, scratch);
        for (let i = g; i < g + 4; i++) {
          const at = scratch + (<usize>(i - g) << 5);
          const least = i32x4.splat(int(needed, i));
          const g0 = i32x4.gt_s(i32x4.sub(v128.load(at), h0), least), g1 = i32x4.gt_s(i32x4.sub(v128.load(at, 16), h1), least);
          if (!v128.any_true(v128.or(g0, g1))) continue;
          const row = int(queries, i);
          const list = lists + ((<usize>i * <usize>k) << 2);
          for (let mask = i32x4.bitmask(g0) | (i32x4.bitmask(g1) << 4); mask; mask &= mask - 1) {
            const other = j + ctz(mask);
            if (other === row || other >= past) continue;
            const distance = measure(index, row, other);
            if (insertInto(ids + list, distances + list, k, row, other, distance) === k) continue;
            setInt(needed, i, thresholdFor(index, row, load<f32>(distances + list + last)));
          }
        }
      }
    }
  }
}
