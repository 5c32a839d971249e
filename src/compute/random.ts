/**
 * A seeded source of numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain), 32 bits of state, period 2^32. Fast and even
 * enough for sampling; of no use where numbers must be hard to guess.
 * @param seed any number; its lowest 32 bits count
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    return mix(state) / 4294967296;
  };
}

function mix(state: number): number {
  let bits = Math.imul(state ^ (state >>> 15), state | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return (bits ^ (bits >>> 14)) >>> 0;
}
