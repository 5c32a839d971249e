import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { umap, type UmapOptions } from "../../src/compute";
import { nearestNeighbors } from "../../src/compute/nearest-neighbors";
import { seededRandom } from "../../src/compute/random";
import { fitCurve, type Curve } from "../../src/compute/umap/curve";
import { fuzzyGraph } from "../../src/compute/umap/fuzzy-graph";
import { initialLayout } from "../../src/compute/umap/initial-layout";
import { optimise } from "../../src/compute/umap/optimise";
import { distancesFrom } from "./brute-force";
import { solo } from "./hdbscan-kernels";
import { leavesNothingBehind } from "./idle";
import { SENTENCE_DIMENSIONS, sentenceVectors } from "./sentence-vectors";
import { trustworthiness } from "./trustworthiness";

function normal(count: number, seed = 1): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

/** Heaps of rows around points on axes of their own, far apart; row i is in heap i % heaps. */
function heapsOf(heaps: number, each: number, dimensions = 16): Float32Array {
  const noise = normal(heaps * each * dimensions);
  return noise.map((value, i) => value + (i % dimensions === Math.floor(i / dimensions) % heaps ? 100 : 0));
}

const places = (layout: Float32Array, components = 2): Float32Array[] =>
  Array.from({ length: layout.length / components }, (_, row) =>
    layout.subarray(row * components, (row + 1) * components),
  );

const distance = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, d) => value - b[d]));

function meanDistance(a: Float32Array, b: Float32Array): number {
  const others = places(b);
  return places(a).reduce((sum, place, row) => sum + distance(place, others[row]), 0) / others.length;
}

/** The layout around the origin. */
function centred(layout: Float32Array): Float32Array {
  const mean = [0, 1].map((d) => places(layout).reduce((sum, place) => sum + place[d], 0) / (layout.length / 2));
  return layout.map((value, i) => value - mean[i % 2]);
}

const isFinite = (layout: Float32Array): boolean => layout.every(Number.isFinite);

describe("the quality of a layout of sentences", { timeout: 60_000 }, () => {
  const ROWS = 1200;
  let sentences: Float32Array;
  /** Cosine distances of all pairs. */
  let between: Float64Array[];
  let options: UmapOptions;
  /** What umap-js reaches. */
  let floor: number;

  const trustOf = (layout: Float32Array, components = 2): number =>
    trustworthiness(layout, (a, b) => between[a][b], 15, components);

  beforeAll(async () => {
    sentences = await sentenceVectors(ROWS);
    options = { rows: ROWS, dimensions: SENTENCE_DIMENSIONS };
    between = Array.from({ length: ROWS }, (_, row) => distancesFrom(row, sentences, SENTENCE_DIMENSIONS, "cosine"));
    floor = trustOf(await umap(sentences, { ...options, engine: "umap-js" }));
  });

  it.each([42, 7])("is at least that of umap-js, with the seed %i", async (seed) => {
    expect(trustOf(await umap(sentences, { ...options, seed }))).toBeGreaterThan(floor);
  });

  it("is better in three components than in the plane", async () => {
    const layout = await umap(sentences, { ...options, nComponents: 3 });
    expect(layout).toHaveLength(3 * ROWS);
    expect(trustOf(layout, 3)).toBeGreaterThan(trustOf(await umap(sentences, options)));
  });

  describe("falls below that of umap-js", () => {
    /** A layout of the same graph with something wrong. */
    async function laidOut(curve: Curve, epochs = 500): Promise<Float32Array> {
      const { indices, distances } = await nearestNeighbors(sentences, { ...options, k: 14 });
      const graph = fuzzyGraph(solo(), indices, distances, ROWS, 14);
      const start = initialLayout(solo(), graph, 2, 42, () => new Float32Array(0));
      return optimise(solo(), graph, start, { dimensions: 2, curve, epochs, seed: 42, alpha: 1 });
    }
    const { a, b } = fitCurve(0.1, 1);

    it("but not with the right curve", async () => {
      const layout = await laidOut({ a, b });
      expect(trustOf(layout)).toBeGreaterThan(floor - 0.01);
      expect(layout).toEqual(await umap(sentences, options));
    });

    it.each([
      ["of the wrong sign", { a, b: -b }],
      ["whose a and b are exchanged", { a: b, b: a }],
      ["that is too narrow", { a: a * 1000, b }],
      ["that is too wide", { a: a / 1000, b }],
      ["that is too flat", { a, b: b / 16 }],
      ["that is too steep", { a, b: b * 4 }],
    ])("with a curve %s", async (_, curve) => {
      expect(trustOf(await laidOut(curve))).toBeLessThan(floor);
    });

    it("without optimisation", async () => {
      expect(trustOf(await laidOut({ a, b }, 1))).toBeLessThan(floor);
    });
  });

  it("keeps the shape of a layout that it starts from", async () => {
    const earlier = await umap(sentences, options);
    // Turned by a right angle, so that nothing but the start tells where things are.
    const turned = earlier.map((_, i) => (i % 2 === 0 ? -earlier[i + 1] : earlier[i - 1]));
    const warm = await umap(sentences, { ...options, init: turned, seed: 7 });
    const cold = await umap(sentences, { ...options, seed: 7 });
    // Layouts may drift as a whole.
    expect(meanDistance(centred(warm), centred(turned))).toBeLessThan(meanDistance(centred(cold), centred(turned)) / 2);
    expect(trustOf(warm)).toBeGreaterThan(floor);
  });
});

