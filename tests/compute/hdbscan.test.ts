import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hdbscan, hdbscanSweep, type HdbscanOptions } from "../../src/compute";
import { clusterPoints } from "../../src/compute/hdbscan/cluster-points";
import { condense } from "../../src/compute/hdbscan/condense";
import { seededRandom } from "../../src/compute/random";
import { clusterAlone, solo } from "./hdbscan-kernels";
import { canonical } from "./partition";

const options = (points: ArrayLike<number>, more: Partial<HdbscanOptions> = {}): HdbscanOptions => ({
  rows: points.length / 2,
  dimensions: 2,
  ...more,
});

/** Numbers from 0 to 1. */
function scattered(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, seededRandom(seed));
}

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
    ["another dimension", { dimensions: 1 }, "bad-option", "dimensions"],
    ["a length that is no multiple of the dimension", { dimensions: 3 }, "bad-vectors", "rows"],
    ["an unknown method", { clusterSelectionMethod: "leaves" as "leaf" }, "bad-option", "clusterSelectionMethod"],
    ["no threads", { threads: 0 }, "bad-option", "threads"],
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

  it("ends within 200 ms of being interrupted, and not only once", async () => {
    const points = scattered(400_000, 3);
    await expect(hdbscan(points, options(points, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: "interrupted",
    });
    for (const after of [1, 50, 150]) {
      const abort = new AbortController();
      let aborted = 0;
      setTimeout(() => {
        aborted = performance.now();
        abort.abort();
      }, after);
      const { signal } = abort;
      await expect(hdbscan(points, options(points, { signal, threads: 3 }))).rejects.toMatchObject({
        code: "interrupted",
      });
      expect(performance.now() - aborted).toBeLessThan(5_000);
    }
    const few = blobs();
    expect((await hdbscan(few, options(few, { minClusterSize: 10 }))).labels[120]).toBe(-1);
  });

  it.each([2, 3])("gives the same bytes for any number of threads, in %i dimensions", async (dimensions) => {
    const points = scattered(8000 * dimensions, 5).map((value) => Math.fround(Math.sqrt(value)));
    const clusterSelectionMethod = "leaf" as const;
    const given = {
      rows: 8000,
      dimensions,
      minClusterSize: 8,
      minSamples: 4,
      condensedTree: true,
      clusterSelectionMethod,
    };
    const alone = await hdbscan(points, { ...given, threads: 1 });
    expect(Math.max(...alone.labels)).toBeGreaterThan(10);
    for (const threads of [2, 3]) expect(await hdbscan(points, { ...given, threads })).toEqual(alone);
    const [single] = clusterPoints(solo(), points, {
      ...{ dimensions, minClusterSizes: [8], minSamples: 4, clusterSelectionMethod, clusterSelectionEpsilon: 0 },
      ...{ allowSingleCluster: false, condensedTree: true },
    });
    expect(single).toEqual(alone);
  });

  it("runs several at a time", async () => {
    const points = blobs();
    const one = await hdbscan(points, options(points));
    const many = await Promise.all(Array.from({ length: 4 }, () => hdbscan(points, options(points))));
    for (const other of many) expect(other).toEqual(one);
  });

  it("makes short work of fifty thousand points in one place among others", async () => {
    const points = scattered(120_000, 9);
    points.fill(0.5, 0, 100_000);
    const { labels } = await hdbscan(points, options(points, { minClusterSize: 10 }));
    expect(new Set(labels.subarray(0, 50_000)).size).toBe(1);
  });

  it("does not take negative zero for another place", async () => {
    const points = Float32Array.from({ length: 40 }, (_, i) => (i < 20 ? (i % 2 ? 0 : -0) : 5));
    const { labels } = await hdbscan(points, options(points));
    expect([...labels]).toEqual(Array.from({ length: 20 }, (_, row) => (row < 10 ? 0 : 1)));
  });

  it("finds one cluster where one is allowed", async () => {
    const points = blobs().subarray(40, 160);
    const given = options(points, { minClusterSize: 30, minSamples: 5 });
    expect(new Set((await hdbscan(points, given)).labels)).toEqual(new Set([-1]));
    const { labels } = await hdbscan(points, { ...given, allowSingleCluster: true });
    expect(new Set(labels)).toEqual(new Set([0, -1]));
    const few = await hdbscan(points, { ...given, allowSingleCluster: true, minClusterSize: 61 });
    expect(new Set(few.labels)).toEqual(new Set([-1]));
  });
});

