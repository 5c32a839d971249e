import { core } from "./kd-neighbors";
import { finish, reachOf, take } from "./nearest-list";

/*
 * Neighbours and spanning trees of vectors of any dimension by comparing all pairs. A vector takes `stride` bytes of float32, a multiple of
 * 16; what is left over is 0. Distances are taken in double precision.
 */

/**
 * The `k` nearest other vectors of each, nearest first, and its core distance. Items: vectors. Scratch: 12 bytes a neighbour.
 * @param weights number of rows of each vector
 * @param samples the core distance reaches to so many rows besides one of its own
 * @param neighbors gets `k` vectors for each
 * @param lengths gets `k` squared distances for each (float64)
 * @param cores gets squared core distances (float64)
 */
export function nearestVectors(
  begin: i32,
  end: i32,
  scratch: usize,
  vectors: usize,
  stride: usize,
  count: i32,
  k: i32,
  weights: usize,
  samples: i32,
  neighbors: usize,
  lengths: usize,
  cores: usize,
): void {
  const ids = scratch + ((<usize>k) << 3);
  for (let p = begin; p < end; p++) {
    for (let i = 0; i < k; i++) store<f64>(scratch + ((<usize>i) << 3), Infinity);
    const vector = vectors + <usize>p * stride;
    let reach: f64 = Infinity;
    for (let q = 0; q < count; q++) {
      const distance = squaredDistance(vector, vectors + <usize>q * stride, stride);
      if (distance >= reach || q == p) continue;
      take(scratch, ids, k, distance, q);
      reach = reachOf(scratch, k);
    }
    keep(scratch, ids, k, p, weights, samples, neighbors, lengths, cores);
  }
}

/**
 * The same from `k` others of each that are known to be the nearest, in any order: measures them, and core distances with them. Items:
 * vectors. Scratch: 12 bytes a neighbour.
 * @param candidates `k` vectors for each
 */
export function rankVectors(
  begin: i32,
  end: i32,
  scratch: usize,
  vectors: usize,
  stride: usize,
  candidates: usize,
  k: i32,
  weights: usize,
  samples: i32,
  neighbors: usize,
  lengths: usize,
  cores: usize,
): void {
  const ids = scratch + ((<usize>k) << 3);
  for (let p = begin; p < end; p++) {
    for (let i = 0; i < k; i++) store<f64>(scratch + ((<usize>i) << 3), Infinity);
    const vector = vectors + <usize>p * stride;
    const others = candidates + ((<usize>p * <usize>k) << 2);
    for (let i = 0; i < k; i++) {
      const q = load<i32>(others + ((<usize>i) << 2));
      take(scratch, ids, k, squaredDistance(vector, vectors + <usize>q * stride, stride), q);
    }
    keep(scratch, ids, k, p, weights, samples, neighbors, lengths, cores);
  }
}

/** Writes what was found for a vector. */
function keep(
  scratch: usize,
  ids: usize,
  k: i32,
  p: i32,
  weights: usize,
  samples: i32,
  neighbors: usize,
  lengths: usize,
  cores: usize,
): void {
  finish(scratch, ids, k);
  const at = <usize>p * <usize>k;
  memory.copy(lengths + (at << 3), scratch, (<usize>k) << 3);
  memory.copy(neighbors + (at << 2), ids, (<usize>k) << 2);
  store<f64>(cores + ((<usize>p) << 3), core(scratch, ids, k, weights, p, samples));
}

/**
 * A step of Prim's algorithm: offers the edges from the vector that joined last to those that are still outside. Items: vectors.
 * @param sources end of the first edge to each vector so far; -1 for those that have joined
 * @param edgeWeights its squared mutual reachability (float64)
 * @param edgeLengths its squared length (float64)
 */
export function offerEdges(
  begin: i32,
  end: i32,
  _scratch: usize,
  vectors: usize,
  stride: usize,
  last: i32,
  cores: usize,
  sources: usize,
  edgeWeights: usize,
  edgeLengths: usize,
): void {
  const vector = vectors + <usize>last * stride;
  const lastCore = load<f64>(cores + ((<usize>last) << 3));
  for (let p = begin; p < end; p++) {
    const source = sources + ((<usize>p) << 2);
    if (load<i32>(source) < 0) continue;
    const length = squaredDistance(vector, vectors + <usize>p * stride, stride);
    const weight = max(max(length, lastCore), load<f64>(cores + ((<usize>p) << 3)));
    const bestWeight = edgeWeights + ((<usize>p) << 3);
    const bestLength = edgeLengths + ((<usize>p) << 3);
    if (weight > load<f64>(bestWeight)) continue;
    if (weight == load<f64>(bestWeight)) {
      if (length > load<f64>(bestLength)) continue;
      if (length == load<f64>(bestLength) && last > load<i32>(source)) continue;
    }
    store<i32>(source, last);
    store<f64>(bestWeight, weight);
    store<f64>(bestLength, length);
  }
}

/** The vector outside with the first edge: the lightest, the shortest of these, of the lowest number of these. */
export function firstOutside(count: i32, sources: usize, edgeWeights: usize, edgeLengths: usize): i32 {
  let first = -1;
  let weight: f64 = Infinity;
  let length: f64 = Infinity;
  for (let p = 0; p < count; p++) {
    if (load<i32>(sources + ((<usize>p) << 2)) < 0) continue;
    const itsWeight = load<f64>(edgeWeights + ((<usize>p) << 3));
    const itsLength = load<f64>(edgeLengths + ((<usize>p) << 3));
    if (first >= 0 && (itsWeight > weight || (itsWeight == weight && itsLength >= length))) continue;
    first = p;
    weight = itsWeight;
    length = itsLength;
  }
  return first;
}

/** The square of the Euclidean distance of two vectors. */
// @ts-ignore: decorator
@inline
function squaredDistance(a: usize, b: usize, stride: usize): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  for (const end = a + stride; a < end; a += 16, b += 16) {
    const one = f64x2.sub(low(v128.load(a)), low(v128.load(b)));
    const other = f64x2.sub(high(v128.load(a)), high(v128.load(b)));
    even = f64x2.add(even, f64x2.mul(one, one));
    odd = f64x2.add(odd, f64x2.mul(other, other));
  }
  const sum = f64x2.add(even, odd);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Two of four numbers in double precision. */
// @ts-ignore: decorator
@inline
function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
}
