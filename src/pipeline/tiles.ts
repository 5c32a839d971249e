/**
 * The cell of each point in a grid of `count` by `count` over [-1, 1]: row * count + column, as Latent Scope's `tile_index_<count>`.
 */
export function tileIndices(x: Float32Array, y: Float32Array, count: number): Int32Array {
  const cell = (value: number): number => Math.min(count - 1, Math.max(0, Math.floor((value + 1) / (2 / count))));
  return Int32Array.from(x, (value, i) => cell(y[i]) * count + cell(value));
}
