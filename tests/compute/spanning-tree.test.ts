import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distinctPoints } from "../../src/compute/hdbscan/distinct-points";
import { distinctVectors } from "../../src/compute/hdbscan/distinct-vectors";
import { buildKdTree } from "../../src/compute/hdbscan/kd-tree";
import { nearestNeighbors } from "../../src/compute/hdbscan/nearest-neighbors";
import { vectorSpanningTree } from "../../src/compute/hdbscan/neighbor-graph";
import { float64Keys, sortedBy } from "../../src/compute/hdbscan/radix-sort";
import { minimumSpanningTree, type SpanningTree } from "../../src/compute/hdbscan/spanning-tree";
import type { Kernels } from "../../src/compute/kernels/kernels";
import { seededRandom } from "../../src/compute/random";
import { solo } from "./hdbscan-kernels";

describe.each([2, 3] as const)("in %i dimensions", (dimensions) => {
  /** Points in general position, and points on a small grid with many equal distances and places. */
  const anyPoints = fc
    .oneof(
      fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 2 * dimensions, maxLength: 400 }),
      fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 2 * dimensions, maxLength: 400 }),
    )
    .map((values) => Float32Array.from(values.slice(0, values.length - (values.length % dimensions))));

  it("finds the core distances and neighbours that comparing all pairs finds", () => {
    fc.assert(
      fc.property(
        anyPoints,
        fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 150 })),
        (points, wanted) => {
          const rows = points.length / dimensions;
          const samples = Math.min(wanted, rows - 1);
          inTree(points, dimensions, samples, ({ places, pointOfRow, k, neighbors, cores }) => {
            for (let row = 0; row < rows; row++) {
              const point = pointOfRow[row];
              expect([...places[point]]).toEqual([...placeOf(points, row, dimensions)]);
              expect(cores[point]).toBe(coreDistance(points, row, samples, dimensions));
            }
            for (let p = 0; p < places.length; p++) {
              const all = places.map((place) => squaredDistance(place, places[p]));
              const expected = all.filter((_, q) => q !== p).sort((a, b) => a - b);
              expect(neighbors[p].map((q) => all[q])).toEqual(expected.slice(0, k));
              expect(new Set([p, ...neighbors[p]]).size).toBe(k + 1);
            }
          });
        },
      ),
    );
  });

  it("finds a spanning tree as light, and of as short edges, as Prim's algorithm on all pairs", () => {
    fc.assert(
      fc.property(anyPoints, fc.integer({ min: 1, max: 20 }), (points, wanted) => {
        const samples = Math.min(wanted, points.length / dimensions - 1);
        inTree(points, dimensions, samples, ({ places, edges, cores }) => {
          expect(spans(places.length, edges)).toBe(true);
          const found = edges.map(({ weight, length }) => [weight, length]);
          expect(found.sort(byLength)).toEqual(prim(places, cores).sort(byLength));
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe("of vectors", () => {
  const dimensions = 4;
  const anyVectors = fc
    .array(fc.oneof(fc.integer({ min: 0, max: 2 }), fc.float({ min: -9, max: 9, noNaN: true })), {
      minLength: 2 * dimensions,
      maxLength: 240,
    })
    .map((values) => Float32Array.from(values.slice(0, values.length - (values.length % dimensions))));

  it.each([
    ["by Prim's algorithm", 2000, 30],
    // With 15 neighbours or more of up to 16 vectors, the graph is complete.
    ["from the neighbours of few", 0, 16],
  ])("finds the lightest tree %s", (_, mostCompared, most) => {
    fc.assert(
      fc.property(anyVectors, fc.integer({ min: 1, max: 12 }), (all, wanted) => {
        const values = all.subarray(0, most * dimensions);
        const rows = values.length / dimensions;
        const samples = Math.min(wanted, rows - 1);
        const { places, cores, edges, pointOfRow } = vectorTree(values, dimensions, samples, mostCompared);
        if (places.length === 1) return;
        const found = edges.map(({ weight, length }) => [weight, length]);
        expect(roundedEdges(found)).toEqual(roundedEdges(prim(places, cores)));
        for (let row = 0; row < rows; row++)
          expect(cores[pointOfRow[row]]).toBeCloseTo(coreDistance(values, row, samples, dimensions), 8);
      }),
    );
  });

  it("joins pieces of the graph that no neighbours join", () => {
    const random = seededRandom(2);
    // Sixty heaps of 20, far apart: 15 neighbours stay among themselves; their centres fall into pieces as well.
    const values = Float32Array.from(
      { length: 1200 * dimensions },
      (_, i) =>
        10000 * Math.floor(i / (20 * dimensions) / 20) + 100 * (Math.floor(i / (20 * dimensions)) % 20) + random(),
    );
    const { places, edges } = vectorTree(values, dimensions, 3, 10);
    expect(spans(places.length, edges)).toBe(true);
    const weights = edges.map(({ weight }) => weight).sort((a, b) => b - a);
    // 2 edges between the groups of 20, 57 between heaps, the rest within.
    expect(weights[1]).toBeGreaterThan(5000 ** 2);
    expect(weights[2]).toBeLessThan(300 ** 2);
    expect(weights[58]).toBeGreaterThan(100 ** 2);
    expect(weights[59]).toBeLessThan(10);
  });
});

it("sorts numbers by their keys, equal ones as they were", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.double({ min: 0, noNaN: true }), fc.integer({ min: 0, max: 3 }))), (given) => {
      const values = given.map((value) => value + 0);
      const kernels = solo();
      const order = kernels.scoped(() => {
        const keys = float64Keys(kernels.put(Float64Array.from(values)));
        return [...kernels.int32(sortedBy(kernels, values.length, keys), values.length)];
      });
      expect(order).toEqual([...values.keys()].sort((a, b) => values[a] - values[b]));
    }),
  );
});

/** The tree of the distinct rows of `values`. */
function vectorTree(
  values: Float32Array,
  dimensions: number,
  samples: number,
  mostCompared: number,
): Pick<Found, "places" | "pointOfRow" | "cores" | "edges"> {
  const kernels = solo();
  const { count, size, vectors, weights, pointOfRow } = distinctVectors(values, dimensions);
  return kernels.scoped(() => {
    const places = Array.from({ length: count }, (_, p) => [...vectors.subarray(p * size, p * size + dimensions)]);
    if (count === 1) return { places, pointOfRow: [...pointOfRow], cores: [], edges: [] };
    const tree = vectorSpanningTree(kernels, vectors, size, weights, samples, mostCompared);
    return {
      places,
      pointOfRow: [...pointOfRow],
      cores: [...kernels.float64(tree.cores, count)],
      edges: edgesOf(kernels, tree),
    };
  });
}

function edgesOf(kernels: Kernels, tree: SpanningTree): Found["edges"] {
  const edges = tree.count - 1;
  const from = kernels.int32(tree.from, edges);
  const to = kernels.int32(tree.to, edges);
  const weights = kernels.float64(tree.squaredWeights, edges);
  const lengths = kernels.float64(tree.squaredLengths, edges);
  return Array.from(from, (_, i) => ({ from: from[i], to: to[i], weight: weights[i], length: lengths[i] }));
}

/** Whether the edges join all points without a circle. */
function spans(count: number, edges: Found["edges"]): boolean {
  const sets = Array.from({ length: count }, (_, p) => p);
  const find = (p: number): number => (sets[p] === p ? p : find(sets[p]));
  for (const { from, to } of edges) {
    if (find(from) === find(to)) return false;
    sets[find(from)] = find(to);
  }
  return edges.length === count - 1;
}

/** Sums of squares that are taken in another order differ in the last bits. */
function roundedEdges(edges: number[][]): number[][] {
  return edges.map((edge) => edge.map((value) => Number(value.toPrecision(9)))).sort(byLength);
}

interface Found {
  /** The distinct places of the points, in tree order. */
  places: number[][];
  pointOfRow: number[];
  k: number;
  neighbors: number[][];
  cores: number[];
  edges: { from: number; to: number; weight: number; length: number }[];
}

/** What the kernels find; nothing is tested when all points are in one place. */
function inTree(points: Float32Array, dimensions: 2 | 3, samples: number, test: (found: Found) => void): void {
  const kernels = solo();
  const rows = points.length / dimensions;
  kernels.scoped(() => {
    const tree = buildKdTree(kernels, distinctPoints(kernels, points, rows, dimensions), rows);
    const { count, coordinates, stride } = tree;
    if (count === 1) return;
    const { k, neighbors, cores } = nearestNeighbors(kernels, tree, samples, count < rows);
    const edges = minimumSpanningTree(kernels, tree, { k, neighbors, cores });
    const columns = Array.from({ length: dimensions }, (_, d) => kernels.float32(coordinates + d * stride, count));
    const lists = kernels.int32(neighbors, count * k);
    test({
      places: Array.from({ length: count }, (_, p) => columns.map((column) => column[p])),
      pointOfRow: [...kernels.int32(tree.pointOfRow, rows)],
      k,
      neighbors: Array.from({ length: count }, (_, p) => [...lists.subarray(p * k, p * k + k)]),
      cores: [...kernels.float64(cores, count)],
      edges: edgesOf(kernels, edges),
    });
  });
}

/** Weight and distance, squared, of the edges of a minimum spanning tree of the mutual reachability graph. */
function prim(places: number[][], core: number[]): number[][] {
  const best = places.map(() => [Infinity, Infinity]);
  const outside = new Set(places.keys());
  const edges: number[][] = [];
  let last = 0;
  outside.delete(last);
  while (outside.size > 0) {
    let next = -1;
    for (const p of outside) {
      const distance = squaredDistance(places[last], places[p]);
      const edge = [Math.max(distance, core[last], core[p]), distance];
      if (byLength(edge, best[p]) < 0) best[p] = edge;
      if (next < 0 || byLength(best[p], best[next]) < 0) next = p;
    }
    edges.push(best[next]);
    outside.delete(next);
    last = next;
  }
  return edges;
}

function byLength(a: number[], b: number[]): number {
  return a[0] === b[0] ? Math.sign(a[1] - b[1]) || 0 : Math.sign(a[0] - b[0]);
}

/** Squared distance to the last of `samples` other rows. */
function coreDistance(points: Float32Array, row: number, samples: number, dimensions: number): number {
  const place = placeOf(points, row, dimensions);
  const all = Array.from({ length: points.length / dimensions }, (_, other) =>
    squaredDistance(place, placeOf(points, other, dimensions)),
  );
  return all.sort((a, b) => a - b)[samples];
}

/** Coordinates of a row, without negative zeros. */
function placeOf(points: Float32Array, row: number, dimensions: number): number[] {
  return Array.from(points.subarray(row * dimensions, (row + 1) * dimensions), (value) => value + 0);
}

function squaredDistance(a: number[], b: number[]): number {
  return a.reduce((sum, value, d) => sum + (value - b[d]) ** 2, 0);
}
