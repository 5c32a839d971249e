import { describe, expect, it } from "vitest";
import { clusterSizes, fileIds, membersOf } from "../../src/pipeline/cluster";
import { convexHull } from "../../src/pipeline/hull";
import { cellIndices } from "../../src/pipeline/tiles";

describe("a convex hull", () => {
  it("holds the outermost rows, counterclockwise", () => {
    const square = Float32Array.of(0, 0, 1, 0, 1, 1, 0, 1, 0.5, 0.5, 0.2, 0.7);
    expect(convexHull([5, 4, 3, 2, 1, 0], square)).toEqual([0, 1, 2, 3]);
  });

  it("is empty where the rows span no area", () => {
    expect(convexHull([0, 1], Float32Array.of(0, 0, 1, 1))).toEqual([]);
    expect(convexHull([0, 1, 2], Float32Array.of(0, 0, 1, 1, 2, 2))).toEqual([]);
    expect(convexHull([0, 1, 2], new Float32Array(6))).toEqual([]);
  });
});

it("tiles are counted from the lower left, row by row, the edges inside", () => {
  const x = Float32Array.of(-1, 1, 0, -0.99);
  const y = Float32Array.of(-1, 1, 0, 1);
  expect([...cellIndices([x, y], 64)]).toEqual([0, 64 * 64 - 1, 32 * 64 + 32, 63 * 64]);
  const z = Float32Array.of(-1, 1, 0, -1);
  expect([...cellIndices([x, y, z], 32)]).toEqual([0, 32 ** 3 - 1, (16 * 32 + 16) * 32 + 16, 31 * 32]);
});

it("rows of no cluster get the id after the last in files", () => {
  const labels = Int32Array.of(1, -1, 0, 1);
  expect(membersOf(labels)).toEqual([[2], [0, 3]]);
  expect([...fileIds(labels)]).toEqual([1, 2, 0, 1]);
  expect([...fileIds(Int32Array.of(-1, -1))]).toEqual([0, 0]);
});

it("the sizes of clusters that are tried fall, and are at least 2", () => {
  for (const rows of [2, 10, 100, 5000, 1e6]) {
    const sizes = clusterSizes(rows);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(2);
  }
});
