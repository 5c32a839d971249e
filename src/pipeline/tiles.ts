/**
 * The cell of each point in a grid over [-1, 1] on each axis, `count` cells along each: as Latent Scope's `tile_index_<count>` (row · count +
 * column) in the plane and its `voxel_index_<count>` in space.
 * @param axes the values of all points, axis by axis
 */
export function cellIndices(axes: readonly Float32Array[], count: number): Int32Array {
  const cell = (value: number): number => Math.min(count - 1, Math.max(0, Math.floor((value + 1) / (2 / count))));
  return Int32Array.from(axes[0], (_, i) => axes.reduceRight((index, values) => index * count + cell(values[i]), 0));
}
