/** A closed polygon as x, y pairs in turn; the last corner joins the first. It may cross itself: inside is by the even-odd rule. */
export type Polygon = ArrayLike<number>;

/** True when the point is inside by the even-odd rule. */
export function inPolygon(polygon: Polygon, x: number, y: number): boolean {
  let inside = false;
  const n = polygon.length >> 1;
  for (let i = 0, j = n - 1; i < n; j = i++)
    if (crosses(polygon[2 * j], polygon[2 * j + 1], polygon[2 * i], polygon[2 * i + 1], x, y)) inside = !inside;
  return inside;
}

/** True when the ray from the point to the right crosses the edge. Half-open in y, so that a corner counts once. */
export function crosses(x1: number, y1: number, x2: number, y2: number, x: number, y: number): boolean {
  return y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1;
}
