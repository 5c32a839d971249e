import { squaredDistance } from "./vectors";

/*
 * K-means on rows and centroids of `stride` float32 numbers, a multiple of 4. Rows that are equal are one, with a weight.
 *
 * An assignment skips what cannot be nearest (Elkan 2003: "Using the triangle inequality to accelerate k-means"): each row has an upper
 * bound of the distance to its own centroid, and for each group of four centroids a lower bound of the distance to all of them but its own.
 * When centroids move, the bounds give way by as much.
 */

/** The state of an assignment; the host writes these fields in this order. */
@unmanaged
export class Assignment {
  rows: usize;
  stride: i32;
  /** Centroids, a multiple of four of them; those after the last are infinitely far from everything. */
  centroids: usize;
  groups: i32;
  /** Upper bound and centroid of each row. */
  upper: usize;
  labels: usize;
  /** Lower bounds of each row: one for each group, and infinite ones up to a multiple of four. */
  lower: usize;
  /** How far each centroid has moved since the last assignment, and the most of each group. */
  drifts: usize;
  groupDrifts: usize;
}

/** The squared distances of a row to four others, each as `squaredDistance` finds it. */
// @ts-ignore: decorator
@inline
function squaredDistances(x: usize, a: usize, b: usize, c: usize, d: usize, stride: i32): v128 {
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), b0 = f32x4.splat(0), b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0), c1 = f32x4.splat(0), d0 = f32x4.splat(0), d1 = f32x4.splat(0);
  const size = <usize>stride << 2;
  const pairs = size & ~31;
  for (let at: usize = 0; at < pairs; at += 32) {
    let v = v128.load(x + at);
    let e = f32x4.sub(v, v128.load(a + at));
    a0 = f32x4.add(a0, f32x4.mul(e, e));
    e = f32x4.sub(v, v128.load(b + at));
    b0 = f32x4.add(b0, f32x4.mul(e, e));
    e = f32x4.sub(v, v128.load(c + at));
    c0 = f32x4.add(c0, f32x4.mul(e, e));
    e = f32x4.sub(v, v128.load(d + at));
    d0 = f32x4.add(d0, f32x4.mul(e, e));
    v = v128.load(x + at, 16);
    e = f32x4.sub(v, v128.load(a + at, 16));
    a1 = f32x4.add(a1, f32x4.mul(e, e));
    e = f32x4.sub(v, v128.load(b + at, 16));
    b1 = f32x4.add(b1, f32x4.mul(e, e));
    e = f32x4.sub(v, v128.load(c + at, 16));
    c1 = f32x4.add(c1, f32x4.mul(e, e));
    e = f32x4.sub(v, v128.load(d + at, 16));
    d1 = f32x4.add(d1, f32x4.mul(e, e));
  }
  if (pairs < size) {
    const v = v128.load(x + pairs);
    let e = f32x4.sub(v, v128.load(a + pairs));
    a0 = f32x4.add(a0, f32x4.mul(e, e));
    e = f32x4.sub(v, v128.load(b + pairs));
    b0 = f32x4.add(b0, f32x4.mul(e, e));
    e = f32x4.sub(v, v128.load(c + pairs));
    c0 = f32x4.add(c0, f32x4.mul(e, e));
    e = f32x4.sub(v, v128.load(d + pairs));
    d0 = f32x4.add(d0, f32x4.mul(e, e));
  }
  const ab = halfSums(f32x4.add(a0, a1), f32x4.add(b0, b1));
  const cd = halfSums(f32x4.add(c0, c1), f32x4.add(d0, d1));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}

// @ts-ignore: decorator
@inline
function halfSums(a: v128, b: v128): v128 {
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
}

