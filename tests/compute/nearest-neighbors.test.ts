import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestNeighbors, type Metric, type NearestNeighborsOptions } from "../../src/compute/nearest-neighbors";
import { seededRandom } from "../../src/compute/random";
import { distancesFrom, nearestDistances } from "./brute-force";
import { leavesNothingBehind } from "./idle";

const METRICS: Metric[] = ["cosine", "euclidean"];

function normal(rows: number, dimensions: number, seed = 1): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from(
    { length: rows * dimensions },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

/** Searches and compares with all pairs in double precision: relative to distances, or to 1 where they are small cosine ones. */
async function expectExact(vectors: Float32Array, options: NearestNeighborsOptions): Promise<void> {
  const { rows, dimensions, metric = "cosine", k = Math.min(15, rows - 1) } = options;
  const { indices, distances, recall } = await nearestNeighbors(vectors, options);
  expect(recall).toBe(1);
  expect([indices.length, distances.length]).toEqual([rows * k, rows * k]);
  const all = Array.from({ length: rows }, (_, row) => row);
  const wanted = nearestDistances(all, vectors, dimensions, metric, k);
  let [worst, claimed] = [0, 0];
  for (const row of all) {
    const from = distancesFrom(row, vectors, dimensions, metric);
    const list = indices.subarray(row * k, (row + 1) * k);
    expect(new Set(list).size, `neighbours of row ${row}`).toBe(k);
    expect(list).not.toContain(row);
    list.forEach((other, i) => {
      const found = distances[row * k + i];
      const scale = metric === "cosine" ? wanted[row][i] + 0.01 : wanted[row][i] || Number.MIN_VALUE;
      worst = Math.max(worst, Math.abs(found - wanted[row][i]) / scale);
      claimed = Math.max(claimed, Math.abs(found - from[other]) / scale);
    });
  }
  expect(worst).toBeLessThan(1e-5);
  expect(claimed).toBeLessThan(1e-5);
}

describe.each(METRICS)("nearestNeighbors, exact, %s", (metric) => {
  it.each([
    [300, 1, 15],
    [301, 2, 15],
    [517, 3, 100],
    [129, 5, 100],
    [128, 16, 15],
    [1003, 100, 50],
    [257, 384, 7],
    [2, 3, 1],
    [3, 1, 2],
    [9, 4, 8],
  ])("finds what comparing all pairs of %i rows of %i dimensions finds, %i neighbours", async (rows, dimensions, k) => {
    await expectExact(normal(rows, dimensions), { rows, dimensions, k, metric });
  });

  it.each([1000, 1e6])("does so %d away from the origin", async (shift) => {
    const vectors = normal(400, 16).map((value) => value + shift);
    await expectExact(vectors, { rows: 400, dimensions: 16, metric });
  });

  it("does so beside a row that is a million times farther away", async () => {
    const vectors = normal(700, 5);
    vectors[0] = 1e6;
    await expectExact(vectors, { rows: 700, dimensions: 5, metric });
  });

  it.each([1e-42, 1e-30, 1e-20, 1e20, 1e37])("does so for vectors of a length of about %d", async (scale) => {
    const vectors = normal(150, 6).map((value) => value * scale);
    const exact = vectors.map((value) => value / scale); // what rounding of the smallest numbers left
    const options = { rows: 150, dimensions: 6, metric };
    const found = await nearestNeighbors(vectors, options);
    const wanted = await nearestNeighbors(exact, options);
    found.distances.forEach((distance, i) => {
      const unit = metric === "cosine" ? 1 : scale;
      expect(distance / unit).toBeCloseTo(wanted.distances[i], scale < 1e-40 ? 2 : 5);
    });
  });

  it("finds what comparing all pairs finds for random shapes, scales and copies", { timeout: 60_000 }, async () => {
    const shapes = fc.record({
      seed: fc.integer(),
      rows: fc.integer({ min: 2, max: 140 }),
      dimensions: fc.integer({ min: 1, max: 20 }),
      wanted: fc.integer({ min: 1, max: 100 }),
      exponent: fc.integer({ min: -20, max: 20 }),
      copies: fc.boolean(),
      zeros: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ seed, rows, dimensions, wanted, exponent, copies, zeros }) => {
        const vectors = normal(rows, dimensions, seed).map((value) => value * 10 ** exponent);
        if (copies) vectors.copyWithin((rows >> 1) * dimensions, 0, (rows >> 1) * dimensions);
        if (zeros) vectors.fill(0, 0, dimensions * Math.min(3, rows));
        await expectExact(vectors, { rows, dimensions, k: Math.min(wanted, rows - 1), metric, threads: 2 });
      }),
      { numRuns: 25 },
    );
  });

  it("gives the rows of a permutation the neighbours of the rows they were", async () => {
    const [rows, dimensions, k] = [500, 8, 10];
    const vectors = normal(rows, dimensions);
    const order = Array.from({ length: rows }, (_, i) => (i * 137 + 11) % rows);
    const permuted = Float32Array.from(order.flatMap((row) => [...vectors.subarray(row * 8, (row + 1) * 8)]));
    const plain = await nearestNeighbors(vectors, { rows, dimensions, k, metric });
    const moved = await nearestNeighbors(permuted, { rows, dimensions, k, metric });
    order.forEach((row, place) => {
      const list = [...moved.indices.subarray(place * k, (place + 1) * k)].map((other) => order[other]);
      expect(list).toEqual([...plain.indices.subarray(row * k, (row + 1) * k)]);
    });
  });
});

