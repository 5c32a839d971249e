/**
 * Rows on the convex hull of some rows, counterclockwise (Andrew's monotone chain, 1979); none when the rows do not span an area.
 * @param coordinates x and y of each row in turn
 */
export function convexHull(rows: readonly number[], coordinates: Float32Array): number[] {
  const x = (row: number): number => coordinates[row * 2];
  const y = (row: number): number => coordinates[row * 2 + 1];
  const sorted = [...rows].sort((a, b) => x(a) - x(b) || y(a) - y(b));
  const turn = (o: number, a: number, b: number): number =>
    (x(a) - x(o)) * (y(b) - y(o)) - (y(a) - y(o)) * (x(b) - x(o));
  const chain = (order: readonly number[]): number[] => {
    const half: number[] = [];
    for (const row of order) {
      while (half.length > 1 && turn(half[half.length - 2], half[half.length - 1], row) <= 0) half.pop();
      half.push(row);
    }
    half.pop();
    return half;
  };
  const hull = [...chain(sorted), ...chain([...sorted].reverse())];
  return hull.length < 3 ? [] : hull;
}
