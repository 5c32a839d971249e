// UMAP's stochastic gradient descent.
import { int } from "./integers";

/** A layout at work; the host writes these fields in this order. */
@unmanaged
export class Layout {
  /** First vertex that is moved; those before it stay where they are. */
  first: i32;
  /** Vertices `first` to `end` - 1 are moved. */
  end: i32;
  /** Negative samples are drawn from vertices 0 to `drawn` - 1. */
  drawn: i32;
  negatives: i32;
  /** Edges of each moved vertex: its first one, targets, samples in an epoch (at most 1). */
  starts: usize;
  targets: usize;
  rates: usize;
  a: f32;
  b: f32;
  seed: i32;
  /** Four lanes of each constant of the formulas, then the 16 orders of lanes that pack those of a mask to the front. */
  constants: usize;
}

// @ts-ignore: decorator
@inline
const PACKING: usize = 256;

/**
 * x to the power of y for x above 0, to three digits: log2 by the exponent and a polynomial of the mantissa, 2^z by a polynomial of what z
 * differs from a whole number. Constants come from memory: to load one takes one instruction, to make one three.
 */
// @ts-ignore: decorator
@inline
function power(x: v128, y: v128, c: usize): v128 {
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), v128.load(c)));
  const mantissa = v128.or(v128.and(x, v128.load(c, 16)), v128.load(c, 32));
  let p = f32x4.add(f32x4.mul(v128.load(c, 48), mantissa), v128.load(c, 64));
  p = f32x4.add(f32x4.mul(p, mantissa), v128.load(c, 80));
  p = f32x4.add(f32x4.mul(p, mantissa), v128.load(c, 96));
  const z = f32x4.mul(y, f32x4.add(p, exponent));
  // Adding 1.5 * 2^23 leaves the nearest whole number in the lowest bits.
  const whole = f32x4.add(z, v128.load(c, 112));
  const rest = f32x4.sub(z, f32x4.sub(whole, v128.load(c, 112)));
  p = f32x4.add(f32x4.mul(v128.load(c, 128), rest), v128.load(c, 144));
  p = f32x4.add(f32x4.mul(p, rest), v128.load(c, 160));
  p = f32x4.add(f32x4.mul(p, rest), v128.load(c, 176));
  return i32x4.add(p, i32x4.shl(whole, 23));
}

/** Within -4 and 4. */
// @ts-ignore: decorator
@inline
function clip(x: v128, c: usize): v128 {
  return f32x4.pmax(v128.load(c, 192), f32x4.pmin(v128.load(c, 208), x));
}

// @ts-ignore: decorator
@inline
function mix(x: u32): u32 {
  x = (x ^ (x >> 16)) * 0x7feb352d;
  x = (x ^ (x >> 15)) * 0x846ca68b;
  return x ^ (x >> 16);
}

/** The targets of the edges of a vertex that are due in this epoch go to `list`; returns how many. */
// @ts-ignore: decorator
@inline
function collect(layout: Layout, vertex: i32, epoch: f32, list: usize): i32 {
  const now = f32x4.splat(epoch);
  const before = f32x4.splat(epoch - 1);
  const packing = layout.constants + PACKING;
  const end = int(layout.starts, vertex - layout.first + 1);
  let to = list;
  for (let e = int(layout.starts, vertex - layout.first); e < end; e += 4) {
    const rates = v128.load(layout.rates + (<usize>e << 2));
    const due = f32x4.gt(f32x4.floor(f32x4.mul(rates, now)), f32x4.floor(f32x4.mul(rates, before)));
    const mask = i32x4.bitmask(due) & (15 >> max(0, e + 4 - end));
    const targets = v128.load(layout.targets + (<usize>e << 2));
    v128.store(to, v128.swizzle(targets, v128.load(packing + (<usize>mask << 4))));
    to += <usize>popcnt(mask) << 2;
  }
  return <i32>((to - list) >> 2);
}

/** The numbers at four places. */
// @ts-ignore: decorator
@inline
function gather(from: usize, i0: i32, i1: i32, i2: i32, i3: i32): v128 {
  let v = v128.load32_zero(from + (<usize>i0 << 2));
  v = v128.load32_lane(from + (<usize>i1 << 2), v, 1);
  v = v128.load32_lane(from + (<usize>i2 << 2), v, 2);
  return v128.load32_lane(from + (<usize>i3 << 2), v, 3);
}

/** Two pairs of coordinates. */
// @ts-ignore: decorator
@inline
function pairs(from: usize, i: i32, j: i32): v128 {
  return v128.load64_lane(from + (<usize>j << 3), v128.load64_zero(from + (<usize>i << 3)), 1);
}

