// What a search for neighbours works on. Rows are compared in two steps: sketches of them in 16-bit integers rule nearly all pairs out; what
// is left is measured.
import { int, setInt } from "./integers";
import { packRow, multiplyBlock } from "./sketch-products";
import { squaredDistance, sum } from "./vectors";

/** Never reached by a score. */
export const NEVER: i32 = i32.MAX_VALUE;

/** Rows with their sketches and the lists of their nearest rows found so far; the host writes these fields in this order. */
@unmanaged
export class Index {
  /** Row vectors: `stride` numbers each, a multiple of 4. */
  rows: usize;
  count: i32;
  stride: i32;
  /** Sketches, `width` 16-bit numbers each, a multiple of 8: row after row, and four rows side by side. */
  sketches: usize;
  packed: usize;
  /** Half the squared length of each sketch of all dimensions. */
  halves: usize;
  width: i32;
  /** A distance times this is a distance of sketches, or more, apart from `slack`. */
  scale: f32;
  slack: f32;
  /** Lists of `k` ids and squared distances, nearest first. */
  k: i32;
  ids: usize;
  distances: usize;
  /** Whether an entry of a list is new; only for neighbour descent. */
  flags: usize;
  /** For each row: a product of sketches, less half the square of the other, has to be larger than this for the other to be near enough. */
  thresholds: usize;
  /** Or else 0: sketches of all dimensions, from which distances are taken instead of the rows. */
  fine: usize;
  fineWidth: i32;
}

// @ts-ignore: decorator
@inline
export function vector(index: Index, row: i32): usize {
  return index.rows + <usize>row * (<usize>index.stride << 2);
}

// @ts-ignore: decorator
@inline
export function sketch(index: Index, row: i32): usize {
  return index.sketches + <usize>row * (<usize>index.width << 1);
}

// @ts-ignore: decorator
@inline
export function list(index: Index, row: i32): usize {
  return (<usize>row * <usize>index.k) << 2;
}

/** The squared distance of two rows: of the rows themselves, or in units of sketches. */
// @ts-ignore: decorator
@inline
export function measure(index: Index, row: i32, other: i32): f32 {
  if (!index.fine) return squaredDistance(vector(index, row), vector(index, other), index.stride);
  const size = <usize>index.fineWidth << 1;
  let a = index.fine + <usize>row * size;
  let b = index.fine + <usize>other * size;
  let s = i32x4.splat(0), r = i32x4.splat(0);
  const end = a + size;
  for (const pairs = a + (size & ~31); a < pairs; a += 32, b += 32) {
    s = i32x4.add(s, i32x4.dot_i16x8_s(v128.load(a), v128.load(b)));
    r = i32x4.add(r, i32x4.dot_i16x8_s(v128.load(a, 16), v128.load(b, 16)));
  }
  if (a < end) s = i32x4.add(s, i32x4.dot_i16x8_s(v128.load(a), v128.load(b)));
  s = i32x4.add(s, r);
  s = i32x4.add(s, v128.shuffle<i32>(s, s, 2, 3, 0, 1));
  const product = i32x4.extract_lane(s, 0) + i32x4.extract_lane(s, 1);
  return <f32>max(0, int(index.halves, row) - product + int(index.halves, other)) * 2;
}

/** 32 bits that look random: the order of neighbours at equal distance, without preference for any row. */
// @ts-ignore: decorator
@inline
export function tie(a: i32, b: i32): u32 {
  let x = (<u32>a * 0x9e3779b1) ^ (<u32>b * 0x85ebca6b);
  x = (x ^ (x >> 15)) * 0x2c1b3c6d;
  x = (x ^ (x >> 12)) * 0x297a2d39;
  return x ^ (x >> 15);
}

/** Puts `id` into a list of `k`, unless it is too far or there already. Returns its place, or `k`. */
export function insertInto(ids: usize, distances: usize, k: i32, row: i32, id: i32, distance: f32): i32 {
  let at = k;
  while (at > 0) {
    const other = load<f32>(distances + (<usize>(at - 1) << 2));
    if (other < distance) break;
    if (other === distance) {
      const otherId = int(ids, at - 1);
      if (otherId === id) return k;
      if (tie(row, otherId) <= tie(row, id)) break;
    }
    at--;
  }
  if (at === k) return k;
  for (let i = k - 1; i > at; i--) {
    setInt(ids, i, int(ids, i - 1));
    setInt(distances, i, int(distances, i - 1));
  }
  setInt(ids, at, id);
  store<f32>(distances + (<usize>at << 2), distance);
  return at;
}

/** Puts `id` into the list of `row`, unless it is too far or there already. Returns whether it went in. */
export function insert(index: Index, row: i32, id: i32, distance: f32): bool {
  const from = list(index, row);
  const at = insertInto(index.ids + from, index.distances + from, index.k, row, id, distance);
  if (at === index.k) return false;
  if (index.flags) {
    const flags = index.flags + (from >> 2);
    for (let i = index.k - 1; i > at; i--) store<u8>(flags + i, load<u8>(flags + i - 1));
    store<u8>(flags + at, 1);
  }
  return true;
}

// @ts-ignore: decorator
@inline
export function worst(index: Index, row: i32): f32 {
  return load<f32>(index.distances + list(index, row) + (<usize>(index.k - 1) << 2));
}

/** What a product of the sketch of `row` with another, less half the square of that, has to be larger than to be this near. */
// @ts-ignore: decorator
@inline
export function thresholdFor(index: Index, row: i32, square: f32): i32 {
  const reach = Mathf.sqrt(square) * index.scale + index.slack;
  const half = reach * reach * 0.5;
  return half < 1e9 ? int(index.halves, row) - <i32>half - 2 : i32.MIN_VALUE;
}

