// Products of a sparse symmetric matrix with four vectors at once.

/**
 * One step of a Chebyshev polynomial of A on vertices `begin` to `end`: `out` = factor * (A x - centre * x) - `minus` (0: nothing). `x`,
 * `minus` and `out` have four numbers a vertex.
 */
export function chebyshevStep(
  begin: i32,
  end: i32,
  scratch: usize,
  starts: usize,
  targets: usize,
  weights: usize,
  x: usize,
  minus: usize,
  out: usize,
  centre: f32,
  factor: f32,
): void {
  for (let v = begin; v < end; v++) {
    const at = <usize>v << 4;
    let sum = f32x4.mul(v128.load(x + at), f32x4.splat(-centre));
    const last = load<i32>(starts + (<usize>v << 2), 4);
    for (let e = load<i32>(starts + (<usize>v << 2)); e < last; e++) {
      const other = <usize>load<i32>(targets + (<usize>e << 2)) << 4;
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights + (<usize>e << 2)), v128.load(x + other)));
    }
    sum = f32x4.mul(sum, f32x4.splat(factor));
    if (minus) sum = f32x4.sub(sum, v128.load(minus + at));
    v128.store(out + at, sum);
  }
}

const ROUNDS = 64;
const TOLERANCE: f32 = 1e-5;
const SMALLEST_SCALE: f32 = 1e-3;

/** e to the power of four numbers from -87 to 0, to seven digits; 0 below. */
// @ts-ignore: decorator
@inline
function exp(x: v128): v128 {
  const z = f32x4.mul(f32x4.max(x, f32x4.splat(-87)), f32x4.splat(1.4426950408889634));
  const whole = f32x4.nearest(z);
  const rest = f32x4.sub(z, whole);
  let p = f32x4.splat(0.0013409991515800357);
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(0.009676036424934864));
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(0.05550297349691391));
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(0.2402210682630539));
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(0.6931472420692444));
  p = f32x4.add(f32x4.mul(p, rest), f32x4.splat(1));
  const power = i32x4.shl(i32x4.trunc_sat_f32x4_s(whole), 23);
  return v128.and(i32x4.add(p, power), f32x4.gt(x, f32x4.splat(-87)));
}

/**
 * The weights of each row's `k` neighbours: exp(-(distance - nearest) / scale), with the scale at which they add up to `target`, found by
 * bisection, and at least a thousandth of the mean distance, of the row or, where its neighbours are all at distance 0, of all. Scratch: k + 4
 * numbers.
 */
export function memberships(
  begin: i32,
  end: i32,
  scratch: usize,
  distances: usize,
  k: i32,
  target: f32,
  mean: f32,
  fromNearest: i32,
  weights: usize,
): void {
  const padded = (k + 3) & ~3;
  for (let row = begin; row < end; row++) {
    const from = distances + ((<usize>row * <usize>k) << 2);
    const to = weights + ((<usize>row * <usize>k) << 2);
    let nearest: f32 = 0;
    let total: f32 = 0;
    for (let i = k - 1; i >= 0; i--) {
      const distance = load<f32>(from + (<usize>i << 2));
      total += distance;
      if (fromNearest && distance > 0) nearest = distance;
    }
    for (let i = 0; i < padded; i++) {
      // What is beyond the last neighbour weighs nothing.
      const excess: f32 = i < k ? max<f32>(0, load<f32>(from + (<usize>i << 2)) - nearest) : Infinity;
      store<f32>(scratch + (<usize>i << 2), excess);
    }
    let low: f32 = 0;
    let high: f32 = Infinity;
    let scale: f32 = 1;
    for (let round = 0; round < ROUNDS; round++) {
      const factor = f32x4.splat(-1 / scale);
      let sums = f32x4.splat(0);
      for (let i = 0; i < padded; i += 4)
        sums = f32x4.add(sums, exp(f32x4.mul(factor, v128.load(scratch + (<usize>i << 2)))));
      sums = f32x4.add(sums, v128.shuffle<f32>(sums, sums, 2, 3, 0, 1));
      const reached = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1);
      if (Mathf.abs(reached - target) < TOLERANCE) break;
      if (reached > target) high = scale;
      else low = scale;
      scale = high === Infinity ? scale * 2 : (low + high) / 2;
      if (scale === Infinity) break;
    }
    scale = max(scale, SMALLEST_SCALE * (nearest > 0 ? total / <f32>(k + 1) : mean));
    for (let i = 0; i < k; i++) {
      const excess = load<f32>(scratch + (<usize>i << 2));
      const weight: f32 = excess > 0 ? f32x4.extract_lane(exp(f32x4.splat(-excess / scale)), 0) : 1;
      store<f32>(to + (<usize>i << 2), weight);
    }
  }
}
