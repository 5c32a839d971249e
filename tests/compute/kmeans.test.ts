import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { kmeans, type KmeansOptions, type KmeansResult } from "../../src/compute";
import { Centroids } from "../../src/compute/kmeans/centroids";
import { clusterVectors } from "../../src/compute/kmeans/cluster-vectors";
import { seedCentroids } from "../../src/compute/kmeans/seed-centroids";
import { storeRows } from "../../src/compute/neighbors/stored-rows";
import { seededRandom } from "../../src/compute/random";
import { solo } from "./hdbscan-kernels";
import { SENTENCE_DIMENSIONS as DIMENSIONS, sentenceVectors } from "./sentence-vectors";

let sentences: Float32Array;
beforeAll(async () => {
  sentences = await sentenceVectors(2000);
});

const ofSentences = (more: Partial<KmeansOptions> = {}): KmeansOptions => ({
  ...{ rows: sentences.length / DIMENSIONS, dimensions: DIMENSIONS, k: 20 },
  ...more,
});

/** In the calling thread. */
function clusterAlone(vectors: Float32Array, { k, dimensions, ...more }: Partial<KmeansOptions> & Shape): KmeansResult {
  return clusterVectors(solo(), vectors, {
    ...{ rows: vectors.length / dimensions, dimensions, k, metric: "euclidean", seed: 42 },
    ...{ maxIterations: 100, tolerance: 1e-4, ...more },
  });
}
interface Shape {
  k: number;
  dimensions: number;
}

function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number, dimensions: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++) sum += (a[i * dimensions + d] - b[j * dimensions + d]) ** 2;
  return sum;
}

function means(vectors: Float32Array, labels: ArrayLike<number>, { k, dimensions }: Shape): Float32Array {
  const sums = new Float64Array(k * dimensions);
  const sizes = new Int32Array(k);
  Array.from(labels).forEach((label, row) => {
    sizes[label]++;
    for (let d = 0; d < dimensions; d++) sums[label * dimensions + d] += vectors[row * dimensions + d];
  });
  return Float32Array.from(sums, (sum, i) => sum / sizes[Math.floor(i / dimensions)]);
}

function sizesOf(labels: Int32Array): number[] {
  const sizes: number[] = [];
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  return Array.from(sizes);
}

