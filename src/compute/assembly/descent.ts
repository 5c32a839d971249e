// Neighbour descent: lists of candidates are compared with each other; what is near goes into the lists of nearest rows.
import { int, setInt } from "./integers";
import { insert, Index, list, measure, NEVER, setThreshold, sketch, tie, worst } from "./search-index";
import { multiplyBlock, nearEnough } from "./sketch-products";

/** Lists of rows that are compared with each other, `size` at most each: the first `fresh` with all, the others with those only. */
@unmanaged
export class Groups {
  size: i32;
  /** Rows of each list, and how many there are; those before `fresh` are new to each other. */
  fresh: usize;
  freshCounts: usize;
  known: usize;
  knownCounts: usize;
}

/**
 * The candidates of every row for neighbour descent: the rows in its list and the rows in whose lists it is, those that are new since the
 * last round and the others apart, `size` at random of each. One call does all.
 */
export function gatherCandidates(begin: i32, end: i32, scratch: usize, index: Index, groups: Groups, round: i32): void {
  const count = index.count;
  const k = index.k;
  memory.fill(groups.freshCounts, 0, <usize>count << 2);
  memory.fill(groups.knownCounts, 0, <usize>count << 2);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < k; i++) {
      const at = <usize>row * <usize>k + <usize>i;
      const other = load<i32>(index.ids + (at << 2));
      if (other < 0) continue;
      const isNew = load<u8>(index.flags + at) !== 0;
      const lists = isNew ? groups.fresh : groups.known;
      const counts = isNew ? groups.freshCounts : groups.knownCounts;
      const random = tie(tie(row, other), round);
      sample(lists, counts, groups.size, row, other, random);
      // Rows that have each other in their lists would meet twice.
      if (!isListed(index, other, row)) sample(lists, counts, groups.size, other, row, random * 0x9e3779b1);
    }
  }
  for (let row = 0; row < count; row++) {
    const list = groups.fresh + ((<usize>row * <usize>groups.size) << 2);
    const length = min(groups.size, int(groups.freshCounts, row));
    setInt(groups.freshCounts, row, length);
    setInt(groups.knownCounts, row, min(groups.size, int(groups.knownCounts, row)));
    for (let i = 0; i < k; i++) {
      const at = <usize>row * <usize>k + <usize>i;
      if (!load<u8>(index.flags + at)) continue;
      const other = load<i32>(index.ids + (at << 2));
      for (let j = 0; j < length; j++) if (int(list, j) === other) store<u8>(index.flags + at, 0);
    }
  }
}

// @ts-ignore: decorator
@inline
function isListed(index: Index, row: i32, id: i32): bool {
  const ids = index.ids + list(index, row);
  const wanted = i32x4.splat(id);
  let found = i32x4.splat(0);
  const past = ids + ((<usize>index.k) << 2);
  let at = ids;
  for (; at + 16 <= past; at += 16) found = v128.or(found, i32x4.eq(v128.load(at), wanted));
  for (; at < past; at += 4) if (load<i32>(at) === id) return true;
  return v128.any_true(found);
}

/** Reservoir sampling: each of those offered to a list is in it with the same probability. */
// @ts-ignore: decorator
@inline
function sample(lists: usize, counts: usize, size: i32, row: i32, id: i32, random: u32): void {
  const seen = int(counts, row);
  setInt(counts, row, seen + 1);
  const place = seen < size ? seen : <i32>(((<u64>random) * (<u64>(seen + 1))) >> 32);
  if (place < size) setInt(lists + ((<usize>row * <usize>size) << 2), place, id);
}

/** Leaves of a tree as groups without known rows: item l is the l-th leaf of `bounds`. */
export function joinLeaves(
  begin: i32,
  end: i32,
  scratch: usize,
  index: Index,
  order: usize,
  bounds: usize,
  updates: usize,
  capacity: i32,
): void {
  for (let l = begin; l < end; l++) {
    const first = int(bounds, l);
    const list = order + (<usize>first << 2);
    const region = updates + <usize>l * (<usize>capacity * 12 + 16);
    store<i32>(region, 0);
    join(index, list, int(bounds, l + 1) - first, list, 0, region, capacity, scratch);
  }
}

/** The groups of rows from `first` on: item b is the b-th block of `block` rows. */
export function joinCandidates(
  begin: i32,
  end: i32,
  scratch: usize,
  index: Index,
  groups: Groups,
  first: i32,
  block: i32,
  updates: usize,
  capacity: i32,
): void {
  for (let b = begin; b < end; b++) {
    const region = updates + <usize>b * (<usize>capacity * 12 + 16);
    store<i32>(region, 0);
    const start = first + b * block;
    const past = min(index.count, start + block);
    for (let row = start; row < past; row++) {
      const at = (<usize>row * <usize>groups.size) << 2;
      const fresh = int(groups.freshCounts, row);
      if (fresh) join(index, groups.fresh + at, fresh, groups.known + at, int(groups.knownCounts, row), region, capacity, scratch);
    }
  }
}

