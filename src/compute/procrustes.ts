/**
 * Points in the plane moved, turned, scaled and, where that is nearer, mirrored as a whole, so that they come as near as can be to others
 * (least squares; ordinary Procrustes analysis, Gower and Dijksterhuis 2004).
 * @param points x and y of each row in turn
 * @param target as many others, a row for each row
 * @returns x and y of each row in turn, in the target's units
 */
export function alignPoints(points: Float32Array, target: Float32Array): Float32Array {
  const rows = points.length / 2;
  const [px, py] = meanOf(points);
  const [tx, ty] = meanOf(target);
  // points as complex numbers: a turn and a scale are one product, the best one in closed form
  let [straightRe, straightIm, mirroredRe, mirroredIm, squares] = [0, 0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const [x, y] = [points[2 * row] - px, points[2 * row + 1] - py];
    const [u, v] = [target[2 * row] - tx, target[2 * row + 1] - ty];
    straightRe += x * u + y * v;
    straightIm += x * v - y * u;
    mirroredRe += x * u - y * v;
    mirroredIm += x * v + y * u;
    squares += x * x + y * y;
  }
  const mirrored = Math.hypot(mirroredRe, mirroredIm) > Math.hypot(straightRe, straightIm);
  const [re, im] = mirrored ? [mirroredRe, mirroredIm] : [straightRe, straightIm];
  const [a, b] = squares ? [re / squares, im / squares] : [0, 0];
  const aligned = new Float32Array(points.length);
  for (let row = 0; row < rows; row++) {
    const x = points[2 * row] - px;
    const y = (points[2 * row + 1] - py) * (mirrored ? -1 : 1);
    aligned[2 * row] = a * x - b * y + tx;
    aligned[2 * row + 1] = b * x + a * y + ty;
  }
  return aligned;
}

/** The middle of some points; 0, 0 for none. @param points x and y of each in turn */
export function meanOf(points: Float32Array): [x: number, y: number] {
  let [x, y] = [0, 0];
  for (let i = 0; i < points.length; i += 2) {
    x += points[i];
    y += points[i + 1];
  }
  const rows = Math.max(1, points.length / 2);
  return [x / rows, y / rows];
}
