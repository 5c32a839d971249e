import type { Kernels } from "../kernels/kernels";

/** Keys of items 0, 1, …, in the memory of the kernels. */
export interface SortKey {
  /** Address of the first key. */
  address: number;
  /** Bytes from one key to the next. */
  bytes: number;
  kind: "float32" | "word";
}

/** Records that one thread moves at a time. */
const CHUNK = 1 << 14;
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const KEY_BITS = 32;
const GRAIN = 1 << 14;

/**
 * The numbers 0 to count - 1 in the order of their keys, the most significant of which comes first; equal ones ascend.
 * @returns address of the numbers
 */
export function sortedBy(kernels: Kernels, count: number, keys: readonly SortKey[]): number {
  const order = kernels.allocate(count * 4);
  kernels.run({ kernel: "countUp", count, grain: GRAIN, args: [order] });
  const chunks = Math.ceil(count / CHUNK);
  kernels.scoped(() => {
    const counts = kernels.allocate(chunks * DIGITS * 4);
    let records = kernels.allocate(count * 8);
    let other = kernels.allocate(count * 8);
    // Each sort keeps the order of what is equal, so that the least significant key goes first.
    for (const { address, bytes, kind } of [...keys].reverse()) {
      const float = kind === "float32" ? 1 : 0;
      kernels.run({ kernel: "gatherKeys", count, grain: GRAIN, args: [order, address, bytes, float, records] });
      for (let shift = KEY_BITS; shift < 2 * KEY_BITS; shift += DIGIT_BITS) {
        const chunked = [records, count, CHUNK, shift, counts];
        kernels.run({ kernel: "countDigits", count: chunks, grain: 1, args: chunked });
        if (kernels.exports["placeDigits"](counts, chunks, count)) continue;
        kernels.run({ kernel: "moveRecords", count: chunks, grain: 1, args: [...chunked, other] });
        [records, other] = [other, records];
      }
      kernels.run({ kernel: "numbersOfRecords", count, grain: GRAIN, args: [records, order] });
    }
  });
  return order;
}

/** The keys of numbers that are float64 and not negative, at `address`: their bits are in the order of the numbers. */
export function float64Keys(address: number): SortKey[] {
  return [
    { address: address + 4, bytes: 8, kind: "word" },
    { address, bytes: 8, kind: "word" },
  ];
}
