import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hdbscan, type HdbscanOptions } from "../../src/compute";
import { clusterPoints } from "../../src/compute/hdbscan/cluster-points";
import { condense } from "../../src/compute/hdbscan/condensed-tree";
import { seededRandom } from "../../src/compute/random";
import { canonical } from "./partition";

const options = (points: ArrayLike<number>, more: Partial<HdbscanOptions> = {}): HdbscanOptions => ({
  rows: points.length / 2,
  dimensions: 2,
  ...more,
});

/** Three round blobs of 60, 40 and 20 points, far apart, and one point in the middle of nowhere, in this order. */
function blobs(): Float32Array {
  const random = seededRandom(1);
  const points: number[] = [];
  const blob = (x: number, y: number, count: number): void => {
    for (let i = 0; i < count; i++) points.push(x + random() + random(), y + random() + random());
  };
  blob(100, 0, 20);
  blob(0, 0, 60);
  blob(0, 100, 40);
  return Float32Array.from([...points, 1000, 1000]);
}

describe("hdbscan", () => {
  it("finds blobs, numbers them from the largest to the smallest, and calls the rest noise", async () => {
    const points = blobs();
    const { labels, probabilities } = await hdbscan(points, options(points, { minClusterSize: 10 }));
    const expected = (row: number): number => (row < 20 ? 2 : row < 80 ? 0 : row < 120 ? 1 : -1);
    expect([...labels]).toEqual([...labels.keys()].map(expected));
    expect(probabilities[120]).toBe(0);
    expect(Math.max(...probabilities)).toBe(1);
    expect(Math.min(...probabilities.subarray(0, 120))).toBeGreaterThan(0);
  });

  it("leaves the caller's points alone, and reads shared memory", async () => {
    const points = blobs();
    const before = points.slice();
    const mine = await hdbscan(points, options(points));
    expect(points).toEqual(before);
    const shared = new Float32Array(new SharedArrayBuffer(points.byteLength));
    shared.set(points);
    expect(await hdbscan(shared, options(points))).toEqual(mine);
  });

  it("reads only its part of a larger buffer", async () => {
    const points = blobs();
    const larger = Float32Array.from([NaN, ...points, NaN]);
    const part = larger.subarray(1, points.length + 1);
    expect(await hdbscan(part, options(points))).toEqual(await hdbscan(points, options(points)));
  });

  it("keeps together what parts at less than the epsilon", async () => {
    const points = blobs().subarray(0, 240);
    const near = await hdbscan(points, options(points, { minClusterSize: 10, minSamples: 1 }));
    const far = await hdbscan(
      points,
      options(points, { minClusterSize: 3, minSamples: 1, clusterSelectionEpsilon: 50 }),
    );
    expect(canonical(far.labels)).toEqual(canonical(near.labels));
  });

  it.each([0, 1, 2, 3, 4, 5])("calls %i points noise, too few for a cluster", async (rows) => {
    const points = Float32Array.from({ length: rows * 2 }, (_, i) => i * i);
    const { labels, probabilities } = await hdbscan(points, options(points, { minClusterSize: 6 }));
    expect([...labels]).toEqual(new Array(rows).fill(-1));
    expect([...probabilities]).toEqual(new Array(rows).fill(0));
  });

  it.each([2, 3, 4, 5])("handles %i points and the smallest cluster size", async (rows) => {
    const points = Float32Array.from({ length: rows * 2 }, (_, i) => i * i);
    const { labels } = await hdbscan(points, options(points, { minClusterSize: 2, minSamples: 1 }));
    expect(labels).toHaveLength(rows);
  });

  it("calls all noise when all points are in the same place, for lack of a second one", async () => {
    const points = new Float32Array(20_000).fill(1.5);
    const { labels } = await hdbscan(points, options(points));
    expect(labels.every((label) => label === -1)).toBe(true);
  });

  it("never splits a heap of points in one place, and finds two heaps", async () => {
    const points = Float32Array.from({ length: 8000 }, (_, i) => (i < 6000 ? 0 : 1));
    const { labels, probabilities } = await hdbscan(points, options(points));
    expect([...labels]).toEqual(Array.from({ length: 4000 }, (_, row) => (row < 3000 ? 0 : 1)));
    expect(probabilities.every((p) => p === 1)).toBe(true);
  });

  it("takes more samples than there are neighbours as all of them", async () => {
    const points = blobs();
    const all = await hdbscan(points, options(points, { minClusterSize: 10, minSamples: 120 }));
    expect(await hdbscan(points, options(points, { minClusterSize: 10, minSamples: 1e9 }))).toEqual(all);
  });

  it("handles the smallest and largest numbers of single precision", async () => {
    const points = blobs().map((value, i) => (i % 2 === 0 ? value * 1e35 : value * 1e-42));
    const { labels, probabilities } = await hdbscan(points, options(points));
    expect(Math.max(...labels)).toBeGreaterThan(0);
    expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  it.each([
    ["another dimension", { dimensions: 3 as 2 }, "bad-option", "dimensions"],
    ["a cluster of one", { minClusterSize: 1 }, "bad-option", "minClusterSize"],
    ["a fraction", { minClusterSize: 2.5 }, "bad-option", "minClusterSize"],
    ["no samples", { minSamples: 0 }, "bad-option", "minSamples"],
    ["NaN", { minSamples: NaN }, "bad-option", "minSamples"],
    ["a negative epsilon", { clusterSelectionEpsilon: -1 }, "bad-option", "clusterSelectionEpsilon"],
    ["an endless epsilon", { clusterSelectionEpsilon: Infinity }, "bad-option", "clusterSelectionEpsilon"],
    ["another number of rows", { rows: 7 }, "bad-vectors", "rows"],
    ["negative rows", { rows: -1 }, "bad-option", "rows"],
  ])("refuses %s", async (_, more, code, named) => {
    const points = blobs();
    const error = await hdbscan(points, options(points, more)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(named);
  });

  it.each([NaN, Infinity, -Infinity])("refuses a coordinate that is %d and names its row", async (value) => {
    const points = blobs();
    points[7] = value;
    await expect(hdbscan(points, options(points))).rejects.toMatchObject({
      code: "bad-vectors",
      message: expect.stringContaining("row 3 ") as string,
    });
  });

  it("can be interrupted before and while it runs", async () => {
    const points = Float32Array.from({ length: 400_000 }, seededRandom(3));
    await expect(hdbscan(points, options(points, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: "interrupted",
    });
    const signal = AbortSignal.timeout(50);
    await expect(hdbscan(points, options(points, { signal }))).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("clusterPoints", () => {
  /** Points whose distances all differ, but for accidents. */
  const scattered = fc
    .record({ seed: fc.integer(), rows: fc.integer({ min: 2, max: 300 }), centres: fc.integer({ min: 1, max: 8 }) })
    .map(({ seed, rows, centres }) => {
      const random = seededRandom(seed);
      const centre = Float64Array.from({ length: centres * 2 }, () => random() * 20);
      return Float32Array.from({ length: rows * 2 }, (_, i) => {
        const c = ((i >> 1) * 7) % centres;
        return centre[c * 2 + (i % 2)] + (random() + random() - 1) * 3;
      });
    });

  it("does not depend on the order of the rows", () => {
    fc.assert(
      fc.property(
        scattered,
        fc.integer(),
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (points, seed, minClusterSize, minSamples) => {
          const rows = points.length / 2;
          const random = seededRandom(seed);
          const order = Array.from({ length: rows }, (_, row) => row);
          const keys = order.map(() => random());
          order.sort((a, b) => keys[a] - keys[b]);
          const parameters = { minClusterSize, minSamples, clusterSelectionEpsilon: 0 };
          const straight = clusterPoints(points, parameters);
          const mixed = clusterPoints(
            Float32Array.from(order.flatMap((row) => [points[row * 2], points[row * 2 + 1]])),
            parameters,
          );
          expect(canonical(mixed.labels)).toEqual(canonical(order.map((row) => straight.labels[row])));
          expect([...mixed.probabilities]).toEqual(order.map((row) => straight.probabilities[row]));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("gives clusters of at least the smallest size, numbered without gaps, largest first, on any points", () => {
    // Small whole numbers: many points in the same place and at the same distances.
    const gridPoints = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 4, maxLength: 400 });
    fc.assert(
      fc.property(
        gridPoints,
        fc.integer({ min: 2, max: 10 }),
        fc.integer({ min: 1, max: 10 }),
        (values, size, samples) => {
          const points = Float32Array.from(values.slice(0, values.length & ~1));
          const parameters = { minClusterSize: size, minSamples: samples, clusterSelectionEpsilon: 0 };
          const { labels, probabilities } = clusterPoints(points, parameters);
          const sizes: number[] = [];
          for (const label of labels) if (label >= 0) sizes[label] = (sizes[label] ?? 0) + 1;
          expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
          expect(sizes).not.toContain(undefined);
          expect(sizes.length).not.toBe(1);
          for (const count of sizes) expect(count).toBeGreaterThanOrEqual(size);
          expect(probabilities.every((p, row) => p >= 0 && p <= 1 && (labels[row] >= 0 || p === 0))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("condense", () => {
  it("leaves a heap of points in one place whole, however its merges are nested", () => {
    // ((0 1) (2 3)) at height 0, then 4, 5 and 6 7 8 at height 1 and 2: without the rule, two clusters of two at height 0.
    const heap = { left: [0, 2, 9], right: [1, 3, 10], heights: [0, 0, 0], sizes: [2, 2, 4] };
    const rest = {
      left: [4, 12, 6, 8, 13],
      right: [5, 11, 7, 14, 15],
      heights: [1, 1, 1, 1, 2],
      sizes: [2, 6, 2, 3, 9],
    };
    const { clusters, pointClusters, pointLambdas } = condense(
      {
        count: 9,
        left: Int32Array.from([...heap.left, ...rest.left]),
        right: Int32Array.from([...heap.right, ...rest.right]),
        heights: Float64Array.from([...heap.heights, ...rest.heights]),
        sizes: Int32Array.from([...heap.sizes, ...rest.sizes]),
      },
      2,
    );
    const heapCluster = pointClusters[0];
    expect([...pointClusters.subarray(0, 4)]).toEqual(new Array(4).fill(heapCluster));
    expect([...pointLambdas.subarray(0, 4)]).toEqual(new Array(4).fill(Infinity));
    expect(clusters[heapCluster]).toMatchObject({ children: [], stability: Infinity, death: Infinity });
    expect(clusters.every(({ stability, birth }) => !Number.isNaN(stability) && birth < Infinity)).toBe(true);
  });
});