// @ts-ignore: decorator
@inline
function least(v: v128): f32 {
  const pairs = f32x4.min(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return min(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/**
 * What rows would be nearest to if one of some others, the candidates, became a centroid. Items: blocks of `block` rows.
 * @param nearest squared distance of each row to its nearest centroid so far
 * @param candidates rows, a multiple of four of them
 * @param distances gets the squared distances of each row to all candidates
 * @param totals gets for each block and candidate the weighted sum of what `nearest` would be (float64)
 */
export function offerCandidates(
  begin: i32,
  end: i32,
  _scratch: usize,
  rows: usize,
  count: i32,
  stride: i32,
  block: i32,
  weights: usize,
  nearest: usize,
  candidates: usize,
  offered: i32,
  distances: usize,
  totals: usize,
): void {
  const size = <usize>stride << 2;
  for (let item = begin; item < end; item++) {
    const past = min(count, item * block + block);
    for (let first = 0; first < offered; first += 4) {
      const list = candidates + (<usize>first << 2);
      const a = rows + <usize>load<i32>(list) * size;
      const b = rows + <usize>load<i32>(list, 4) * size;
      const c = rows + <usize>load<i32>(list, 8) * size;
      const d = rows + <usize>load<i32>(list, 12) * size;
      let ab = f64x2.splat(0), cd = f64x2.splat(0);
      for (let row = item * block; row < past; row++) {
        const found = squaredDistances(rows + <usize>row * size, a, b, c, d, stride);
        v128.store(distances + ((<usize>row * <usize>offered + <usize>first) << 2), found);
        const left = f32x4.min(found, v128.load32_splat(nearest + (<usize>row << 2)));
        const weight = f64x2.splat(<f64>load<i32>(weights + (<usize>row << 2)));
        ab = f64x2.add(ab, f64x2.mul(weight, f64x2.promote_low_f32x4(left)));
        const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(left, left, 2, 3, 2, 3));
        cd = f64x2.add(cd, f64x2.mul(weight, high));
      }
      const to = totals + ((<usize>item * <usize>offered + <usize>first) << 3);
      v128.store(to, ab);
      v128.store(to, cd, 16);
    }
  }
}

/** Makes one of the candidates a centroid. Items: rows. */
export function takeCandidate(
  begin: i32,
  end: i32,
  _scratch: usize,
  nearest: usize,
  distances: usize,
  offered: i32,
  taken: i32,
): void {
  for (let row = begin; row < end; row++) {
    const at = nearest + (<usize>row << 2);
    store<f32>(at, min(load<f32>(at), load<f32>(distances + ((<usize>row * <usize>offered + <usize>taken) << 2))));
  }
}

/** Gives each row the nearest centroid; its own one among equals. Items: rows. Scratch: 16 bytes. */
export function assignRows(begin: i32, end: i32, scratch: usize, state: Assignment): void {
  for (let row = begin; row < end; row++) assignRow(state, row, scratch);
}

function assignRow(state: Assignment, row: i32, scratch: usize): void {
  const groups = state.groups;
  const own = load<i32>(state.labels + (<usize>row << 2));
  const x = state.rows + <usize>row * (<usize>state.stride << 2);
  const upper = state.upper + (<usize>row << 2);
  const size = ((<usize>groups + 3) & ~3) << 2;
  const lower = state.lower + <usize>row * size;

  let bound = f32x4.splat(Infinity);
  for (let at: usize = 0; at < size; at += 16) {
    const fallen = f32x4.sub(v128.load(lower + at), v128.load(state.groupDrifts + at));
    v128.store(lower + at, fallen);
    bound = f32x4.min(bound, fallen);
  }
  const others = least(bound);
  let nearest = load<f32>(upper) + load<f32>(state.drifts + (<usize>own << 2));
  if (others < nearest) {
    nearest = Mathf.sqrt(squaredDistance(x, centroid(state, own), state.stride));
    if (others < nearest) {
      searchCentroids(state, row, x, lower, own, nearest, scratch);
      return;
    }
  }
  store<f32>(upper, nearest);
}

/** Looks at the groups that may have a centroid nearer than the row's own. */
function searchCentroids(
  state: Assignment,
  row: i32,
  x: usize,
  lower: usize,
  own: i32,
  nearest: f32,
  scratch: usize,
): void {
  const size = <usize>state.stride << 2;
  let best = own;
  for (let group = 0; group < state.groups; group++) {
    const bound = lower + (<usize>group << 2);
    if (load<f32>(bound) >= nearest) continue;
    const a = centroid(state, group << 2);
    const found = f32x4.sqrt(squaredDistances(x, a, a + size, a + 2 * size, a + 3 * size, state.stride));
    const here = best >> 2 === group;
    const all = least(found);
    if (!here && all >= nearest) {
      store<f32>(bound, all);
      continue;
    }
    v128.store(scratch, found);
    let rest: f32 = Infinity;
    for (let lane = 0; lane < 4; lane++) {
      const number = (group << 2) + lane;
      if (number === best) continue;
      const distance = load<f32>(scratch + (<usize>lane << 2));
      if (distance >= nearest) {
        rest = min(rest, distance);
        continue;
      }
      // The one that was best so far is one of the others of its group from now on.
      const before = lower + (<usize>(best >> 2) << 2);
      if (best >> 2 === group) rest = min(rest, nearest);
      else store<f32>(before, min(load<f32>(before), nearest));
      best = number;
      nearest = distance;
    }
    store<f32>(bound, rest);
  }
  store<i32>(state.labels + (<usize>row << 2), best);
  store<f32>(state.upper + (<usize>row << 2), nearest);
}

// @ts-ignore: decorator
@inline
function centroid(state: Assignment, number: i32): usize {
  return state.centroids + <usize>number * (<usize>state.stride << 2);
}

/** Weighted sums (float64) of rows. Items: chunks, of which chunk i has the members `starts[i]` to `starts[i + 1]` - 1. */
export function sumMembers(
  begin: i32,
  end: i32,
  _scratch: usize,
  rows: usize,
  stride: i32,
  weights: usize,
  members: usize,
  starts: usize,
  sums: usize,
): void {
  const size = <usize>stride << 2;
  for (let chunk = begin; chunk < end; chunk++) {
    const sum = sums + <usize>chunk * (size << 1);
    memory.fill(sum, 0, size << 1);
    const past = load<i32>(starts + (<usize>chunk << 2), 4);
    for (let i = load<i32>(starts + (<usize>chunk << 2)); i < past; i++) {
      const row = <usize>load<i32>(members + (<usize>i << 2));
      const weight = f64x2.splat(<f64>load<i32>(weights + (row << 2)));
      const x = rows + row * size;
      for (let at: usize = 0; at < size; at += 16) {
        const v = v128.load(x + at);
        const to = sum + (at << 1);
        const low = f64x2.promote_low_f32x4(v);
        const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
        v128.store(to, f64x2.add(v128.load(to), f64x2.mul(weight, low)));
        v128.store(to, f64x2.add(v128.load(to, 16), f64x2.mul(weight, high)), 16);
      }
    }
  }
}

/**
 * Moves centroids to the means of their members, for a sphere to the directions of these; one without a direction stays. Items: places in
 * `clusters`, the numbers of the centroids.
 * @param firstChunks of each place, and the number of all: the sums of its chunks are added up, in their order
 * @param totals weight of the members (float64), of each place; not used for a sphere
 * @param drifts gets how far each has moved, or a little more, by number
 */
export function moveCentroids(
  begin: i32,
  end: i32,
  _scratch: usize,
  clusters: usize,
  firstChunks: usize,
  sums: usize,
  stride: i32,
  totals: usize,
  sphere: i32,
  centroids: usize,
  drifts: usize,
): void {
  for (let place = begin; place < end; place++) {
    const number = <usize>load<i32>(clusters + (<usize>place << 2));
    const first = load<i32>(firstChunks + (<usize>place << 2));
    const past = load<i32>(firstChunks + (<usize>place << 2), 4);
    const sum = sums + <usize>first * (<usize>stride << 3);
    let square: f64 = 0;
    for (let d = 0; d < stride; d++) {
      const at = sum + (<usize>d << 3);
      let total: f64 = 0;
      for (let chunk = first; chunk < past; chunk++) total += load<f64>(at + <usize>(chunk - first) * (<usize>stride << 3));
      store<f64>(at, total);
      square += total * total;
    }
    const length = sphere ? Math.sqrt(square) : load<f64>(totals + (<usize>place << 3));
    let moved: f64 = 0;
    for (let d = 0; d < stride && length > 0; d++) {
      const to = centroids + number * (<usize>stride << 2) + (<usize>d << 2);
      const value = <f32>(load<f64>(sum + (<usize>d << 3)) / length);
      const step = <f64>value - <f64>load<f32>(to);
      moved += step * step;
      store<f32>(to, value);
    }
    store<f32>(drifts + (number << 2), <f32>(Math.sqrt(moved) * 1.000001));
  }
}

/** The squared distance (float64) of each row to its centroid. Items: rows. */
export function ownDistances(begin: i32, end: i32, _scratch: usize, state: Assignment, out: usize): void {
  const size = <usize>state.stride << 2;
  for (let row = begin; row < end; row++) {
    const x = state.rows + <usize>row * size;
    const c = centroid(state, load<i32>(state.labels + (<usize>row << 2)));
    let low = f64x2.splat(0), high = f64x2.splat(0);
    for (let at: usize = 0; at < size; at += 16) {
      const v = v128.load(x + at), w = v128.load(c + at);
      const e = f64x2.sub(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(w));
      low = f64x2.add(low, f64x2.mul(e, e));
      const f = f64x2.sub(
        f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)),
        f64x2.promote_low_f32x4(v128.shuffle<f32>(w, w, 2, 3, 2, 3)),
      );
      high = f64x2.add(high, f64x2.mul(f, f));
    }
    const both = f64x2.add(low, high);
    store<f64>(out + (<usize>row << 3), f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1));
  }
}
