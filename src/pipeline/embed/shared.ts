/** A copy in memory that worker threads share, so that none is copied for each of them. */
export function sharedInt32(values: ArrayLike<number>): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(values.length * 4));
  shared.set(values);
  return shared;
}

/** As {@link sharedInt32}. */
export function sharedUint32(values: ArrayLike<number>): Uint32Array {
  const shared = new Uint32Array(new SharedArrayBuffer(values.length * 4));
  shared.set(values);
  return shared;
}

/**
 * Gives a vector the length 1, in place. One of zeros, which has no direction, gets that of equal numbers: other tools divide by the length,
 * and what has no known word is then at least alike.
 */
export function normalise(vector: Float32Array): void {
  let square = 0;
  for (let d = 0; d < vector.length; d++) square += vector[d] * vector[d];
  const norm = Math.sqrt(square);
  if (norm > 0) for (let d = 0; d < vector.length; d++) vector[d] /= norm;
  else vector.fill(1 / Math.sqrt(vector.length));
}