describe("kmeans", () => {
  it("finds blobs and numbers them from the largest to the smallest, equal ones by their first row", async () => {
    const random = seededRandom(3);
    const sizes = [20, 30, 20, 50];
    const vectors = Float32Array.from(
      sizes.flatMap((size, blob) => Array.from({ length: size * 3 }, () => 100 * blob + random())),
    );
    const { labels, converged } = await kmeans(vectors, { rows: 120, dimensions: 3, k: 4 });
    expect([...labels]).toEqual(sizes.flatMap((size, blob) => new Array<number>(size).fill([2, 1, 3, 0][blob])));
    expect(converged).toBe(true);
  });

  it("puts each row to its nearest centroid, leaves no cluster empty, and adds up the squared distances, on any vectors", () => {
    const anything = fc.record({
      values: fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.float({ min: -9, max: 9, noNaN: true })), {
        minLength: 6,
        maxLength: 600,
      }),
      dimensions: fc.integer({ min: 1, max: 6 }),
      wanted: fc.integer({ min: 1, max: 40 }),
      seed: fc.integer(),
      maxIterations: fc.constantFrom(1, 2, 100),
    });
    fc.assert(
      fc.property(anything, ({ values, dimensions, wanted, seed, maxIterations }) => {
        const rows = Math.floor(values.length / dimensions);
        const vectors = Float32Array.from(values.slice(0, rows * dimensions), (value) => value + 0);
        const row = (i: number): string => vectors.subarray(i * dimensions, (i + 1) * dimensions).join();
        const k = Math.min(wanted, new Set(Array.from({ length: rows }, (_, i) => row(i))).size);
        const found = clusterAlone(vectors, { dimensions, k, seed, maxIterations, tolerance: 0 });
        const sizes = sizesOf(found.labels);
        expect(sizes).toHaveLength(k);
        expect(sizes).not.toContain(undefined);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        let inertia = 0;
        found.labels.forEach((label, i) => {
          const own = squaredDistance(vectors, i, found.centroids, label, dimensions);
          inertia += own;
          if (!found.converged) return;
          for (let c = 0; c < k; c++)
            expect(own).toBeLessThanOrEqual(squaredDistance(vectors, i, found.centroids, c, dimensions) + 1e-4);
        });
        expect(found.inertia).toBeCloseTo(inertia, 3);
        if (!found.converged) return;
        means(vectors, found.labels, { k, dimensions }).forEach((mean, i) =>
          expect(found.centroids[i]).toBeCloseTo(mean, 4),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("comes as low as scikit-learn", async () => {
    // scikit-learn 1.9.1, KMeans(20, n_init=1, max_iter=100, random_state=seed) for seeds 0 to 9 on these vectors: the mean inertia.
    const theirs = 1007.945;
    let sum = 0;
    for (let seed = 0; seed < 10; seed++) sum += (await kmeans(sentences, ofSentences({ seed }))).inertia;
    expect(sum / 10).toBeLessThan(theirs * 1.005);
    expect(sum / 10).toBeGreaterThan(theirs * 0.98);
  });

  it("gives the same bytes for any number of threads, and others for another seed", async () => {
    for (const metric of ["euclidean", "cosine"] as const) {
      const alone = await kmeans(sentences, ofSentences({ metric, threads: 1 }));
      for (const threads of [2, 3]) expect(await kmeans(sentences, ofSentences({ metric, threads }))).toEqual(alone);
      expect(clusterAlone(sentences, { dimensions: DIMENSIONS, k: 20, metric })).toEqual(alone);
      expect(await kmeans(sentences, ofSentences({ metric, seed: 7 }))).not.toEqual(alone);
    }
  });

  it("leaves the caller's vectors alone, and reads shared memory and parts of buffers", async () => {
    const vectors = sentences.slice(0, 100 * DIMENSIONS);
    const options = ofSentences({ rows: 100, k: 5 });
    const mine = await kmeans(vectors, options);
    expect(vectors).toEqual(sentences.slice(0, 100 * DIMENSIONS));
    const shared = new Float32Array(new SharedArrayBuffer(vectors.byteLength));
    shared.set(vectors);
    expect(await kmeans(shared, options)).toEqual(mine);
    const part = Float32Array.from([NaN, ...vectors, NaN]).subarray(1, vectors.length + 1);
    expect(await kmeans(part, options)).toEqual(mine);
  });

  it("tells of each iteration, and says when there were too few", async () => {
    const told: string[] = [];
    const onIteration = (iteration: number, most: number): void => void told.push(`${iteration} of ${most}`);
    const few = await kmeans(sentences, ofSentences({ maxIterations: 3, onIteration }));
    expect(told).toEqual(["1 of 3", "2 of 3", "3 of 3"]);
    expect(few).toMatchObject({ iterations: 3, converged: false });
    const enough = await kmeans(sentences, ofSentences());
    expect(enough.converged).toBe(true);
    expect(enough.iterations).toBeGreaterThan(3);
    expect(enough.inertia).toBeLessThan(few.inertia);
  });

  it("goes on for longer with a smaller tolerance", async () => {
    const coarse = await kmeans(sentences, ofSentences({ tolerance: 2 }));
    const fine = await kmeans(sentences, ofSentences({ tolerance: 0 }));
    expect(coarse.iterations).toBeLessThan(fine.iterations);
    expect(fine.inertia).toBeLessThan(coarse.inertia);
  });

  it("compares directions with the cosine metric: lengths do not matter, and centroids have length 1", async () => {
    const random = seededRandom(5);
    const lengths = Array.from({ length: 500 }, () => 2 ** Math.floor(random() * 20 - 10));
    const rows = sentences.subarray(0, 500 * DIMENSIONS);
    const stretched = rows.map((value, i) => value * lengths[Math.floor(i / DIMENSIONS)]);
    const options = ofSentences({ rows: 500, k: 8, metric: "cosine" });
    const { labels, centroids, inertia } = await kmeans(stretched, options);
    expect(labels).toEqual((await kmeans(rows, options)).labels);
    let sum = 0;
    labels.forEach((label, row) => {
      let product = 0;
      for (let d = 0; d < DIMENSIONS; d++) product += rows[row * DIMENSIONS + d] * centroids[label * DIMENSIONS + d];
      sum += 1 - product;
    });
    expect(inertia).toBeCloseTo(sum, 3);
    for (let c = 0; c < 8; c++)
      expect(Math.hypot(...centroids.subarray(c * DIMENSIONS, (c + 1) * DIMENSIONS))).toBeCloseTo(1, 6);
  });

  it("takes vectors of zeros as a direction of their own with the cosine metric", async () => {
    const vectors = Float32Array.from([0, 0, 3, 4, 0, 0, 6, 8, 0, 0]);
    const { labels, centroids, inertia } = await kmeans(vectors, { rows: 5, dimensions: 2, k: 2, metric: "cosine" });
    expect([...labels]).toEqual([0, 1, 0, 1, 0]);
    expect([...centroids].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0, 0, 0.6, 0.8]);
    expect(inertia).toBeCloseTo(0, 6);
  });

  it("finds every distinct vector among thousands of copies, and does not take negative zero for another", async () => {
    const places = [0, 1, 2, 5, -0];
    const vectors = Float32Array.from({ length: 20_000 }, (_, i) => places[(i >> 1) % 5]);
    const { labels, inertia, converged } = await kmeans(vectors, { rows: 10_000, dimensions: 2, k: 4 });
    expect(sizesOf(labels)).toEqual([4000, 2000, 2000, 2000]);
    expect([...labels.subarray(0, 5)]).toEqual([0, 1, 2, 3, 0]);
    expect({ inertia, converged }).toEqual({ inertia: 0, converged: true });
    await expect(kmeans(vectors, { rows: 10_000, dimensions: 2, k: 5 })).rejects.toMatchObject({
      code: "bad-option",
      message: expect.stringMatching(/k is 5.*at most 4, the number of rows that are distinct/) as string,
    });
  });

  it("weighs copies: a centroid lies nearer to what is there more often", async () => {
    const vectors = Float32Array.from({ length: 100 }, (_, row) => (row < 90 ? 0 : 1));
    const { centroids, inertia } = await kmeans(vectors, { rows: 100, dimensions: 1, k: 1 });
    expect(centroids[0]).toBeCloseTo(0.1, 6);
    expect(inertia).toBeCloseTo(9, 5);
  });

  it.each([2 ** 100, 2 ** -100])("finds the same in vectors that are %d times as long", async (factor) => {
    const vectors = Float32Array.from({ length: 900 }, seededRandom(8));
    const options = { rows: 300, dimensions: 3, k: 7 };
    const plain = await kmeans(vectors, options);
    const { labels, centroids, inertia } = await kmeans(
      vectors.map((value) => value * factor),
      options,
    );
    expect(labels).toEqual(plain.labels);
    centroids.forEach((value, i) => expect(value / factor).toBeCloseTo(plain.centroids[i], 5));
    expect(inertia / factor ** 2).toBeCloseTo(plain.inertia, 4);
  });

  it.each([
    ["no cluster", { k: 0 }, "bad-option", "k"],
    ["half a cluster", { k: 2.5 }, "bad-option", "k"],
    ["more clusters than rows", { k: 51 }, "bad-option", "at most 50"],
    ["an unknown metric", { metric: "manhattan" as "cosine" }, "bad-option", "metric"],
    ["a seed that is no whole number", { seed: 0.5 }, "bad-option", "seed"],
    ["no iteration", { maxIterations: 0 }, "bad-option", "maxIterations"],
    ["a negative tolerance", { tolerance: -1 }, "bad-option", "tolerance"],
    ["a tolerance that is no number", { tolerance: NaN }, "bad-option", "tolerance"],
    ["no threads", { threads: 0 }, "bad-option", "threads"],
    ["another number of rows", { rows: 49 }, "bad-vectors", "49 rows"],
    ["no dimensions", { dimensions: 0 }, "bad-option", "dimensions"],
  ])("refuses %s", async (_, more, code, named) => {
    const vectors = sentences.slice(0, 50 * DIMENSIONS);
    const error = await kmeans(vectors, ofSentences({ rows: 50, ...more })).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(named);
  });

  it("refuses no rows, and values that are not finite", async () => {
    await expect(kmeans(new Float32Array(0), ofSentences({ rows: 0 }))).rejects.toMatchObject({ code: "too-few-rows" });
    for (const value of [NaN, Infinity, -Infinity]) {
      const vectors = sentences.slice(0, 50 * DIMENSIONS);
      vectors[7 * DIMENSIONS + 3] = value;
      await expect(kmeans(vectors, ofSentences({ rows: 50 }))).rejects.toMatchObject({
        code: "bad-vectors",
        message: expect.stringMatching(/row 7 .*dimension 3/) as string,
      });
    }
  });

  it("is interrupted within a second, before and between iterations", async () => {
    const signal = AbortSignal.abort();
    await expect(kmeans(sentences, ofSentences({ signal }))).rejects.toMatchObject({ code: "interrupted" });
    const controller = new AbortController();
    let aborted = 0;
    const onIteration = (): void => {
      aborted ||= performance.now();
      controller.abort();
    };
    const running = kmeans(sentences, ofSentences({ k: 300, tolerance: 0, onIteration, signal: controller.signal }));
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
    expect(performance.now() - aborted).toBeLessThan(5_000);
  });
});

describe("the seeds of k-means", () => {
  it("are one in each of thirty groups far apart", () => {
    const random = seededRandom(11);
    const vectors = Float32Array.from({ length: 3000 * 4 }, (_, i) => {
      const group = Math.floor(i / 4) % 30;
      return 1000 * Math.cos(group * (1 + (i % 4)) * 1.7) + random();
    });
    const kernels = solo();
    for (let seed = 0; seed < 5; seed++) {
      const seeds = kernels.scoped(() => seedCentroids(kernels, stored(vectors, 4), 30, seed));
      expect(new Set(seeds.map((row) => row % 30)).size).toBe(30);
    }
  });

  it("leave less than single draws do, because the best of several is taken", () => {
    const [k, rows] = [30, 1000];
    const vectors = sentences.slice(0, rows * DIMENSIONS);
    const kernels = solo();
    let [taken, drawn] = [0, 0];
    for (let seed = 0; seed < 4; seed++) {
      taken += left(vectors, [...kernels.scoped(() => seedCentroids(kernels, stored(vectors, DIMENSIONS), k, seed))]);
      drawn += left(vectors, singleDraws(vectors, k, seed));
    }
    expect(taken).toBeLessThan(drawn * 0.99);
  });

  it("are different rows even where distances vanish beside rounding", () => {
    const vectors = Float32Array.from({ length: 40 }, (_, i) => (i % 2 ? i * 1e-30 : 1));
    const kernels = solo();
    const seeds = kernels.scoped(() => seedCentroids(kernels, stored(vectors, 2), 20, 1));
    expect(new Set(seeds).size).toBe(20);
    expect(sizesOf(clusterAlone(vectors, { dimensions: 2, k: 20 }).labels)).toEqual(new Array(20).fill(1));
  });
});

describe("the centroids of k-means", () => {
  it("move as in Lloyd's algorithm with all distances, though most are skipped", () => {
    const [k, rows] = [37, 1000];
    const vectors = sentences.slice(0, rows * DIMENSIONS);
    const kernels = solo();
    kernels.scoped(() => {
      const weighted = stored(vectors, DIMENSIONS);
      const first = seedCentroids(kernels, weighted, k, 1);
      const centroids = new Centroids(kernels, weighted, first, false);
      let plain: Float32Array = Float32Array.from(
        [...first].flatMap((row) => [...vectors.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS)]),
      );
      centroids.assign();
      for (let iteration = 0; iteration < 8; iteration++) {
        const labels = Array.from({ length: rows }, (_, row) => {
          const distances = Array.from({ length: k }, (_, c) => squaredDistance(vectors, row, plain, c, DIMENSIONS));
          return distances.indexOf(Math.min(...distances));
        });
        expect([...centroids.labels]).toEqual(labels);
        plain = means(vectors, labels, { k, dimensions: DIMENSIONS });
        centroids.move();
        centroids.assign();
      }
    });
  });

  it("leave each row with the nearest one after every move, wherever they begin and however often some lose all rows", () => {
    const anything = fc.record({
      seed: fc.integer(),
      count: fc.integer({ min: 30, max: 120 }),
      dimensions: fc.integer({ min: 1, max: 3 }),
      // Few different rows to begin with: the other clusters are empty.
      first: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 18 }),
    });
    const kernels = solo();
    fc.assert(
      fc.property(anything, ({ seed, count, dimensions, first }) => {
        const random = seededRandom(seed);
        const vectors = Float32Array.from({ length: count * dimensions }, () => (random() * 4) ** 3);
        kernels.scoped(() => {
          const centroids = new Centroids(kernels, stored(vectors, dimensions), Int32Array.from(first), false);
          for (let iteration = 0; iteration < 8; iteration++) {
            if (iteration > 0) {
              centroids.fillEmpty();
              centroids.move();
            }
            centroids.assign();
            const places = Float32Array.from(
              first.flatMap((_, number) => [...centroids.row(number).subarray(0, dimensions)]),
            );
            centroids.labels.forEach((label, row) => {
              const distances = first.map((_, c) => Math.sqrt(squaredDistance(vectors, row, places, c, dimensions)));
              expect(distances[label]).toBeLessThanOrEqual(Math.min(...distances) + 1e-4);
            });
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it("begin an empty cluster anew with the row that is farthest from its own", () => {
    const vectors = Float32Array.of(0, 1, 2, 3, 50, 60);
    const kernels = solo();
    kernels.scoped(() => {
      const centroids = new Centroids(kernels, stored(vectors, 1), Int32Array.of(0, 0, 0), false);
      centroids.assign();
      expect([...centroids.labels]).toEqual([0, 0, 0, 0, 0, 0]);
      expect(centroids.fillEmpty()).toBe(true);
      expect([...centroids.labels]).toEqual([0, 0, 0, 0, 2, 1]);
      centroids.move();
      expect([0, 1, 2].map((number) => centroids.row(number)[0])).toEqual([1.5, 60, 50]);
      expect(centroids.assign()).toBe(false);
      expect(centroids.fillEmpty()).toBe(false);
    });
  });
});

/** Squared distance of each row to the nearest of some. */
function nearestOf(vectors: Float32Array, seeds: number[]): Float64Array {
  return Float64Array.from({ length: vectors.length / DIMENSIONS }, (_, row) =>
    Math.min(...seeds.map((seed) => squaredDistance(vectors, row, vectors, seed, DIMENSIONS))),
  );
}

function left(vectors: Float32Array, seeds: number[]): number {
  return nearestOf(vectors, seeds).reduce((sum, square) => sum + square, 0);
}

/** K-means++ with one draw for each centroid. */
function singleDraws(vectors: Float32Array, k: number, seed: number): number[] {
  const random = seededRandom(seed);
  const seeds = [Math.floor((random() * vectors.length) / DIMENSIONS)];
  while (seeds.length < k) {
    const squares = nearestOf(vectors, seeds);
    let rest = random() * squares.reduce((sum, square) => sum + square, 0);
    seeds.push(squares.findIndex((square) => (rest -= square) < 0));
  }
  return seeds;
}

/** Rows in the memory of the kernels, each once. */
function stored(vectors: Float32Array, dimensions: number): ConstructorParameters<typeof Centroids>[1] {
  const kernels = solo();
  const rows = vectors.length / dimensions;
  const weights = kernels.put(new Int32Array(rows).fill(1));
  return { ...storeRows(kernels, vectors, rows, dimensions, "euclidean"), weights, weight: rows };
}
