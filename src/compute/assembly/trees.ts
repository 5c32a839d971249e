import { int, setInt } from "./integers";
import { Index, sketch, tie } from "./search-index";

/**
 * Random-projection trees over the sketches: rows are parted at the median of their products with the difference of two random rows, again
 * and again, until there are at most `leaf` left. Item t is tree t; `orders` gets the rows of its leaves, which are the parts of the range
 * halved again and again. Scratch: a number for each row, and a sketch.
 */
export function plantTrees(begin: i32, end: i32, scratch: usize, index: Index, leaf: i32, seed: i32, orders: usize): void {
  for (let t = begin; t < end; t++) {
    const order = orders + ((<usize>t * <usize>index.count) << 2);
    for (let i = 0; i < index.count; i++) setInt(order, i, i);
    split(index, order, scratch, 0, index.count, leaf, tie(t + 1, seed) | 1);
  }
}

function split(index: Index, order: usize, keys: usize, start: i32, end: i32, leaf: i32, random: u32): void {
  const count = end - start;
  if (count <= leaf) return;
  const a = sketch(index, int(order, start + <i32>(random % <u32>count)));
  random = tie(random, count);
  const b = sketch(index, int(order, start + <i32>(random % <u32>count)));
  const size = <usize>index.width << 1;
  // Sketches have lengths up to 16,000: their differences fit 16 bits, the products 32.
  const difference = keys + (<usize>index.count << 2);
  for (let d: usize = 0; d < size; d += 16) v128.store(difference + d, i16x8.sub(v128.load(a + d), v128.load(b + d)));
  for (let i = start; i < end; i++) {
    const x = sketch(index, int(order, i));
    let s = i32x4.splat(0);
    for (let d: usize = 0; d < size; d += 16)
      s = i32x4.add(s, i32x4.dot_i16x8_s(v128.load(x + d), v128.load(difference + d)));
    s = i32x4.add(s, v128.shuffle<i32>(s, s, 2, 3, 0, 1));
    setInt(keys, i, i32x4.extract_lane(s, 0) + i32x4.extract_lane(s, 1));
  }
  const middle = (start + end) >> 1;
  part(order, keys, start, end - 1, middle);
  split(index, order, keys, start, middle, leaf, tie(random, 1));
  split(index, order, keys, middle, end, leaf, tie(random, 2));
}

/** Hoare's selection: no key before `middle` is above, and none after it below, the key there. */
function part(order: usize, keys: usize, first: i32, last: i32, middle: i32): void {
  while (first < last) {
    const pivot = int(keys, (first + last) >> 1);
    let i = first;
    let j = last;
    while (i <= j) {
      while (int(keys, i) < pivot) i++;
      while (int(keys, j) > pivot) j--;
      if (i > j) break;
      const key = int(keys, i);
      setInt(keys, i, int(keys, j));
      setInt(keys, j, key);
      const row = int(order, i);
      setInt(order, i, int(order, j));
      setInt(order, j, row);
      i++;
      j--;
    }
    if (middle <= j) last = j;
    else if (middle >= i) first = i;
    else return;
  }
}
