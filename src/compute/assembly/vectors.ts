// Row vectors in single precision: lengths, products. A row takes `stride` numbers, a multiple of 4; those after its dimensions are 0.

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sum(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The square of the Euclidean distance of two rows: the same for (a, b) and (b, a), 0 for equal ones. */
// @ts-ignore: decorator
@inline
export function squaredDistance(a: usize, b: usize, stride: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  const end = a + (<usize>stride << 2);
  const pairs = a + ((<usize>stride >> 3) << 5);
  while (a < pairs) {
    const d0 = f32x4.sub(v128.load(a), v128.load(b));
    const d1 = f32x4.sub(v128.load(a, 16), v128.load(b, 16));
    s0 = f32x4.add(s0, f32x4.mul(d0, d0));
    s1 = f32x4.add(s1, f32x4.mul(d1, d1));
    a += 32;
    b += 32;
  }
  if (a < end) {
    const d = f32x4.sub(v128.load(a), v128.load(b));
    s0 = f32x4.add(s0, f32x4.mul(d, d));
  }
  return sum(f32x4.add(s0, s1));
}

/** The squared length of each row, in double precision; not finite when one of its numbers is not. */
export function squaredLengths(begin: i32, end: i32, scratch: usize, rows: usize, stride: i32, out: usize): void {
  for (let i = begin; i < end; i++) {
    let row = rows + <usize>i * (<usize>stride << 2);
    let s = f64x2.splat(0);
    for (let d = 0; d < stride; d += 4, row += 16) {
      const v = v128.load(row);
      const low = f64x2.promote_low_f32x4(v);
      const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
      s = f64x2.add(s, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
    }
    store<f64>(out + (<usize>i << 3), f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
  }
}

/**
 * Scales each row to length 1, given the squared lengths. Rows of length 0 get a 1 in dimension `zeroAxis`, which no other row uses: so they
 * are equal to each other and at cosine distance 1 from everything else.
 */
export function toUnitLength(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: usize,
  stride: i32,
  squares: usize,
  zeroAxis: i32,
): void {
  for (let i = begin; i < end; i++) {
    const row = rows + <usize>i * (<usize>stride << 2);
    const square = load<f64>(squares + (<usize>i << 3));
    if (square === 0) {
      store<f32>(row + (<usize>zeroAxis << 2), 1);
      continue;
    }
    const length = Math.sqrt(square);
    // 2^64 or 2^-64 first: 1 / length alone may be out of the range of single precision.
    const power: f64 = length < 1e-30 ? 1.8446744073709552e19 : length > 1e30 ? 5.421010862427522e-20 : 1;
    const first = f32x4.splat(<f32>power);
    const scale = f32x4.splat(<f32>(1 / (length * power)));
    for (let d: usize = 0; d < <usize>stride << 2; d += 16)
      v128.store(row + d, f32x4.mul(f32x4.mul(v128.load(row + d), first), scale));
  }
}

/**
 * Dot products of rows of `a` with all `others` rows of `b`, which have the same stride: `out` has `others` numbers for each row of `a`.
 * Two rows of `a` and four of `b` at a time: eight sums share six loads.
 */
export function products(
  begin: i32,
  end: i32,
  scratch: usize,
  a: usize,
  b: usize,
  stride: i32,
  others: i32,
  out: usize,
): void {
  const size = <usize>stride << 2;
  for (let i = begin; i < end; i += 2) {
    const i1 = min(i + 1, end - 1);
    const x0 = a + <usize>i * size;
    const x1 = a + <usize>i1 * size;
    const out0 = out + ((<usize>i * <usize>others) << 2);
    const out1 = out + ((<usize>i1 * <usize>others) << 2);
    for (let j = 0; j < others; j += 4) {
      const j1 = min(j + 1, others - 1);
      const j2 = min(j + 2, others - 1);
      const j3 = min(j + 3, others - 1);
      const y0 = b + <usize>j * size;
      const y1 = b + <usize>j1 * size;
      const y2 = b + <usize>j2 * size;
      const y3 = b + <usize>j3 * size;
      let s00 = f32x4.splat(0), s01 = f32x4.splat(0), s02 = f32x4.splat(0), s03 = f32x4.splat(0);
      let s10 = f32x4.splat(0), s11 = f32x4.splat(0), s12 = f32x4.splat(0), s13 = f32x4.splat(0);
      for (let d: usize = 0; d < size; d += 16) {
        const u0 = v128.load(x0 + d);
        const u1 = v128.load(x1 + d);
        let v = v128.load(y0 + d);
        s00 = f32x4.add(s00, f32x4.mul(u0, v));
        s10 = f32x4.add(s10, f32x4.mul(u1, v));
        v = v128.load(y1 + d);
        s01 = f32x4.add(s01, f32x4.mul(u0, v));
        s11 = f32x4.add(s11, f32x4.mul(u1, v));
        v = v128.load(y2 + d);
        s02 = f32x4.add(s02, f32x4.mul(u0, v));
        s12 = f32x4.add(s12, f32x4.mul(u1, v));
        v = v128.load(y3 + d);
        s03 = f32x4.add(s03, f32x4.mul(u0, v));
        s13 = f32x4.add(s13, f32x4.mul(u1, v));
      }
      // Where fewer than four are left, the last is written again.
      store<f32>(out0 + (<usize>j << 2), sum(s00));
      store<f32>(out0 + (<usize>j1 << 2), sum(s01));
      store<f32>(out0 + (<usize>j2 << 2), sum(s02));
      store<f32>(out0 + (<usize>j3 << 2), sum(s03));
      store<f32>(out1 + (<usize>j << 2), sum(s10));
      store<f32>(out1 + (<usize>j1 << 2), sum(s11));
      store<f32>(out1 + (<usize>j2 << 2), sum(s12));
      store<f32>(out1 + (<usize>j3 << 2), sum(s13));
    }
  }
}

/** 32 bits of each row that equal rows share. */
export function hashRows(begin: i32, end: i32, scratch: usize, rows: usize, stride: i32, out: usize): void {
  for (let i = begin; i < end; i++) {
    let row = rows + <usize>i * (<usize>stride << 2);
    let hash = i32x4.splat(0x2545f491);
    for (let d = 0; d < stride; d += 4, row += 16) {
      hash = i32x4.mul(v128.xor(hash, v128.load(row)), i32x4.splat(0x01000193));
      hash = v128.xor(hash, i32x4.shr_u(hash, 15));
    }
    let word = i32x4.extract_lane(hash, 0);
    word = (word ^ i32x4.extract_lane(hash, 1)) * 0x85ebca6b;
    word = (word ^ i32x4.extract_lane(hash, 2)) * 0xc2b2ae35;
    word = (word ^ i32x4.extract_lane(hash, 3)) * 0x27d4eb2f;
    store<i32>(out + (<usize>i << 2), word ^ (word >> 15));
  }
}

/**
 * Makes rows orthonormal in their order (Gram-Schmidt, twice for accuracy); a row that depends on those before it becomes zero. One call does
 * all.
 */
export function orthonormalise(begin: i32, end: i32, scratch: usize, rows: usize, count: i32, stride: i32): void {
  const size = <usize>stride << 2;
  for (let i = 0; i < count; i++) {
    const row = rows + <usize>i * size;
    const before = product(row, row, size);
    for (let round = 0; round < 2; round++) {
      for (let j = 0; j < i; j++) {
        const other = rows + <usize>j * size;
        const share = f32x4.splat(product(row, other, size));
        for (let d: usize = 0; d < size; d += 16)
          v128.store(row + d, f32x4.sub(v128.load(row + d), f32x4.mul(share, v128.load(other + d))));
      }
    }
    const square = product(row, row, size);
    const scale = f32x4.splat(square > before * 1e-10 ? <f32>1 / Mathf.sqrt(square) : 0);
    for (let d: usize = 0; d < size; d += 16) v128.store(row + d, f32x4.mul(v128.load(row + d), scale));
  }
}

// @ts-ignore: decorator
@inline
function product(a: usize, b: usize, size: usize): f32 {
  let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
  let d: usize = 0;
  for (; d + 32 <= size; d += 32) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(a + d), v128.load(b + d)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(a + d, 16), v128.load(b + d, 16)));
  }
  if (d < size) s0 = f32x4.add(s0, f32x4.mul(v128.load(a + d), v128.load(b + d)));
  return sum(f32x4.add(s0, s1));
}
