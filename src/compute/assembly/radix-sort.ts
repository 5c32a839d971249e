/*
 * A stable radix sort (least significant digit first) of records of 64 bits by their upper half; the lower half is what they stand for.
 * Records are counted and moved in chunks, each of which has its own places for each digit, so that chunks can be moved at the same time.
 */

/** Bits of a digit. */
const DIGIT_BITS: u32 = 11;
const DIGITS: i32 = 1 << DIGIT_BITS;

/**
 * Makes records of the numbers in `order` and their keys. Items: records.
 * @param keys the first key; further ones are `keyBytes` apart
 * @param float whether keys are float32, which are not negative zero or NaN, or plain words of 32 bits
 */
export function gatherKeys(
  begin: i32,
  end: i32,
  _scratch: usize,
  order: usize,
  keys: usize,
  keyBytes: usize,
  float: i32,
  records: usize,
): void {
  for (let i = begin; i < end; i++) {
    const number = load<u32>(order + ((<usize>i) << 2));
    let key = load<u32>(keys + <usize>number * keyBytes);
    // Bits of floating-point numbers are in order as sign and magnitude.
    if (float) key = (key & 0x80000000) != 0 ? ~key : key | 0x80000000;
    store<u64>(records + ((<usize>i) << 3), ((<u64>key) << 32) | (<u64>number));
  }
}

/** Counts the digits of each chunk. Items: chunks. @param counts chunks · 2048 numbers */
export function countDigits(
  begin: i32,
  end: i32,
  _scratch: usize,
  records: usize,
  count: i32,
  chunk: i32,
  shift: u32,
  counts: usize,
): void {
  for (let c = begin; c < end; c++) {
    const mine = counts + ((<usize>c * DIGITS) << 2);
    memory.fill(mine, 0, DIGITS << 2);
    const last = min(count, (c + 1) * chunk);
    for (let i = c * chunk; i < last; i++) {
      const place = mine + (digit(load<u64>(records + ((<usize>i) << 3)), shift) << 2);
      store<i32>(place, load<i32>(place) + 1);
    }
  }
}

/** Turns counts into the first place of each digit of each chunk. Returns whether all records have the same digit: they stay as they are. */
export function placeDigits(counts: usize, chunks: i32, count: i32): i32 {
  let next = 0;
  for (let d = 0; d < DIGITS; d++) {
    const before = next;
    for (let c = 0; c < chunks; c++) {
      const place = counts + ((<usize>c * DIGITS + d) << 2);
      const size = load<i32>(place);
      store<i32>(place, next);
      next += size;
    }
    if (next - before == count) return 1;
  }
  return 0;
}

/** Moves each chunk's records to their places. Items: chunks. */
export function moveRecords(
  begin: i32,
  end: i32,
  _scratch: usize,
  records: usize,
  count: i32,
  chunk: i32,
  shift: u32,
  counts: usize,
  into: usize,
): void {
  for (let c = begin; c < end; c++) {
    const mine = counts + ((<usize>c * DIGITS) << 2);
    const last = min(count, (c + 1) * chunk);
    for (let i = c * chunk; i < last; i++) {
      const record = load<u64>(records + ((<usize>i) << 3));
      const place = mine + (digit(record, shift) << 2);
      const at = load<i32>(place);
      store<i32>(place, at + 1);
      store<u64>(into + ((<usize>at) << 3), record);
    }
  }
}

/** What the records stand for, in their order. Items: records. */
export function numbersOfRecords(begin: i32, end: i32, _scratch: usize, records: usize, order: usize): void {
  for (let i = begin; i < end; i++) store<u32>(order + ((<usize>i) << 2), load<u32>(records + ((<usize>i) << 3)));
}

// @ts-ignore: decorator
@inline
function digit(record: u64, shift: u32): usize {
  return <usize>((record >> shift) & (DIGITS - 1));
}
