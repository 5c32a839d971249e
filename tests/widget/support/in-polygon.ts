/**
 * The slow oracle for lassos: whether a point is inside a polygon (x, y pairs in turn) by the even-odd rule. Counts the edges above the point
 * by the sign of a cross product; shares no code with the map.
 */
export function inPolygon(polygon: ArrayLike<number>, x: number, y: number): boolean {
  const corners = polygon.length / 2;
  let above = 0;
  for (let i = 0; i < corners; i++) {
    const next = (i + 1) % corners;
    const [ax, ay, bx, by] = [polygon[2 * i], polygon[2 * i + 1], polygon[2 * next], polygon[2 * next + 1]];
    if (ay <= y === by <= y) continue;
    const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
    if (by > ay ? side > 0 : side < 0) above++;
  }
  return above % 2 === 1;
}
