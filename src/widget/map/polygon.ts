/** A closed polygon as x, y pairs in turn; the last corner joins the first. It may cross itself: inside is by the even-odd rule. */
export type Polygon = ArrayLike<number>;

/** True when the ray from the point to the right crosses the edge. Half-open in y, so that a corner counts once. */
export function crosses(x1: number, y1: number, x2: number, y2: number, x: number, y: number): boolean {
  return y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1;
}