describe("nearestNeighbors among equal rows", () => {
  it("puts equal rows first, at distance 0, and shares them out", async () => {
    const [rows, dimensions, k] = [2000, 6, 5];
    const vectors = normal(rows, dimensions);
    for (let row = 500; row < 1500; row++) vectors.copyWithin(row * dimensions, 0, dimensions);
    const { indices, distances } = await nearestNeighbors(vectors, { rows, dimensions, k });
    const equal = (row: number): boolean => row === 0 || (row >= 500 && row < 1500);
    for (const row of Array.from({ length: rows }, (_, i) => i).filter(equal)) {
      expect([...distances.subarray(row * k, (row + 1) * k)]).toEqual([0, 0, 0, 0, 0]);
      expect([...indices.subarray(row * k, (row + 1) * k)].every((other) => equal(other) && other !== row)).toBe(true);
    }
    expect(mostOften(indices, rows)).toBeLessThan(60);
  });

  it.each(METRICS)("handles thousands of rows of one value, or of two, without a hub, %s", async (metric) => {
    const [rows, dimensions, k] = [25_000, 8, 15];
    for (const values of [1, 2]) {
      const vectors = Float32Array.from({ length: rows * dimensions }, (_, i) =>
        Math.floor(i / dimensions) % values ? i % 3 : 0.5,
      );
      const { indices, distances, recall } = await nearestNeighbors(vectors, { rows, dimensions, k, metric });
      expect(recall).toBe(1);
      expect(distances.every((distance) => distance === 0)).toBe(true);
      expect(mostOften(indices, rows)).toBe(k);
      for (let row = 0; row < rows; row += 997)
        expect([...indices.subarray(row * k, (row + 1) * k)].every((other) => (other - row) % values === 0)).toBe(true);
    }
  });

  it("goes on to other rows when there are fewer equal ones than neighbours wanted", async () => {
    const vectors = Float32Array.of(0, 0, 0, 5, 5, 9);
    const options = { rows: 6, dimensions: 1, k: 5, metric: "euclidean" } as const;
    const { distances } = await nearestNeighbors(vectors, options);
    expect([...distances.subarray(0, 5)]).toEqual([0, 0, 5, 5, 9]);
    expect([...distances.subarray(25, 30)]).toEqual([4, 4, 9, 9, 9]);
  });

  it("takes vectors of zeros as equal to each other and unlike all others, with cosine", async () => {
    const [rows, dimensions] = [60, 4];
    const vectors = normal(rows, dimensions);
    vectors.fill(0, 0, 5 * dimensions);
    const { indices, distances } = await nearestNeighbors(vectors, { rows, dimensions, k: 6 });
    for (let row = 0; row < 5; row++) {
      expect([...distances.subarray(row * 6, row * 6 + 4)]).toEqual([0, 0, 0, 0]);
      for (const distance of distances.subarray(row * 6 + 4, row * 6 + 6)) expect(distance).toBeCloseTo(1, 6);
      expect([...indices.subarray(row * 6, row * 6 + 4)].every((other) => other < 5)).toBe(true);
    }
  });
});

