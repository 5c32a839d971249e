/** One list of numbers for each axis. */
export function axesOf(values: Float32Array, dimensions: number): Float32Array[] {
  return Array.from({ length: dimensions }, (_, axis) => {
    const numbers = new Float32Array(values.length / dimensions);
    for (let row = 0; row < numbers.length; row++) numbers[row] = values[row * dimensions + axis];
    return numbers;
  });
}

/** The numbers of all axes, row after row. */
export function rowsOfAxes(axes: readonly ArrayLike<number>[]): Float32Array {
  const values = new Float32Array(axes[0].length * axes.length);
  for (let i = 0; i < values.length; i++) values[i] = axes[i % axes.length][Math.floor(i / axes.length)];
  return values;
}
