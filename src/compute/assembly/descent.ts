// Neighbour descent: lists of candidates are compared with each other; what is near goes into the lists of nearest rows.
import { int, setInt } from "./integers";
import { insert, Index, list, measure, NEVER, setThreshold, sketch, tie, worst } from "./search-index";
import { multiplyBlock, nearEnough, packRow } from "./sketch-products";

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
      if (!fresh) continue;
      const known = int(groups.knownCounts, row);
      compareLists(index, groups.fresh + at, fresh, groups.known + at, known, true, region, capacity, scratch);
    }
  }
}

/**
 * Compares `count` rows with others and, if `each`, with each other. Pairs that are nearer than the last in the list of one of them go to the
 * region, three words each after their number, as long as there is room. Scratch: 224 bytes, the sketches of the rows, side by side, and of
 * eight others, and three words for each of the rows.
 */
export function compareLists(
  index: Index,
  rows: usize,
  count: i32,
  others: usize,
  otherCount: i32,
  each: bool,
  region: usize,
  capacity: i32,
  scratch: usize,
): void {
  const size = <usize>index.width << 3;
  const padded = (count + 7) & ~7;
  const block = scratch + 128;
  const own = block + 96;
  const ids = own;
  const halves = ids + (<usize>padded << 2);
  const needed = halves + (<usize>padded << 2);
  const packed = needed + (<usize>padded << 2);
  const packedBlock = packed + <usize>(padded >> 2) * size;
  for (let i = 0; i < padded; i += 8) {
    const at = <usize>i << 2;
    takeEight(index, rows + at, count - i, ids + at, halves + at, needed + at, packed + <usize>(i >> 2) * size, size);
  }
  if (each) {
    for (let j = 0; j < count; j += 8) {
      const at = <usize>j << 2;
      compareEight(index, ids, halves, needed, packed, min(count, j + 8), j, ids + at, halves + at, needed + at, packed + <usize>(j >> 2) * size, size, region, capacity, scratch);
    }
  }
  for (let j = 0; j < otherCount; j += 8) {
    takeEight(index, others + (<usize>j << 2), otherCount - j, block, block + 32, block + 64, packedBlock, size);
    compareEight(index, ids, halves, needed, packed, count, -1, block, block + 32, block + 64, packedBlock, size, region, capacity, scratch);
  }
}

/** Ids, halves, thresholds and sketches of up to eight rows. */
// @ts-ignore: decorator
@inline
function takeEight(index: Index, rows: usize, count: i32, ids: usize, halves: usize, needed: usize, packed: usize, size: usize): void {
  for (let i = 0; i < 8; i++) {
    const row = i < count ? int(rows, i) : -1;
    setInt(ids, i, row);
    setInt(halves, i, row < 0 ? NEVER : int(index.halves, row));
    setInt(needed, i, row < 0 ? NEVER : int(index.thresholds, row));
    if (row >= 0) packRow(sketch(index, row), packed + (i < 4 ? 0 : size), i & 3, size);
  }
}

/** Compares rows 0 to `count` - 1 with eight; `first` is the place of the eight among them, or -1. */
// @ts-ignore: decorator
@inline
function compareEight(
  index: Index,
  ids: usize,
  halves: usize,
  needed: usize,
  packed: usize,
  count: i32,
  first: i32,
  eight: usize,
  eightHalves: usize,
  eightNeeded: usize,
  eightPacked: usize,
  size: usize,
  region: usize,
  capacity: i32,
  products: usize,
): void {
  for (let i = 0; i < count; i += 4) {
    multiplyBlock(packed + <usize>(i >> 2) * size, eightPacked, size, products);
    const past = min(count, i + 4);
    for (let own = i; own < past; own++) {
      const at = products + (<usize>(own - i) << 5);
      let mask = nearEnough(at, int(halves, own), int(needed, own), eightHalves, eightNeeded);
      // Rows of one list meet once, in its order.
      if (first >= 0 && own >= first) mask &= -2 << (own - first);
      if (mask) recordPairs(index, int(ids, own), eight, mask, region, capacity);
    }
  }
}

function recordPairs(index: Index, row: i32, others: usize, mask: i32, region: usize, capacity: i32): void {
  const own = worst(index, row);
  for (; mask; mask &= mask - 1) {
    const other = int(others, ctz(mask));
    if (other < 0 || other === row) continue;
    const distance = measure(index, row, other);
    if (distance >= own && distance >= worst(index, other)) continue;
    // A pair is always offered to both.
    if (isListed(index, row, other) || isListed(index, other, row)) continue;
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
