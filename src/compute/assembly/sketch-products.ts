// Products of sketches: four rows with eight at a time.

/**
 * The products of four rows with eight: groups of four rows lie side by side, two numbers of each in turn, and take `size` bytes, a multiple
 * of 32. Row i's products with the first group are at `out` + 32 i, with the second 16 bytes further. All loads are at fixed distances from
 * three addresses: more of them would cost more than the products.
 */
// @ts-ignore: decorator
@inline
export function multiplyBlock(rows: usize, groups: usize, size: usize, out: usize): void {
  let x = rows;
  let u = groups;
  let v = groups + size;
  let p: v128, r: v128, q: v128;
  let s00 = i32x4.splat(0), s01 = i32x4.splat(0), s10 = i32x4.splat(0), s11 = i32x4.splat(0);
  let s20 = i32x4.splat(0), s21 = i32x4.splat(0), s30 = i32x4.splat(0), s31 = i32x4.splat(0);
  for (const end = rows + size; x < end; x += 32, u += 32, v += 32) {
    p = v128.load(u, 0);
    r = v128.load(v, 0);
    q = v128.load32_splat(x, 0);
    s00 = i32x4.add(s00, i32x4.dot_i16x8_s(q, p));
    s01 = i32x4.add(s01, i32x4.dot_i16x8_s(q, r));
    q = v128.load32_splat(x, 4);
    s10 = i32x4.add(s10, i32x4.dot_i16x8_s(q, p));
    s11 = i32x4.add(s11, i32x4.dot_i16x8_s(q, r));
    q = v128.load32_splat(x, 8);
    s20 = i32x4.add(s20, i32x4.dot_i16x8_s(q, p));
    s21 = i32x4.add(s21, i32x4.dot_i16x8_s(q, r));
    q = v128.load32_splat(x, 12);
    s30 = i32x4.add(s30, i32x4.dot_i16x8_s(q, p));
    s31 = i32x4.add(s31, i32x4.dot_i16x8_s(q, r));
    p = v128.load(u, 16);
    r = v128.load(v, 16);
    q = v128.load32_splat(x, 16);
    s00 = i32x4.add(s00, i32x4.dot_i16x8_s(q, p));
    s01 = i32x4.add(s01, i32x4.dot_i16x8_s(q, r));
    q = v128.load32_splat(x, 20);
    s10 = i32x4.add(s10, i32x4.dot_i16x8_s(q, p));
    s11 = i32x4.add(s11, i32x4.dot_i16x8_s(q, r));
    q = v128.load32_splat(x, 24);
    s20 = i32x4.add(s20, i32x4.dot_i16x8_s(q, p));
    s21 = i32x4.add(s21, i32x4.dot_i16x8_s(q, r));
    q = v128.load32_splat(x, 28);
    s30 = i32x4.add(s30, i32x4.dot_i16x8_s(q, p));
    s31 = i32x4.add(s31, i32x4.dot_i16x8_s(q, r));
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  v128.store(out, s10, 32);
  v128.store(out, s11, 48);
  v128.store(out, s20, 64);
  v128.store(out, s21, 80);
  v128.store(out, s30, 96);
  v128.store(out, s31, 112);
}

/** Puts a sketch into place 0 to 3 of a group; `size` as above. */
// @ts-ignore: decorator
@inline
export function packRow(from: usize, group: usize, place: i32, size: usize): void {
  const past = from + (size >> 2);
  for (let to = group + (<usize>place << 2); from < past; from += 16, to += 64) {
    const v = v128.load(from);
    v128.store32_lane(to, v, 0);
    v128.store32_lane(to, v, 1, 16);
    v128.store32_lane(to, v, 2, 32);
    v128.store32_lane(to, v, 3, 48);
  }
}

/**
 * Which of eight rows one row should be measured against, one bit each: its products with them say that they may be near enough to it, or it
 * to them. `halves` and `thresholds` are those of the eight.
 */
// @ts-ignore: decorator
@inline
export function nearEnough(products: usize, half: i32, threshold: i32, halves: usize, thresholds: usize): i32 {
  const s0 = v128.load(products), s1 = v128.load(products, 16);
  const ownHalf = i32x4.splat(half), own = i32x4.splat(threshold);
  const h0 = v128.load(halves), h1 = v128.load(halves, 16);
  const t0 = v128.load(thresholds), t1 = v128.load(thresholds, 16);
  const g0 = v128.or(i32x4.gt_s(i32x4.sub(s0, h0), own), i32x4.gt_s(i32x4.sub(s0, ownHalf), t0));
  const g1 = v128.or(i32x4.gt_s(i32x4.sub(s1, h1), own), i32x4.gt_s(i32x4.sub(s1, ownHalf), t1));
  return i32x4.bitmask(g0) | (i32x4.bitmask(g1) << 4);
}