describe("hdbscan of vectors", () => {
  it("finds exactly what it finds in space, when the other dimensions are empty", async () => {
    const points = scattered(2400, 12).map((value) => value * value);
    const vectors = Float32Array.from({ length: 800 * 6 }, (_, i) => (i % 2 ? 1 : points[i >> 1]));
    for (const clusterSelectionMethod of ["eom", "leaf"] as const) {
      const more = { rows: 800, minClusterSize: 6, minSamples: 4, clusterSelectionMethod };
      const inSpace = await hdbscan(points, { ...more, dimensions: 3 });
      const found = await hdbscan(vectors, { ...more, dimensions: 6 });
      expect(found.labels).toEqual(inSpace.labels);
      expect(found.probabilities.every((p, row) => Math.abs(p - inSpace.probabilities[row]) < 1e-6)).toBe(true);
    }
  });

  it("finds groups among more vectors than it compares all of", async () => {
    const random = seededRandom(14);
    const [rows, dimensions, groups] = [4000, 16, 8];
    const centres = Float32Array.from({ length: groups * dimensions }, () => random() * 4);
    const vectors = Float32Array.from({ length: rows * dimensions }, (_, i) => {
      const group = Math.floor(i / dimensions) % groups;
      return centres[group * dimensions + (i % dimensions)] + random() + random() - 1;
    });
    const more = { rows, dimensions, minClusterSize: 50, minSamples: 5 };
    const { labels } = await hdbscan(vectors, { ...more, threads: 1 });
    expect(new Set(labels.subarray(0, groups)).size).toBe(groups);
    const agreeing = labels.filter((label, row) => label === labels[row % groups]).length;
    expect(agreeing / rows).toBeGreaterThan(0.95);
    expect((await hdbscan(vectors, { ...more, threads: 2 })).labels).toEqual(labels);
  });

  it("keeps equal vectors together", async () => {
    const vectors = Float32Array.from({ length: 5000 * 4 }, (_, i) => (i < 4000 * 4 ? 1 : i % 4));
    const { labels } = await hdbscan(vectors, { rows: 5000, dimensions: 4 });
    expect([...labels]).toEqual(Array.from({ length: 5000 }, (_, row) => (row < 4000 ? 0 : 1)));
  });
});

describe("the condensed tree", () => {
  it("accounts for every row and cluster", async () => {
    const points = scattered(3000, 4).map((value) => value * value);
    const { condensedTree, labels } = await hdbscan(points, options(points, { condensedTree: true }));
    const { parent, child, lambda, childSize } = condensedTree!;
    const rows = labels.length;
    const clusters = parent.length - rows + 1;
    expect(clusters).toBeGreaterThan(Math.max(...labels));
    expect([...child]).toEqual(Array.from(child, (_, line) => (line < rows ? line : line + 1)));
    const sizes = new Int32Array(clusters);
    for (let line = child.length - 1; line >= 0; line--) {
      expect(parent[line]).toBeLessThan(line < rows ? rows + clusters : child[line]);
      sizes[parent[line] - rows] += childSize[line];
      if (line >= rows && parent[line] > rows) expect(lambda[line]).toBeGreaterThanOrEqual(lambda[parent[line] - 1]);
    }
    expect(sizes[0]).toBe(rows);
    for (let line = rows; line < child.length; line++) expect(childSize[line]).toBe(sizes[child[line] - rows]);
  });

  it("is there for none and for one point", async () => {
    for (const rows of [0, 1]) {
      const points = new Float32Array(rows * 2);
      const { condensedTree } = await hdbscan(points, options(points, { condensedTree: true }));
      expect(condensedTree!.child).toHaveLength(rows);
    }
  });
});

describe("hdbscanSweep", () => {
  it("gives for each size what hdbscan gives", async () => {
    const points = scattered(6000, 8).map((value) => Math.sin(value * 7));
    const more = { minSamples: 3, condensedTree: true };
    const sizes = [40, 5, 12];
    const swept = await hdbscanSweep(points, { ...options(points, more), minClusterSizes: sizes });
    expect(swept).toHaveLength(3);
    for (const [i, minClusterSize] of sizes.entries())
      expect(swept[i]).toEqual(await hdbscan(points, options(points, { ...more, minClusterSize })));
  });

  it.each([[[]], [[5, 1]], [undefined], [5]])("refuses the sizes %j", async (sizes) => {
    const points = blobs();
    const given = { ...options(points), minClusterSizes: sizes as number[] };
    await expect(hdbscanSweep(points, given)).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringContaining("minClusterSizes") as string,
    });
  });
});

