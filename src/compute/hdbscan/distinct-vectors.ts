/** Vectors of any dimension, each one once, in the order of their numbers. */
export interface DistinctVectors {
  readonly count: number;
  /** Numbers of a vector, a multiple of 4: the dimensions, and zeros. */
  readonly size: number;
  readonly vectors: Float32Array;
  /** Number of rows of each vector. */
  readonly weights: Int32Array;
  /** The vector of each row. */
  readonly pointOfRow: Int32Array;
}

/** The distinct ones of the rows of `values`. */
export function distinctVectors(values: Float32Array, dimensions: number): DistinctVectors {
  const rows = values.length / dimensions;
  const compare = (a: number, b: number): number => {
    for (let d = 0; d < dimensions; d++) {
      const difference = values[a * dimensions + d] - values[b * dimensions + d];
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const order = Int32Array.from({ length: rows }, (_, row) => row).sort(compare);
  const pointOfRow = new Int32Array(rows);
  const firstRows: number[] = [];
  const weights: number[] = [];
  order.forEach((row, i) => {
    if (i === 0 || compare(order[i - 1], row) !== 0) {
      firstRows.push(row);
      weights.push(0);
    }
    weights[weights.length - 1]++;
    pointOfRow[row] = weights.length - 1;
  });
  const size = Math.ceil(dimensions / 4) * 4;
  const vectors = new Float32Array(firstRows.length * size);
  firstRows.forEach((row, i) => vectors.set(values.subarray(row * dimensions, (row + 1) * dimensions), i * size));
  return { count: firstRows.length, size, vectors, weights: Int32Array.from(weights), pointOfRow };
}
