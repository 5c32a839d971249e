// Products of sketches: four rows with eight at a time.

/**
 * The products of four rows, which have `size` bytes each, with eight that lie side by side (two groups of four): row i's with the first four
 * at `out` + 32 i, with the others 16 bytes further.
 */
// @ts-ignore: decorator
@inline
export function multiplyBlock(x: usize, y: usize, z: usize, w: usize, group: usize, size: usize, out: usize): void {
  let u = group;
  let v = u + (size << 2);
  let s00 = i32x4.splat(0), s01 = i32x4.splat(0), s10 = i32x4.splat(0), s11 = i32x4.splat(0);
  let s20 = i32x4.splat(0), s21 = i32x4.splat(0), s30 = i32x4.splat(0), s31 = i32x4.splat(0);
  for (let d: usize = 0; d < size; d += 4) {
    const p = v128.load(u);
    const r = v128.load(v);
    u += 16;
    v += 16;
    let q = v128.load32_splat(x + d);
    s00 = i32x4.add(s00, i32x4.dot_i16x8_s(q, p));
    s01 = i32x4.add(s01, i32x4.dot_i16x8_s(q, r));
    q = v128.load32_splat(y + d);
    s10 = i32x4.add(s10, i32x4.dot_i16x8_s(q, p));
    s11 = i32x4.add(s11, i32x4.dot_i16x8_s(q, r));
    q = v128.load32_splat(z + d);
    s20 = i32x4.add(s20, i32x4.dot_i16x8_s(q, p));
    s21 = i32x4.add(s21, i32x4.dot_i16x8_s(q, r));
    q = v128.load32_splat(w + d);
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
