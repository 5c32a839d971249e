import fc from "fast-check";
import { expect, it } from "vitest";
import { buildKdTree } from "../../src/compute/hdbscan/kd-tree";
import { farthest, nearestNeighbours } from "../../src/compute/hdbscan/neighbours";
import { minimumSpanningTree } from "../../src/compute/hdbscan/spanning-tree";
import { UnionFind } from "../../src/compute/hdbscan/union-find";

/** Points in general position, and points on a small grid with many equal distances and places. */
const anyPoints = fc
  .oneof(
    fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 4, maxLength: 300 }),
    fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 4, maxLength: 300 }),
  )
  .map((values) => Float32Array.from(values.slice(0, values.length & ~1)));

it("finds the nearest neighbours that comparing all pairs finds", () => {
  fc.assert(
    fc.property(anyPoints, fc.integer({ min: 1, max: 30 }), (points, wanted) => {
      const count = points.length / 2;
      const k = Math.min(wanted, count);
      const tree = buildKdTree(points);
      const found = nearestNeighbours(tree, k);
      for (let p = 0; p < count; p++) {
        const row = tree.rows[p];
        expect([points[row * 2], points[row * 2 + 1]]).toEqual([tree.x[p], tree.y[p]]);
        const all = Array.from({ length: count }, (_, other) => squaredDistance(points, row, other));
        const expected = [...all].sort((a, b) => a - b).slice(0, k);
        expect([...found.squaredDistances.subarray(p * k, p * k + k)]).toEqual(expected);
        const neighbours = [...found.points.subarray(p * k, p * k + k)].map((q) => tree.rows[q]);
        expect(neighbours.map((other) => all[other])).toEqual(expected);
        expect(new Set(neighbours).size).toBe(k);
      }
      expect([...farthest(found)]).toEqual(Array.from(tree.rows, (row) => coreDistance(points, row, k)));
    }),
  );
});

it("finds a spanning tree as light, and of as short edges, as Prim's algorithm on all pairs", () => {
  fc.assert(
    fc.property(anyPoints, fc.integer({ min: 1, max: 20 }), (points, minSamples) => {
      const count = points.length / 2;
      const tree = buildKdTree(points);
      const neighbours = nearestNeighbours(tree, Math.min(count, minSamples + 1));
      const edges = minimumSpanningTree(tree, neighbours, farthest(neighbours));
      const union = new UnionFind(count);
      edges.from.forEach((from, i) => expect(union.join(from, edges.to[i])).toBe(true));
      expect(edges.from).toHaveLength(count - 1);
      const found = [...edges.squaredWeights].map((weight, i) => [weight, edges.squaredDistances[i]]);
      expect(found.sort(byLength)).toEqual(prim(points, Math.min(count, minSamples + 1)).sort(byLength));
    }),
    { numRuns: 200 },
  );
});

/** Weight and distance, squared, of the edges of a minimum spanning tree of the mutual reachability graph. */
function prim(points: Float32Array, k: number): number[][] {
  const count = points.length / 2;
  const core = Array.from({ length: count }, (_, row) => coreDistance(points, row, k));
  const best = Array.from({ length: count }, () => [Infinity, Infinity]);
  const outside = new Set(core.keys());
  const edges: number[][] = [];
  let last = 0;
  outside.delete(last);
  while (outside.size > 0) {
    let next = -1;
    for (const row of outside) {
      const distance = squaredDistance(points, last, row);
      const edge = [Math.max(distance, core[last], core[row]), distance];
      if (byLength(edge, best[row]) < 0) best[row] = edge;
      if (next < 0 || byLength(best[row], best[next]) < 0) next = row;
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

function coreDistance(points: Float32Array, row: number, k: number): number {
  const all = Array.from({ length: points.length / 2 }, (_, other) => squaredDistance(points, row, other));
  return all.sort((a, b) => a - b)[k - 1];
}

function squaredDistance(points: Float32Array, a: number, b: number): number {
  return (points[2 * a] - points[2 * b]) ** 2 + (points[2 * a + 1] - points[2 * b + 1]) ** 2;
}
