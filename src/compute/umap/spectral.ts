import type { Kernels } from "../kernels/kernels";
import { seededRandom } from "../random";
import type { Graph } from "./fuzzy-graph";

/** Vectors that are found together: one lane each. */
const LANES = 4;
/** Degree of the polynomials, and the most of them. */
const DEGREE = 20;
const MOST_ROUNDS = 30;
/** Vectors for which |A x - λ x| is smaller than this are good enough: the layout only starts from them. */
const TOLERANCE = 1e-3;

/**
 * The eigenvectors of the normalised Laplacian of a connected graph for its smallest eigenvalues, apart from the smallest one, 0: where
 * UMAP's layout starts. By Chebyshev-filtered subspace iteration (Zhou, Saad, Tiago, Chelikowsky 2006) on D^-1/2 W D^-1/2, whose largest
 * eigenvalues they have.
 * @param count 1 to 3
 * @returns `count` numbers a vertex
 */
export function spectralCoordinates(kernels: Kernels, graph: Graph, count: number, seed: number): Float32Array {
  const { vertices, starts, targets } = graph;
  return kernels.scoped(() => {
    const { weights, trivial } = normalised(graph);
    const startsAt = kernels.put(starts);
    const targetsAt = kernels.put(targets);
    const weightsAt = kernels.put(weights);
    const buffers = [0, 1, 2].map(() => kernels.allocate(vertices * LANES * 4));
    const view = (address: number): Float32Array => kernels.float32(address, vertices * LANES);
    const step = (x: number, minus: number, out: number, centre: number, factor: number): void =>
      kernels.run({
        ...{ kernel: "chebyshevStep", count: vertices, grain: 2048 },
        args: [startsAt, targetsAt, weightsAt, x, minus, out, centre, factor],
      });

    const random = seededRandom(seed);
    let [current, next, spare] = buffers;
    const first = view(current);
    for (let i = 0; i < first.length; i++) first[i] = random() - 0.5;
    orthonormalise(first, trivial);
    let below = 0.5;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      // The polynomial is small from -1 to `below` and grows fast above.
      const [centre, half] = [(below - 1) / 2, (below + 1) / 2];
      step(current, 0, next, centre, 1 / half);
      for (let degree = 2; degree <= DEGREE; degree++) {
        step(next, current, spare, centre, 2 / half);
        [current, next, spare] = [next, spare, current];
      }
      [current, next] = [next, current];
      orthonormalise(view(current), trivial);
      step(current, 0, next, 0, 1);
      const { values, vectors } = eigen(products(view(current), view(next)));
      rotate(view(current), vectors);
      rotate(view(next), vectors);
      if (residual(view(current), view(next), values, count) < TOLERANCE) break;
      below = Math.min(0.9999, Math.max(below, values[LANES - 1]));
    }
    const found = view(current);
    return Float32Array.from(
      { length: vertices * count },
      (_, i) => found[Math.floor(i / count) * LANES + (i % count)],
    );
  });
}

/** D^-1/2 W D^-1/2 on the edges, and its eigenvector for the eigenvalue 1. */
function normalised({ vertices, starts, targets, weights }: Graph): { weights: Float32Array; trivial: Float32Array } {
  const roots = new Float64Array(vertices);
  let total = 0;
  for (let v = 0; v < vertices; v++) {
    let degree = 0;
    for (let e = starts[v]; e < starts[v + 1]; e++) degree += weights[e];
    roots[v] = Math.sqrt(degree);
    total += degree;
  }
  const scaled = new Float32Array(weights.length);
  for (let v = 0; v < vertices; v++)
    for (let e = starts[v]; e < starts[v + 1]; e++) scaled[e] = weights[e] / (roots[v] * roots[targets[e]] || 1);
  return { weights: scaled, trivial: Float32Array.from(roots, (root) => root / Math.sqrt(total || 1)) };
}

/**
 * Makes the four vectors orthogonal to the trivial one and to each other, of length 1: by the Cholesky factor of their products, twice for
 * accuracy. A vector that depends on the others becomes zero.
 */