/**
 * Compares `fresh` rows with each other and with `known` ones. Pairs that are nearer than the last in the list of one of them go to the
 * region, three words each after their number, as long as there is room. Scratch: 128 bytes, then the sketches of all, side by
 * side, with their halves and thresholds.
 */
function join(
  index: Index,
  freshRows: usize,
  fresh: i32,
  knownRows: usize,
  known: i32,
  region: usize,
  capacity: i32,
  scratch: usize,
): void {
  const size = <usize>index.width << 1;
  const total = fresh + known;
  const padded = (total + 7) & ~7;
  const ids = scratch;
  const halves = ids + (<usize>padded << 2);
  const needed = halves + (<usize>padded << 2);
  const products = needed + (<usize>padded << 2);
  const packed = products + 128;
  for (let i = 0; i < padded; i++) {
    const row = i < fresh ? int(freshRows, i) : i < total ? int(knownRows, i - fresh) : -1;
    setInt(ids, i, row);
    setInt(halves, i, row < 0 ? NEVER : int(index.halves, row));
    setInt(needed, i, row < 0 ? NEVER : int(index.thresholds, row));
    if (row < 0) continue;
    const from = sketch(index, row);
    const to = packed + <usize>(i & ~3) * size + (<usize>(i & 3) << 2);
    for (let d: usize = 0; d < size; d += 4) store<i32>(to + (d << 2), load<i32>(from + d));
  }
  for (let i = 0; i < fresh; i += 4) {
    for (let j = i & ~7; j < total; j += 8) {
      multiplyBlock(packed + <usize>i * size, packed + <usize>j * size, size << 2, products);
      const past = min(fresh, i + 4);
      for (let own = i; own < past; own++) {
        const at = products + (<usize>(own - i) << 5);
        const mask = nearEnough(at, int(halves, own), int(needed, own), halves + (<usize>j << 2), needed + (<usize>j << 2));
        if (mask) recordPairs(index, own, j, mask, ids, region, capacity);
      }
    }
  }
}

function recordPairs(index: Index, i: i32, j: i32, mask: i32, ids: usize, region: usize, capacity: i32): void {
  const row = int(ids, i);
  const own = worst(index, row);
  for (; mask; mask &= mask - 1) {
    const at = j + ctz(mask);
    const other = int(ids, at);
    // Fresh rows meet once, with the smaller number first.
    if (other < 0 || other === row || at <= i) continue;
    // A pair is always offered to both.
    if (isListed(index, row, other) || isListed(index, other, row)) continue;
    const distance = measure(index, row, other);
    if (distance >= own && distance >= worst(index, other)) continue;
    const written = load<i32>(region);
    if (written === capacity) return;
    store<i32>(region, written + 1);
    const to = region + 16 + <usize>written * 12;
    store<i32>(to, row);
    store<i32>(to, other, 4);
    store<f32>(to, distance, 8);
  }
}

/** Puts the pairs of all regions into the lists of rows: item c is the c-th of `chunks` ranges of rows. `changes` gets their numbers. */
export function applyUpdates(
  begin: i32,
  end: i32,
  scratch: usize,
  index: Index,
  updates: usize,
  regions: i32,
  capacity: i32,
  chunks: i32,
  changes: usize,
): void {
  for (let c = begin; c < end; c++) {
    const first = <i32>((<i64>index.count * <i64>c) / <i64>chunks);
    const past = <i32>((<i64>index.count * <i64>(c + 1)) / <i64>chunks);
    const range = <u32>(past - first);
    let changed = 0;
    for (let r = 0; r < regions; r++) {
      const region = updates + <usize>r * (<usize>capacity * 12 + 16);
      const written = load<i32>(region);
      for (let i = 0; i < written; i++) {
        const at = region + 16 + <usize>i * 12;
        const row = load<i32>(at), other = load<i32>(at, 4);
        const distance = load<f32>(at, 8);
        if (<u32>(row - first) < range && distance <= worst(index, row) && insert(index, row, other, distance)) changed++;
        if (<u32>(other - first) < range && distance <= worst(index, other) && insert(index, other, row, distance)) changed++;
      }
    }
    for (let row = first; row < past; row++) setThreshold(index, row);
    setInt(changes, c, changed);
  }
}