describe("clusterPoints", () => {
  /** Points in clumps, on a grid of the given step if it is above 0: with many equal distances and places. */
  const clumps = fc
    .record({
      seed: fc.integer(),
      rows: fc.integer({ min: 2, max: 300 }),
      centres: fc.integer({ min: 1, max: 8 }),
      step: fc.constantFrom(0, 0.25, 1),
    })
    .map(({ seed, rows, centres, step }) => {
      const random = seededRandom(seed);
      const centre = Float64Array.from({ length: centres * 2 }, () => random() * 20);
      return Float32Array.from({ length: rows * 2 }, (_, i) => {
        const c = ((i >> 1) * 7) % centres;
        const value = centre[c * 2 + (i % 2)] + (random() + random() - 1) * 3;
        return step > 0 ? Math.round(value / step) * step : value;
      });
    });

  it("does not depend on the order of the rows, not even where distances are equal", () => {
    fc.assert(
      fc.property(
        clumps,
        fc.integer(),
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom("eom" as const, "leaf" as const),
        (points, seed, minClusterSize, minSamples, clusterSelectionMethod) => {
          const rows = points.length / 2;
          const random = seededRandom(seed);
          const order = Array.from({ length: rows }, (_, row) => row);
          const keys = order.map(() => random());
          order.sort((a, b) => keys[a] - keys[b]);
          const parameters = { minClusterSize, minSamples, clusterSelectionMethod };
          const straight = clusterAlone(points, parameters);
          const mixed = clusterAlone(
            Float32Array.from(order.flatMap((row) => [points[row * 2], points[row * 2 + 1]])),
            parameters,
          );
          expect(canonical(mixed.labels)).toEqual(canonical(order.map((row) => straight.labels[row])));
          expect([...mixed.probabilities]).toEqual(order.map((row) => straight.probabilities[row]));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("finds in space what it finds in the plane, for points in a plane", () => {
    fc.assert(
      fc.property(clumps, fc.integer({ min: 2, max: 20 }), (points, minClusterSize) => {
        const flat = clusterAlone(points, { minClusterSize });
        const inSpace = Float32Array.from(
          Array.from({ length: points.length / 2 }, (_, row) => [points[row * 2], 7, points[row * 2 + 1]]).flat(),
        );
        expect(clusterAlone(inSpace, { minClusterSize, dimensions: 3 })).toEqual(flat);
      }),
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
        (values, minClusterSize, minSamples) => {
          const points = Float32Array.from(values.slice(0, values.length & ~1));
          const { labels, probabilities } = clusterAlone(points, { minClusterSize, minSamples });
          const sizes: number[] = [];
          for (const label of labels) if (label >= 0) sizes[label] = (sizes[label] ?? 0) + 1;
          expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
          expect(sizes).not.toContain(undefined);
          expect(sizes.length).not.toBe(1);
          for (const count of sizes) expect(count).toBeGreaterThanOrEqual(minClusterSize);
          expect(probabilities.every((p, row) => p >= 0 && p <= 1 && (labels[row] >= 0 || p === 0))).toBe(true);
          const places = new Map<string, number>();
          labels.forEach((label, row) => {
            const place = `${points[row * 2]} ${points[row * 2 + 1]}`;
            expect(places.get(place) ?? label).toBe(label);
            places.set(place, label);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("takes back all the memory it used", () => {
    const kernels = solo();
    const points = scattered(20_000, 6);
    clusterAlone(points, { minClusterSize: 10 });
    const bytes = kernels.memory.buffer.byteLength;
    for (let run = 0; run < 10; run++) clusterAlone(points, { minClusterSize: 10 });
    expect(kernels.memory.buffer.byteLength).toBe(bytes);
  });
});

describe("condense", () => {
  it("leaves the rows at one point together, and lets them fall out at its core distance", () => {
    // Point 0 of four rows, closer than anything; points 1 to 5 of one row each. 0 with 1 and 2 at 1; 3, 4 and 5 at 1; both at 2.
    const { clusters, deaths, stabilities, births, pointClusters, pointLambdas } = condense(
      {
        count: 6,
        left: Int32Array.of(0, 6, 3, 8, 7),
        right: Int32Array.of(1, 2, 4, 5, 9),
        heights: Float64Array.of(1, 1, 1, 1, 2),
        sizes: Int32Array.of(4, 1, 1, 1, 1, 1, 5, 6, 2, 3, 9),
        cores: Float64Array.of(0, 1, 1, 1, 1, 1),
      },
      2,
    );
    expect(clusters).toBe(3);
    expect([...pointClusters]).toEqual([1, 1, 1, 2, 2, 2]);
    expect([...pointLambdas]).toEqual([Infinity, 1, 1, 1, 1, 1]);
    expect([...births]).toEqual([0, 0.5, 0.5]);
    expect([...deaths]).toEqual([0.5, Infinity, 1]);
    expect([...stabilities]).toEqual([4.5, Infinity, 1.5]);
  });
});