/** Sets the threshold of a row from the last distance in its list. */
// @ts-ignore: decorator
@inline
export function setThreshold(index: Index, row: i32): void {
  setInt(index.thresholds, row, thresholdFor(index, row, worst(index, row)));
}

/**
 * Makes the sketches of rows from `stride` numbers each, a multiple of 4, less those of `origin`: scaled, pulled into the ball of radius
 * 16,000, which only brings them nearer to each other, and rounded. Rows after the last, up to a multiple of 8, get sketches that are near to
 * nothing.
 */
export function makeSketches(
  begin: i32,
  end: i32,
  scratch: usize,
  index: Index,
  values: usize,
  stride: i32,
  origin: usize,
  toSketch: f32,
): void {
  const size = <usize>stride << 2;
  for (let row = begin; row < end; row++) {
    const to = sketch(index, row);
    memory.fill(to, 0, <usize>index.width << 1);
    if (row < index.count) {
      const from = values + <usize>row * size;
      let squares = f32x4.splat(0);
      for (let d: usize = 0; d < size; d += 16) {
        const v = f32x4.sub(v128.load(from + d), v128.load(origin + d));
        squares = f32x4.add(squares, f32x4.mul(v, v));
      }
      const length = Mathf.sqrt(sum(squares)) * toSketch;
      const factor = f32x4.splat(length > 16000 ? (toSketch * 16000) / length : toSketch);
      for (let d: usize = 0; d < size; d += 16) {
        const v = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(f32x4.sub(v128.load(from + d), v128.load(origin + d)), factor)));
        v128.store64_lane(to + (d >> 1), i16x8.narrow_i32x4_s(v, v), 0);
      }
    }
    setInt(index.halves, row, row < index.count ? squaredSketch(index, row) >> 1 : NEVER);
    if (index.packed) pack(index, row);
  }
}

/**
 * Makes the sketches of rows from those of all dimensions: their products with the directions of a basis of length 16,384, `width` sketches in
 * groups of four. Item g is the g-th group of four rows. Scratch: four sketches of all dimensions, and 128 bytes.
 */
export function projectSketches(begin: i32, end: i32, scratch: usize, index: Index, basis: usize): void {
  const size = <usize>index.fineWidth << 3;
  const products = scratch + size;
  const half = i32x4.splat(8192);
  for (let g = begin; g < end; g++) {
    for (let r = 0; r < 4; r++) packRow(index.fine + <usize>(4 * g + r) * (size >> 2), scratch, r, size);
    for (let d = 0; d < index.width; d += 8) {
      multiplyBlock(scratch, basis + <usize>(d >> 2) * size, size, products);
      for (let r = 0; r < 4; r++) {
        const at = products + (<usize>r << 5);
        const low = i32x4.shr_s(i32x4.add(v128.load(at), half), 14), high = i32x4.shr_s(i32x4.add(v128.load(at, 16), half), 14);
        v128.store(sketch(index, 4 * g + r) + (<usize>d << 1), i16x8.narrow_i32x4_s(low, high));
      }
    }
    for (let r = 0; r < 4; r++) pack(index, 4 * g + r);
  }
}

/**
 * Sets the last number of projected sketches so that their products have `share` of what the products of the dimensions left out can be at
 * most.
 */
export function addResiduals(begin: i32, end: i32, scratch: usize, index: Index, share: f32): void {
  for (let row = begin; row < end; row++) {
    const last = sketch(index, row) + (<usize>(index.width - 1) << 1);
    store<i16>(last, 0);
    const rest = 2 * int(index.halves, row) - squaredSketch(index, row);
    if (row < index.count && rest > 0) store<i16>(last, <i16>nearest<f32>(Mathf.sqrt(<f32>rest * share)));
    pack(index, row);
  }
}

// @ts-ignore: decorator
@inline
function squaredSketch(index: Index, row: i32): i32 {
  const from = sketch(index, row);
  let s = i32x4.splat(0);
  for (let d: usize = 0; d < <usize>index.width << 1; d += 16) {
    const v = v128.load(from + d);
    s = i32x4.add(s, i32x4.dot_i16x8_s(v, v));
  }
  s = i32x4.add(s, v128.shuffle<i32>(s, s, 2, 3, 0, 1));
  return i32x4.extract_lane(s, 0) + i32x4.extract_lane(s, 1);
}

/** Puts sketches to their places in groups of four. */
export function packSketches(begin: i32, end: i32, scratch: usize, index: Index): void {
  for (let row = begin; row < end; row++) pack(index, row);
}

// @ts-ignore: decorator
@inline
function pack(index: Index, row: i32): void {
  const size = <usize>index.width << 1;
  packRow(sketch(index, row), index.packed + <usize>(row & ~3) * size, row & 3, size << 2);
}

/** Measures the lists of rows again, in single precision, and sorts them. */
export function rankAgain(begin: i32, end: i32, scratch: usize, index: Index): void {
  for (let row = begin; row < end; row++) {
    const ids = index.ids + list(index, row);
    const distances = index.distances + list(index, row);
    memory.copy(scratch, ids, <usize>index.k << 2);
    for (let i = 0; i < index.k; i++) store<f32>(distances + (<usize>i << 2), Infinity);
    for (let i = 0; i < index.k; i++) {
      const other = int(scratch, i);
      if (other < 0) continue;
      insertInto(ids, distances, index.k, row, other, squaredDistance(vector(index, row), vector(index, other), index.stride));
    }
  }
}