describe("a layout of a graph that falls apart", () => {
  it.each([
    [3, 2],
    [4, 2],
    [12, 2],
    [3, 3],
    [12, 3],
  ] as const)("keeps %i heaps apart in %i components", async (heaps, nComponents) => {
    const vectors = heapsOf(heaps, 40);
    for (const metric of ["cosine", "euclidean"] as const) {
      const layout = await umap(vectors, { rows: heaps * 40, dimensions: 16, nComponents, metric });
      expect(isFinite(layout)).toBe(true);
      const all = places(layout, nComponents);
      all.forEach((place, row) => {
        const distances = all.map((other, at) => (at === row ? Infinity : distance(place, other)));
        expect(distances.indexOf(Math.min(...distances)) % heaps).toBe(row % heaps);
      });
    }
  });

  it("is found for thousands of small components", async () => {
    const layout = await umap(normal(6000 * 8), { rows: 6000, dimensions: 8, nNeighbors: 2, nEpochs: 20 });
    expect(isFinite(layout)).toBe(true);
  });
});

describe("umap by our own kernels", () => {
  it.each([
    { nComponents: 2, metric: "cosine" },
    { nComponents: 3, metric: "euclidean" },
  ] as const)("gives the same bytes for 1, 2 and 3 threads, and again, with %o", async (more) => {
    const vectors = normal(1501 * 10);
    const options = { rows: 1501, dimensions: 10, nEpochs: 60, ...more };
    const first = await umap(vectors, { ...options, threads: 1 });
    for (const threads of [1, 2, 3]) expect(await umap(vectors, { ...options, threads })).toEqual(first);
    expect(await umap(vectors, { ...options, seed: 43 })).not.toEqual(first);
  });

  it("tells of every epoch once, now and then with the layout as it is", async () => {
    const vectors = normal(800 * 10);
    const epochs: number[] = [];
    const layouts: Float32Array[] = [];
    const onEpoch = (epoch: number, nEpochs: number, layout?: Float32Array): void => {
      expect(nEpochs).toBe(400);
      epochs.push(epoch);
      if (layout) layouts.push(layout);
    };
    const last = await umap(vectors, { rows: 800, dimensions: 10, nComponents: 3, nEpochs: 400, onEpoch });
    expect(epochs).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
    expect(layouts.length).toBeGreaterThan(0);
    expect(layouts.length).toBeLessThan(200);
    for (const layout of layouts) {
      expect(layout).toHaveLength(last.length);
      expect(isFinite(layout)).toBe(true);
    }
  });

  it("gives the layout of an only epoch as it is in the end", async () => {
    let told: Float32Array | undefined;
    const onEpoch = (_epoch: number, _nEpochs: number, layout?: Float32Array): void => void (told = layout);
    const options = { rows: 300, dimensions: 10, nEpochs: 1, onEpoch };
    expect(await umap(normal(3000), options)).toEqual(told);
  });

  it("leaves the start alone that it is given", async () => {
    const init = normal(600, 5);
    const result = await umap(normal(3000), { rows: 300, dimensions: 10, nEpochs: 5, init });
    expect(init).toEqual(normal(600, 5));
    expect(result).not.toEqual(init);
  });

  it("gives rows in three components places of three finite numbers, however few there are", async () => {
    for (const rows of [2, 3, 4, 5, 6, 7, 9]) {
      const layout = await umap(normal(rows * 4), { rows, dimensions: 4, nComponents: 3 });
      expect(layout).toHaveLength(rows * 3);
      expect(isFinite(layout)).toBe(true);
      expect(new Set(places(layout, 3).map(String)).size).toBe(rows);
    }
  });

  it.each([0, 0.7])("lays out 25,000 rows that are all %d", { timeout: 60_000 }, async (value) => {
    const vectors = new Float32Array(25_000 * 8).fill(value);
    const layout = await umap(vectors, { rows: 25_000, dimensions: 8, nEpochs: 10 });
    expect(isFinite(layout)).toBe(true);
  });

  it("lays out vectors of any scale, copies and options with finite coordinates", { timeout: 90_000 }, async () => {
    const cases = fc.record({
      seed: fc.integer(),
      rows: fc.integer({ min: 2, max: 120 }),
      dimensions: fc.integer({ min: 1, max: 12 }),
      exponents: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 3 }),
      copies: fc.boolean(),
      zeros: fc.boolean(),
      nNeighbors: fc.integer({ min: 2, max: 150 }),
      nComponents: fc.constantFrom(2 as const, 3 as const),
      metric: fc.constantFrom("cosine" as const, "euclidean" as const),
      minDist: fc.constantFrom(0, 0.1, 1),
      spread: fc.constantFrom(1, 3),
      nEpochs: fc.constantFrom(1, 2, 30),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ exponents, copies, zeros, ...more }) => {
        const { seed, rows, dimensions } = more;
        const vectors = normal(rows * dimensions, seed).map(
          (value, i) => value * 10 ** exponents[Math.floor(i / dimensions) % exponents.length],
        );
        if (copies) vectors.copyWithin((rows >> 1) * dimensions, 0, (rows >> 1) * dimensions);
        if (zeros) vectors.fill(0, 0, dimensions * Math.min(3, rows));
        const layout = await umap(vectors, { ...more, threads: 2 });
        expect(layout).toHaveLength(rows * more.nComponents);
        expect(isFinite(layout)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it.each(["neighbours", "layout"])("leaves no thread behind when it is interrupted during %s", async (phase) => {
    const rows = phase === "layout" ? 3000 : 15_000;
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const error = await leavesNothingBehind(() =>
      umap(normal(rows * 32), {
        ...{ rows, dimensions: 32, threads: 3, signal: controller.signal },
        ...(phase === "layout" ? { onEpoch: abort } : { onNeighbors: abort }),
      }).catch((reason: unknown) => reason),
    );
    expect(error).toMatchObject({ code: "interrupted" });
  });

  it("releases its memory: twenty-five runs take little more than a few", { timeout: 60_000 }, async () => {
    const vectors = normal(3000 * 128);
    const run = async (times: number): Promise<number> => {
      for (let time = 0; time < times; time++)
        await umap(vectors, { rows: 3000, dimensions: 128, nEpochs: 20, threads: 2 });
      return process.memoryUsage().rss;
    };
    const few = await run(5);
    const many = await run(20);
    expect((many - few) / 1e6).toBeLessThan(60);
  });
});
