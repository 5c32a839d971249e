import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { connectedComponents } from "../../src/compute/umap/components";
import { fitCurve } from "../../src/compute/umap/curve";
import { fuzzyGraph, type Graph } from "../../src/compute/umap/fuzzy-graph";
import { spectralCoordinates } from "../../src/compute/umap/spectral";
import { solo } from "./hdbscan-kernels";

interface Edges {
  from: number[];
  to: number[];
  weights: number[];
}
interface NeighborGraph {
  name: string;
  rows: number;
  k: number;
  indices: number[];
  distances: number[];
  sigmas: number[];
  rhos: number[];
  edges: Edges;
  spectral?: { eigenvalues: number[]; layout: number[] };
}

const fixture = JSON.parse(readFileSync(path.join(__dirname, "..", "fixtures", "umap", "umap.json"), "utf8")) as {
  curves: { minDist: number; spread: number; a: number; b: number }[];
  graphs: NeighborGraph[];
};
const spectral = fixture.graphs.filter((graph) => graph.spectral);

describe("the curve", () => {
  it.each(fixture.curves)("has umap-learn's a and b for a minDist of $minDist and a spread of $spread", (wanted) => {
    const { a, b } = fitCurve(wanted.minDist, wanted.spread);
    expect(a / wanted.a).toBeCloseTo(1, 4);
    expect(b / wanted.b).toBeCloseTo(1, 4);
  });

  it.each([1e-6, 0.1, 100])("is the same in units of the spread when that is %d", (spread) => {
    const { a, b } = fitCurve(0.1, 1);
    const scaled = fitCurve(0.1 * spread, spread);
    expect(scaled.b / b).toBeCloseTo(1, 5);
    expect((scaled.a * spread ** (2 * b)) / a).toBeCloseTo(1, 4);
  });
});

describe.each(fixture.graphs)("the fuzzy graph of $name", (expected) => {
  const graph = fuzzyGraph(
    solo(),
    Uint32Array.from(expected.indices),
    Float32Array.from(expected.distances),
    expected.rows,
    expected.k,
  );

  it("has the edges of umap-learn's fuzzy simplicial set, with its weights", () => {
    const wanted = edgesOf(graphOf(expected.rows, expected.edges));
    const found = edgesOf(graph);
    for (const edge of new Set([...found.keys(), ...wanted.keys()]))
      expect(found.get(edge) ?? 0, edge).toBeCloseTo(wanted.get(edge) ?? 0, 4);
  });

  it("gives the neighbours of a row that nobody looks back at the weights of umap-learn's scales", () => {
    const { rows, k, indices, distances, sigmas, rhos } = expected;
    const found = edgesOf(graph);
    let compared = 0;
    for (let e = 0; e < rows * k; e++) {
      const row = Math.floor(e / k);
      if (indices.slice(indices[e] * k, (indices[e] + 1) * k).includes(row)) continue;
      const weight = Math.exp(-Math.max(0, distances[e] - rhos[row]) / sigmas[row]);
      expect(found.get(`${row} ${indices[e]}`)).toBeCloseTo(weight, 4);
      compared++;
    }
    expect(compared).toBeGreaterThan(20);
  });

  it("has each edge in both directions, with one weight", () => {
    const found = edgesOf(graph);
    for (const [edge, weight] of found) expect(found.get(edge.split(" ").reverse().join(" "))).toBeCloseTo(weight, 6);
  });
});

describe.each(spectral)("the spectral coordinates of $name", ({ rows, edges, spectral: wanted }) => {
  const graph = graphOf(rows, edges);
  const [eigenvalues, theirs] = [wanted!.eigenvalues, Float64Array.from(wanted!.layout)];

  it("span umap-learn's", () => {
    const ours = spectralCoordinates(solo(), graph, 2, 42);
    for (let d = 0; d < 2; d++)
      expect(shareWithin(column(theirs, 2, d), [column(ours, 2, 0), column(ours, 2, 1)])).toBeGreaterThan(0.999);
  });

  it("are umap-learn's one by one, up to sign, as the eigenvalues differ", () => {
    const ours = spectralCoordinates(solo(), graph, 2, 42);
    for (let d = 0; d < 2; d++) expect(shareWithin(column(theirs, 2, d), [column(ours, 2, d)])).toBeGreaterThan(0.999);
  });

  it("are eigenvectors of the normalised Laplacian for its eigenvalues, whatever the seed", () => {
    for (const seed of [0, 1, -5]) {
      const ours = spectralCoordinates(solo(), graph, 3, seed);
      for (let d = 0; d < 3; d++) {
        const x = column(ours, 3, d);
        const applied = laplacian(graph, x);
        expect(dot(x, applied) / dot(x, x)).toBeCloseTo(eigenvalues[d], 4);
        const rest = applied.map((value, i) => value - eigenvalues[d] * x[i]);
        expect(Math.sqrt(dot(rest, rest) / dot(x, x))).toBeLessThan(2e-3);
      }
    }
  });
});

it("covers connected graphs and such that fall apart", () => {
  const pieces = fixture.graphs.map(({ rows, edges }) => connectedComponents(graphOf(rows, edges)).length);
  expect(spectral.map(({ name }) => name)).toEqual(["strip", "copies"]);
  expect(pieces.filter((count) => count > 1)).toHaveLength(2);
  expect(Math.max(...pieces)).toBeGreaterThan(4);
});

function edgesOf({ vertices, starts, targets, weights }: Graph): Map<string, number> {
  const found = new Map<string, number>();
  for (let v = 0; v < vertices; v++)
    for (let e = starts[v]; e < starts[v + 1]; e++) {
      expect(found.has(`${v} ${targets[e]}`)).toBe(false);
      found.set(`${v} ${targets[e]}`, weights[e]);
    }
  return found;
}

function graphOf(rows: number, { from, to, weights }: Edges): Graph {
  const order = from.map((_, e) => e).sort((e, f) => from[e] - from[f]);
  const starts = new Int32Array(rows + 1);
  for (const vertex of from) starts[vertex + 1]++;
  for (let v = 0; v < rows; v++) starts[v + 1] += starts[v];
  return {
    vertices: rows,
    starts,
    targets: Int32Array.from(order, (e) => to[e]),
    weights: Float32Array.from(order, (e) => weights[e]),
  };
}

/** (1 - D^-1/2 W D^-1/2) x. */
function laplacian({ vertices, starts, targets, weights }: Graph, x: Float64Array): Float64Array {
  const degrees = Float64Array.from({ length: vertices }, (_, v) =>
    weights.subarray(starts[v], starts[v + 1]).reduce((sum, weight) => sum + weight, 0),
  );
  return x.map((value, v) => {
    let sum = 0;
    for (let e = starts[v]; e < starts[v + 1]; e++)
      sum += (weights[e] * x[targets[e]]) / Math.sqrt(degrees[v] * degrees[targets[e]]);
    return value - sum;
  });
}

/** The share of a vector's squared length that lies within the span of others, which are orthonormal. */
function shareWithin(vector: Float64Array, others: readonly Float64Array[]): number {
  return others.reduce((sum, other) => sum + dot(vector, other) ** 2 / dot(other, other), 0) / dot(vector, vector);
}

function column(values: ArrayLike<number>, width: number, d: number): Float64Array {
  return Float64Array.from({ length: values.length / width }, (_, i) => values[i * width + d]);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
