/** The parameters of 1 / (1 + a·d^(2b)), the similarity of two points at distance d. */
export interface Curve {
  readonly a: number;
  readonly b: number;
}

const SAMPLES = 300;

/**
 * The curve that comes nearest, in least squares at 300 distances up to 3 · spread, to 1 up to `minDist` and then to an exponential decay
 * with the scale `spread - minDist`: UMAP's choice of a and b (McInnes, Healy, Melville 2018, section 4.1). By Levenberg and Marquardt's
 * method on the logarithms, so that both stay above 0.
 */
export function fitCurve(minDist: number, spread: number): Curve {
  const { a, b } = fitUnitCurve(minDist / spread);
  return { a: a / spread ** (2 * b), b };
}

/** The curve for a spread of 1: in that unit, the fit succeeds whatever the spread. */
function fitUnitCurve(minDist: number): Curve {
  const distances = Array.from({ length: SAMPLES }, (_, i) => (3 * i) / (SAMPLES - 1));
  const wanted = distances.map((d) => (d < minDist ? 1 : Math.exp(minDist - d)));
  const errorOf = (logA: number, logB: number): number =>
    distances.reduce((sum, d, i) => sum + (similarity(d, Math.exp(logA), Math.exp(logB)) - wanted[i]) ** 2, 0);

  let [logA, logB] = [0, 0];
  let error = errorOf(logA, logB);
  let damping = 1e-3;
  for (let round = 0; round < 200 && damping < 1e12; round++) {
    const [a, b] = [Math.exp(logA), Math.exp(logB)];
    let [aa, ab, bb, ga, gb] = [0, 0, 0, 0, 0];
    distances.forEach((d, i) => {
      if (d === 0) return;
      const s = similarity(d, a, b);
      const slopeA = -s * (1 - s);
      const slopeB = slopeA * 2 * b * Math.log(d);
      const residual = wanted[i] - s;
      aa += slopeA * slopeA;
      ab += slopeA * slopeB;
      bb += slopeB * slopeB;
      ga += slopeA * residual;
      gb += slopeB * residual;
    });
    const [da, db] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = da * db - ab * ab;
    const stepA = (ga * db - gb * ab) / determinant;
    const stepB = (gb * da - ga * ab) / determinant;
    const next = errorOf(logA + stepA, logB + stepB);
    if (next < error) {
      logA += stepA;
      logB += stepB;
      damping /= 10;
      if (error - next < 1e-14 * error) break;
      error = next;
    } else damping *= 10;
  }
  return { a: Math.exp(logA), b: Math.exp(logB) };
}

function similarity(distance: number, a: number, b: number): number {
  return 1 / (1 + a * distance ** (2 * b));
}
