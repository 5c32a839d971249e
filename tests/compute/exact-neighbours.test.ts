import fc from "fast-check";
import { expect, it } from "vitest";
import { seededRandom } from "../../src/compute/random";
import { exactNeighbours } from "../../src/compute/vectors/exact-neighbours";
import { cosineDistance, unitVectors } from "../../src/compute/vectors/unit-vectors";

it("finds the neighbours that comparing all pairs finds, each row first in its own list", () => {
  const shapes = fc.record({
    seed: fc.integer(),
    rows: fc.integer({ min: 2, max: 150 }),
    dimensions: fc.integer({ min: 2, max: 11 }),
    wanted: fc.integer({ min: 2, max: 20 }),
    copies: fc.boolean(),
  });
  fc.assert(
    fc.property(shapes, ({ seed, rows, dimensions, wanted, copies }) => {
      const random = seededRandom(seed);
      const values = Float32Array.from({ length: rows * dimensions }, () => random() * 2 - 1);
      // The second half repeats the first.
      if (copies) values.copyWithin((rows >> 1) * dimensions, 0, (rows >> 1) * dimensions);
      const vectors = unitVectors(values, rows, dimensions);
      const k = Math.min(wanted, rows);
      const found = exactNeighbours(vectors, k, () => {});
      const vector = (row: number): Float32Array => vectors.values.subarray(row * dimensions, (row + 1) * dimensions);
      for (let row = 0; row < rows; row++) {
        const all = Array.from({ length: rows }, (_, other) => cosineDistance(vector(row), vector(other)));
        const neighbours = [...found.indices.subarray(row * k, row * k + k)];
        const distances = [...found.distances.subarray(row * k, row * k + k)];
        expect(neighbours[0]).toBe(row);
        expect(new Set(neighbours).size).toBe(k);
        const expected = [...all].sort((a, b) => a - b).slice(0, k);
        distances.forEach((distance, i) => expect(distance).toBeCloseTo(expected[i], 12));
        neighbours.forEach((other, i) => expect(distances[i]).toBeCloseTo(all[other], 12));
      }
    }),
  );
});

it("prefers none of many equal vectors", () => {
  const rows = 1000;
  const { indices } = exactNeighbours(unitVectors(new Float32Array(rows * 3).fill(0.3), rows, 3), 15, () => {});
  const chosen = new Int32Array(rows);
  for (const row of indices) chosen[row]++;
  expect(Math.max(...chosen)).toBeLessThan(60);
});

it("puts vectors of zeros at distance 0 from each other and 1 from all others", () => {
  const { values, dimensions } = unitVectors(Float32Array.of(0, 0, 3, 4, 0, 0), 3, 2);
  const [a, b, c] = [0, 1, 2].map((row) => values.subarray(row * dimensions, (row + 1) * dimensions));
  expect([cosineDistance(a, c), cosineDistance(a, b), cosineDistance(b, c)]).toEqual([0, 1, 1]);
});

it("tells how far it is, up to all rows", () => {
  const told: number[] = [];
  const vectors = unitVectors(Float32Array.from({ length: 600 }, seededRandom(1)), 300, 2);
  exactNeighbours(vectors, 5, (done) => told.push(done));
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told.length).toBeGreaterThan(3);
  expect(told.at(-1)).toBe(300);
});
