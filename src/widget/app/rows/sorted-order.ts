/** Bits of a digit: three digits are a key. */
const BITS = 11;
const BUCKETS = 1 << BITS;

/**
 * Places of keys in ascending order, equal ones in the order given, NaN last. A radix sort: a comparing one takes most of a second for a million keys.
 * The keys are overwritten.
 */
export function sortedOrder(keys: Float32Array): Uint32Array {
  const words = asOrdered(keys);
  let order = new Uint32Array(keys.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  let next = new Uint32Array(keys.length);
  for (let shift = 0; shift < 32; shift += BITS) {
    const starts = startsOf(words, shift);
    if (!starts) continue;
    for (let i = 0; i < order.length; i++) {
      const place = order[i];
      next[starts[(words[place] >>> shift) & (BUCKETS - 1)]++] = place;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** The bits of keys, changed so that as whole numbers they have the order of the keys. */
function asOrdered(keys: Float32Array): Uint32Array {
  const words = new Uint32Array(keys.buffer, keys.byteOffset, keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    // 0 and -0 are equal
    if (key === 0) words[i] = 0x80000000;
    else if (key < 0) words[i] = ~words[i];
    else words[i] = key > 0 ? words[i] ^ 0x80000000 : 0xffffffff;
  }
  return words;
}

/** Where the keys of each digit begin; null when all have the same one. */
function startsOf(words: Uint32Array, shift: number): Uint32Array | null {
  const starts = new Uint32Array(BUCKETS);
  for (let i = 0; i < words.length; i++) starts[(words[i] >>> shift) & (BUCKETS - 1)]++;
  let sum = 0;
  for (let digit = 0; digit < BUCKETS; digit++) {
    const count = starts[digit];
    if (count === words.length) return null;
    starts[digit] = sum;
    sum += count;
  }
  return starts;
}