describe("nearestNeighbors", () => {
  it.each(METRICS)("gives the same bytes for 1, 2 and 3 threads, and leaves the vectors alone, %s", async (metric) => {
    const [rows, dimensions] = [3001, 20];
    const vectors = normal(rows, dimensions);
    const shared = new Float32Array(new SharedArrayBuffer(vectors.byteLength));
    shared.set(vectors);
    const first = await nearestNeighbors(vectors, { rows, dimensions, metric, threads: 1 });
    for (const threads of [2, 3])
      expect(await nearestNeighbors(shared, { rows, dimensions, metric, threads })).toEqual(first);
    expect(shared).toEqual(vectors);
    expect(vectors).toEqual(normal(rows, dimensions));
    const part = Float32Array.from([NaN, ...vectors, NaN]).subarray(1, vectors.length + 1);
    expect(await nearestNeighbors(part, { rows, dimensions, metric })).toEqual(first);
  });

  it("finds 15 neighbours, or all where there are fewer", async () => {
    expect((await nearestNeighbors(normal(20, 3), { rows: 20, dimensions: 3 })).indices).toHaveLength(20 * 15);
    expect((await nearestNeighbors(normal(4, 3), { rows: 4, dimensions: 3 })).indices).toHaveLength(4 * 3);
  });

  it("tells how far it is, up to all rows", async () => {
    const told: number[] = [];
    const onNeighbors = (done: number, rows: number): void => void told.push(done / rows);
    await nearestNeighbors(normal(1000, 8), { rows: 1000, dimensions: 8, onNeighbors });
    expect(told.length).toBeGreaterThan(3);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });

  it.each(METRICS.flatMap((metric) => [NaN, Infinity, -Infinity].map((value) => [metric, value] as const)))(
    "refuses, with %s, %d in the last row and names row and dimension",
    async (metric, value) => {
      const vectors = normal(50, 7);
      vectors[49 * 7 + 6] = value;
      await expect(nearestNeighbors(vectors, { rows: 50, dimensions: 7, metric })).rejects.toMatchObject({
        code: "bad-vectors",
        message: expect.stringMatching(new RegExp(`row 49 .*${value}.* dimension 6`)) as string,
      });
    },
  );

  it("refuses a vector whose distances would not be finite, and names its row", async () => {
    const vectors = normal(50, 7);
    vectors[21 * 7] = 3e38;
    await expect(nearestNeighbors(vectors, { rows: 50, dimensions: 7, metric: "euclidean" })).rejects.toMatchObject({
      code: "bad-vectors",
      message: expect.stringContaining("row 21") as string,
    });
  });

  it.each([
    ["no neighbour", { k: 0 }, "bad-option", "k"],
    ["more than 100 neighbours", { k: 101 }, "bad-option", "100"],
    ["as many neighbours as rows", { rows: 10, k: 10 }, "bad-option", "10 rows"],
    ["half a neighbour", { k: 1.5 }, "bad-option", "k"],
    ["an unknown metric", { metric: "manhattan" as Metric }, "bad-option", "manhattan"],
    ["a recall of 0", { recall: 0 }, "bad-option", "recall"],
    ["a recall above 1", { recall: 1.1 }, "bad-option", "recall"],
    ["half a seed", { seed: 0.5 }, "bad-option", "seed"],
    ["no thread", { threads: 0 }, "bad-option", "threads"],
    ["no dimension", { dimensions: 0 }, "bad-option", "dimensions"],
    ["one row", { rows: 1 }, "too-few-rows", "2 rows"],
    ["no row", { rows: 0 }, "too-few-rows", "none"],
  ])("refuses %s", async (_, more, code, named) => {
    const options = { rows: 150, dimensions: 3, ...more };
    const vectors = new Float32Array(options.rows * options.dimensions);
    const error = await nearestNeighbors(vectors, options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(named);
  });

  it("refuses vectors of another length, and what is no Float32Array", async () => {
    const options = { rows: 10, dimensions: 3 };
    for (const vectors of [new Float32Array(29), new Float32Array(31), [1, 2] as unknown as Float32Array])
      await expect(nearestNeighbors(vectors, options)).rejects.toMatchObject({ code: "bad-vectors" });
  });

  it("is interrupted while it works, and leaves nothing behind", async () => {
    const [rows, dimensions] = [18_000, 64];
    const vectors = normal(rows, dimensions);
    const controller = new AbortController();
    let aborted = 0;
    const onNeighbors = (): void => {
      aborted ||= performance.now();
      controller.abort();
    };
    const options = { rows, dimensions, threads: 3, onNeighbors, signal: controller.signal };
    const error = await leavesNothingBehind(async () => {
      const reason = await nearestNeighbors(vectors, options).catch((thrown: unknown) => thrown);
      expect(performance.now() - aborted).toBeLessThan(5_000);
      return reason;
    });
    expect(aborted).toBeGreaterThan(0);
    expect(error).toMatchObject({ code: "interrupted" });
    await expect(nearestNeighbors(vectors, options)).rejects.toMatchObject({ code: "interrupted" });
  });

  it("releases its memory: thirty runs take little more than a few", { timeout: 60_000 }, async () => {
    const [rows, dimensions] = [2000, 256];
    const vectors = normal(rows, dimensions);
    const run = async (times: number): Promise<number> => {
      for (let time = 0; time < times; time++) await nearestNeighbors(vectors, { rows, dimensions, threads: 2 });
      return process.memoryUsage().rss;
    };
    const few = await run(5);
    const many = await run(25);
    expect((many - few) / 1e6).toBeLessThan(60);
  });
});

/** How often the row that is most often a neighbour is one. */
function mostOften(indices: Uint32Array, rows: number): number {
  const counts = new Int32Array(rows);
  for (const other of indices) counts[other]++;
  return counts.reduce((most, count) => Math.max(most, count), 0);
}
