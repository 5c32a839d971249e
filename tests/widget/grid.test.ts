import fc from "fast-check";
import { expect, test } from "vitest";
import { dequantise, quantise } from "../../src/scope";
import { Grid } from "../../src/widget/map/grid";
import { rowsInPolygon } from "../../src/widget/map/lasso";
import { inPolygon } from "./support/in-polygon";
import { random } from "./support/blobs";

const coordinate = fc.integer({ min: 0, max: 65535 });
const points = fc
  .array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 300 })
  .map((pairs) => Uint16Array.from(pairs.flat()));
// corners may lie outside the map, on points, and on the borders of cells
const corner = fc.oneof(
  coordinate,
  fc.integer({ min: -70000, max: 140000 }),
  fc.double({ min: -1000, max: 70000, noNaN: true }),
  fc.integer({ min: 0, max: 16 }).map((i) => i * 4096),
);
const polygon = fc.array(fc.tuple(corner, corner), { minLength: 3, maxLength: 30 }).map((pairs) => pairs.flat());

function slowly(positions: Uint16Array, corners: ArrayLike<number>): number[] {
  return Array.from({ length: positions.length / 2 }, (_, row) => row).filter((row) =>
    inPolygon(corners, positions[2 * row], positions[2 * row + 1]),
  );
}

test("a lasso holds exactly the rows that a test of every point finds, ascending", () => {
  fc.assert(
    fc.property(points, polygon, (positions, corners) => {
      expect([...rowsInPolygon(new Grid(positions), corners)]).toEqual(slowly(positions, corners));
    }),
    { numRuns: 400 },
  );
});

test("a lasso over many points in small cells holds exactly the rows inside, holes of the even-odd rule left out", () => {
  const next = random(5);
  const positions = Uint16Array.from({ length: 60_000 }, () => Math.floor(next() * 65536));
  const star = Array.from({ length: 5 }, (_, i) => (i * 4 * Math.PI) / 5).flatMap((angle) => [
    32768 + 30000 * Math.cos(angle),
    32768 + 30000 * Math.sin(angle),
  ]);
  const found = rowsInPolygon(new Grid(positions), star);
  expect([...found]).toEqual(slowly(positions, star));
  // the pentagon in the middle of the star is wound twice
  expect(inPolygon(star, 32768, 32768)).toBe(false);
  expect(found.length).toBeGreaterThan(1000);
});

test("a polygon of fewer than three corners holds nothing", () => {
  expect([...rowsInPolygon(new Grid(Uint16Array.of(5, 5)), [0, 0, 10, 10])]).toEqual([]);
});

test("the nearest row is the nearest of all within the radius, or null", () => {
  fc.assert(
    fc.property(points, coordinate, coordinate, fc.integer({ min: 1, max: 20000 }), (positions, x, y, radius) => {
      const distances = Array.from({ length: positions.length / 2 }, (_, row) =>
        Math.hypot(positions[2 * row] - x, positions[2 * row + 1] - y),
      );
      const least = Math.min(...distances);
      const found = new Grid(positions).nearest(x, y, radius, radius);
      if (least < radius * 0.999) expect(distances[found ?? -1]).toBeCloseTo(least, 6);
      else if (least > radius * 1.001) expect(found).toBeNull();
    }),
  );
});

test("a grid over one point, and over points that are all equal, works", () => {
  expect(new Grid(Uint16Array.of(7, 9)).nearest(8, 8, 10, 10)).toBe(0);
  const equal = new Uint16Array(20_000).fill(1234);
  expect(new Grid(equal).nearest(1230, 1230, 10, 10)).toBe(0);
  expect(rowsInPolygon(new Grid(equal), [0, 0, 2000, 0, 2000, 2000, 0, 2000])).toHaveLength(10_000);
});

test("a quantised coordinate is within one part in 65535 of the map, and comes back the same", () => {
  fc.assert(
    fc.property(fc.float({ min: -1, max: 1, noNaN: true }), (value) => {
      const [q] = quantise(Float32Array.of(value));
      expect(Math.abs(dequantise(q) - value)).toBeLessThanOrEqual(1 / 65535 + 1e-9);
      expect(quantise(Float32Array.of(dequantise(q)))[0]).toBe(q);
    }),
  );
});

test("what is hidden is not found, however near", () => {
  const grid = new Grid(Uint16Array.of(100, 100, 120, 100, 900, 900));
  expect(grid.nearest(101, 100, 50, 50)).toBe(0);
  expect(grid.nearest(101, 100, 50, 50, Uint8Array.of(1, 0, 0))).toBe(1);
  expect(grid.nearest(101, 100, 50, 50, Uint8Array.of(1, 1, 0))).toBeNull();
});