function orthonormalise(x: Float32Array, trivial: Float32Array): void {
  for (let round = 0; round < 2; round++) {
    for (let lane = 0; lane < LANES; lane++) {
      let product = 0;
      for (let i = lane, v = 0; i < x.length; i += LANES, v++) product += x[i] * trivial[v];
      for (let i = lane, v = 0; i < x.length; i += LANES, v++) x[i] -= product * trivial[v];
    }
    rotate(x, inverseFactor(products(x, x)));
  }
}

/** The upper triangular matrix that makes vectors with these products orthonormal. */
function inverseFactor(gram: number[][]): number[][] {
  const columns: number[][] = [];
  const product = (a: number[], b: number[]): number =>
    a.reduce((sum, value, i) => sum + value * b.reduce((inner, other, j) => inner + gram[i][j] * other, 0), 0);
  for (let lane = 0; lane < LANES; lane++) {
    let column = gram.map((_, i) => Number(i === lane));
    for (const other of columns) {
      const shared = product(column, other);
      column = column.map((value, i) => value - shared * other[i]);
    }
    const square = product(column, column);
    const scale = square > 1e-10 * gram[lane][lane] ? 1 / Math.sqrt(square) : 0;
    columns.push(column.map((value) => value * scale));
  }
  return gram.map((_, i) => columns.map((column) => column[i]));
}

/** The matrix of dot products of the vectors of x with those of y. */
function products(x: Float32Array, y: Float32Array): number[][] {
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  return lanes.map((a) =>
    lanes.map((b) => {
      let sum = 0;
      for (let i = 0; i < x.length; i += LANES) sum += x[i + a] * y[i + b];
      return sum;
    }),
  );
}

/** Eigenvalues, largest first, and eigenvectors (columns) of a small symmetric matrix, by Jacobi's rotations. */
function eigen(matrix: number[][]): { values: number[]; vectors: number[][] } {
  const n = matrix.length;
  const m = matrix.map((row, i) => row.map((value, j) => (value + matrix[j][i]) / 2));
  const v = m.map((row, i) => row.map((_, j) => Number(i === j)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (m[p][q] === 0) continue;
        const theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const cosine = 1 / Math.hypot(t, 1);
        const sine = t * cosine;
        for (let i = 0; i < n; i++) [m[i][p], m[i][q]] = turn(m[i][p], m[i][q], cosine, sine);
        for (let i = 0; i < n; i++) [m[p][i], m[q][i]] = turn(m[p][i], m[q][i], cosine, sine);
        for (let i = 0; i < n; i++) [v[i][p], v[i][q]] = turn(v[i][p], v[i][q], cosine, sine);
      }
    }
  }
  const order = m.map((_, i) => i).sort((i, j) => m[j][j] - m[i][i]);
  return { values: order.map((i) => m[i][i]), vectors: v.map((row) => order.map((i) => row[i])) };
}

function turn(a: number, b: number, cosine: number, sine: number): [number, number] {
  return [cosine * a - sine * b, sine * a + cosine * b];
}

/** Multiplies the vectors, as rows of four, by a matrix. */
function rotate(x: Float32Array, matrix: number[][]): void {
  const [[m00, m01, m02, m03], [m10, m11, m12, m13], [m20, m21, m22, m23], [m30, m31, m32, m33]] = matrix;
  for (let i = 0; i < x.length; i += LANES) {
    const a = x[i];
    const b = x[i + 1];
    const c = x[i + 2];
    const d = x[i + 3];
    x[i] = a * m00 + b * m10 + c * m20 + d * m30;
    x[i + 1] = a * m01 + b * m11 + c * m21 + d * m31;
    x[i + 2] = a * m02 + b * m12 + c * m22 + d * m32;
    x[i + 3] = a * m03 + b * m13 + c * m23 + d * m33;
  }
}

/** The largest |A x - λ x| of the first vectors. */
function residual(x: Float32Array, ax: Float32Array, values: readonly number[], count: number): number {
  let largest = 0;
  for (let lane = 0; lane < count; lane++) {
    let square = 0;
    for (let i = lane; i < x.length; i += LANES) square += (ax[i] - values[lane] * x[i]) ** 2;
    largest = Math.max(largest, Math.sqrt(square));
  }
  return largest;
}