// @ts-ignore: decorator
@inline
function firsts(p: v128, q: v128): v128 {
  return v128.shuffle<f32>(p, q, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function seconds(p: v128, q: v128): v128 {
  return v128.shuffle<f32>(p, q, 1, 3, 5, 7);
}

/**
 * One epoch, 1 to the number of epochs, of groups of four vertices: positions `xy` (pairs) and `z` (0 in the plane) are read, `toXy` and
 * `toZ` written. Each vertex takes one step for each of its edges that is due: towards the other end and away from some random vertices,
 * all of them where they were before the epoch. Scratch: four lists of the most edges of a vertex, `capacity` bytes each.
 */
export function optimise(
  begin: i32,
  end: i32,
  scratch: usize,
  layout: Layout,
  xy: usize,
  z: usize,
  toXy: usize,
  toZ: usize,
  capacity: i32,
  epoch: i32,
  alpha: f32,
): void {
  const l0 = scratch, l1 = l0 + capacity, l2 = l1 + capacity, l3 = l2 + capacity;
  const c = layout.constants;
  const a = f32x4.splat(layout.a);
  const b = f32x4.splat(layout.b);
  const pull = f32x4.splat(-2 * layout.a * layout.b);
  const push = f32x4.splat(2 * layout.b);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const rate = f32x4.splat(alpha);
  const drawn = i32x4.splat(layout.drawn);
  const last = layout.end - 1;
  for (let group = begin; group < end; group++) {
    const v0 = layout.first + group * 4;
    const v1 = min(v0 + 1, last), v2 = min(v0 + 2, last), v3 = min(v0 + 3, last);
    const m0 = collect(layout, v0, <f32>epoch, l0), m1 = collect(layout, v1, <f32>epoch, l1);
    const m2 = collect(layout, v2, <f32>epoch, l2), m3 = collect(layout, v3, <f32>epoch, l3);
    const counts = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(m0), 1, m1), 2, m2), 3, m3);
    const steps = max(max(m0, m1), max(m2, m3));
    const base = mix((<u32>v0 * 0x9e3779b9) ^ mix(<u32>epoch ^ <u32>layout.seed));
    let random = i32x4.splat(mix(base + 1) | 1);
    random = i32x4.replace_lane(random, 1, mix(base + 2) | 1);
    random = i32x4.replace_lane(random, 2, mix(base + 3) | 1);
    random = i32x4.replace_lane(random, 3, mix(base + 4) | 1);
    let p = pairs(xy, v0, v1), q = pairs(xy, v2, v3);
    let x = firsts(p, q), y = seconds(p, q);
    let depth = z ? gather(z, v0, v1, v2, v3) : zero;
    for (let s = 0; s < steps; s++) {
      const active = i32x4.gt_s(counts, i32x4.splat(s));
      const t0 = s < m0 ? int(l0, s) : v0, t1 = s < m1 ? int(l1, s) : v1;
      const t2 = s < m2 ? int(l2, s) : v2, t3 = s < m3 ? int(l3, s) : v3;
      p = pairs(xy, t0, t1);
      q = pairs(xy, t2, t3);
      let dx = f32x4.sub(x, firsts(p, q));
      let dy = f32x4.sub(y, seconds(p, q));
      let dz = zero;
      let square = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
      if (z) {
        dz = f32x4.sub(depth, gather(z, t0, t1, t2, t3));
        square = f32x4.add(square, f32x4.mul(dz, dz));
      }
      square = f32x4.pmax(square, v128.load(c, 224));
      let similarity = power(square, b, c);
      let g = f32x4.div(f32x4.mul(pull, similarity), f32x4.mul(square, f32x4.add(one, f32x4.mul(a, similarity))));
      let mx = clip(f32x4.mul(g, dx), c), my = clip(f32x4.mul(g, dy), c), mz = clip(f32x4.mul(g, dz), c);
      for (let k = layout.negatives; k > 0; k--) {
        random = v128.xor(random, i32x4.shl(random, 13));
        random = v128.xor(random, i32x4.shr_u(random, 17));
        random = v128.xor(random, i32x4.shl(random, 5));
        const low = i64x2.extmul_low_i32x4_u(random, drawn), high = i64x2.extmul_high_i32x4_u(random, drawn);
        const j0 = i32x4.extract_lane(low, 1), j1 = i32x4.extract_lane(low, 3);
        const j2 = i32x4.extract_lane(high, 1), j3 = i32x4.extract_lane(high, 3);
        p = pairs(xy, j0, j1);
        q = pairs(xy, j2, j3);
        dx = f32x4.sub(x, firsts(p, q));
        dy = f32x4.sub(y, seconds(p, q));
        square = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
        if (z) {
          dz = f32x4.sub(depth, gather(z, j0, j1, j2, j3));
          square = f32x4.add(square, f32x4.mul(dz, dz));
        }
        similarity = power(f32x4.pmax(square, v128.load(c, 224)), b, c);
        g = f32x4.div(push, f32x4.mul(f32x4.add(v128.load(c, 240), square), f32x4.add(one, f32x4.mul(a, similarity))));
        mx = f32x4.add(mx, clip(f32x4.mul(g, dx), c));
        my = f32x4.add(my, clip(f32x4.mul(g, dy), c));
        if (z) mz = f32x4.add(mz, clip(f32x4.mul(g, dz), c));
      }
      x = f32x4.add(x, v128.and(active, f32x4.mul(rate, mx)));
      y = f32x4.add(y, v128.and(active, f32x4.mul(rate, my)));
      if (z) depth = f32x4.add(depth, v128.and(active, f32x4.mul(rate, mz)));
    }
    p = v128.shuffle<f32>(x, y, 0, 4, 1, 5);
    q = v128.shuffle<f32>(x, y, 2, 6, 3, 7);
    // Where there are fewer than four, lanes beyond the last stand for it, but only its own may write.
    v128.store64_lane(toXy + (<usize>v0 << 3), p, 0);
    if (v1 > v0) v128.store64_lane(toXy + (<usize>v1 << 3), p, 1);
    if (v2 > v1) v128.store64_lane(toXy + (<usize>v2 << 3), q, 0);
    if (v3 > v2) v128.store64_lane(toXy + (<usize>v3 << 3), q, 1);
    if (z) {
      v128.store32_lane(toZ + (<usize>v0 << 2), depth, 0);
      if (v1 > v0) v128.store32_lane(toZ + (<usize>v1 << 2), depth, 1);
      if (v2 > v1) v128.store32_lane(toZ + (<usize>v2 << 2), depth, 2);
      if (v3 > v2) v128.store32_lane(toZ + (<usize>v3 << 2), depth, 3);
    }
  }
}
