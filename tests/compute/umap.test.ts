import { describe, expect, it } from "vitest";
import { umap, type UmapEngineName, type UmapOptions } from "../../src/compute";
import { seededRandom } from "../../src/compute/random";
import { trustworthiness } from "./trustworthiness";

const DIMENSIONS = 20;

/** Directions near a curved sheet in 20 dimensions, of any length: a shape that fits the plane. */
function sheet(rows: number, seed = 1): Float32Array {
  const random = seededRandom(seed);
  const vectors = new Float32Array(rows * DIMENSIONS);
  for (let row = 0; row < rows; row++) {
    const [u, v, length] = [random() * 3, random() * 3, 0.1 + random() * 5];
    for (let d = 0; d < DIMENSIONS; d++)
      vectors[row * DIMENSIONS + d] = length * (Math.sin(u * (1 + (d % 3)) + d) + Math.cos(v * (1 + (d % 2)) + 2 * d));
  }
  return vectors;
}

const ENGINES: UmapEngineName[] = ["wasm", "umap-js"];

function cosine(vectors: Float32Array): (a: number, b: number) => number {
  return (a, b) => {
    let [ab, aa, bb] = [0, 0, 0];
    for (let d = 0; d < DIMENSIONS; d++) {
      const [x, y] = [vectors[a * DIMENSIONS + d], vectors[b * DIMENSIONS + d]];
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    return 1 - ab / Math.sqrt(aa * bb);
  };
}

function distance(layout: Float32Array, a: number, b: number): number {
  return Math.hypot(layout[2 * a] - layout[2 * b], layout[2 * a + 1] - layout[2 * b + 1]);
}

/** The point nearest to a point. */
function nearest(layout: Float32Array, row: number): number {
  const others = Array.from({ length: layout.length / 2 }, (_, other) => other).filter((other) => other !== row);
  return others.reduce((best, other) => (distance(layout, row, other) < distance(layout, row, best) ? other : best));
}

/** Mean distance of each point to its nearest. */
function meanNearest(layout: Float32Array): number {
  const rows = Array.from({ length: layout.length / 2 }, (_, row) => row);
  return rows.reduce((sum, row) => sum + distance(layout, row, nearest(layout, row)), 0) / rows.length;
}

describe.each(ENGINES)("umap by %s", (engine) => {
  const options = (vectors: Float32Array, more: Partial<UmapOptions> = {}): UmapOptions => ({
    rows: vectors.length / DIMENSIONS,
    dimensions: DIMENSIONS,
    engine,
    ...more,
  });

  it("keeps neighbours together, whatever the lengths of the vectors", async () => {
    const vectors = sheet(400);
    const layout = await umap(vectors, options(vectors));
    expect(layout).toHaveLength(800);
    expect(trustworthiness(layout, cosine(vectors), 15)).toBeGreaterThan(0.97);
  });

  it("needs its epochs: the layout is better after the usual number than after two", async () => {
    const vectors = sheet(400);
    const few = trustworthiness(await umap(vectors, options(vectors, { nEpochs: 2 })), cosine(vectors), 15);
    expect(few).toBeLessThan(0.95);
  });

  it("spreads points further with a larger minDist", async () => {
    const vectors = sheet(300);
    const near = meanNearest(await umap(vectors, options(vectors, { minDist: 0 })));
    const far = meanNearest(await umap(vectors, options(vectors, { minDist: 0.8 })));
    expect(far).toBeGreaterThan(near * 2);
  });

  it("gives the same bytes for the same seed and others for another", async () => {
    const vectors = sheet(200);
    const first = await umap(vectors, options(vectors, { nEpochs: 50 }));
    expect(await umap(vectors, options(vectors, { nEpochs: 50, seed: 42 }))).toEqual(first);
    expect(await umap(vectors, options(vectors, { nEpochs: 50, seed: 43 }))).not.toEqual(first);
  });

  it("leaves the caller's vectors alone, and reads shared memory and parts of buffers", async () => {
    const vectors = sheet(50);
    const before = vectors.slice();
    const first = await umap(vectors, options(vectors, { nEpochs: 5 }));
    expect(vectors).toEqual(before);
    const shared = new Float32Array(new SharedArrayBuffer(vectors.byteLength));
    shared.set(vectors);
    expect(await umap(shared, options(vectors, { nEpochs: 5 }))).toEqual(first);
    expect(shared).toEqual(before);
    const part = Float32Array.from([NaN, ...vectors, NaN]).subarray(1, vectors.length + 1);
    expect(await umap(part, options(vectors, { nEpochs: 5 }))).toEqual(first);
  });

  it("tells of its progress: neighbours first, then every epoch in order", async () => {
    const vectors = sheet(300);
    const told: string[] = [];
    await umap(
      vectors,
      options(vectors, {
        nEpochs: 4,
        onNeighbors: (done, rows) => told.push(`${done === rows ? "all" : "some"} of ${rows}`),
        onEpoch: (epoch, nEpochs) => told.push(`${epoch} of ${nEpochs}`),
      }),
    );
    expect(told[0]).toBe("some of 300");
    expect(told.slice(-5)).toEqual(["all of 300", "1 of 4", "2 of 4", "3 of 4", "4 of 4"]);
  });

  it.each([2, 3, 4, 5, 6, 16])("lays out %i rows, with more neighbours asked for than there are", async (rows) => {
    const vectors = sheet(rows);
    const layout = await umap(vectors, options(vectors, { nNeighbors: 50 }));
    expect(layout).toHaveLength(rows * 2);
    expect(layout.every(Number.isFinite)).toBe(true);
    const places = new Set(Array.from({ length: rows }, (_, row) => `${layout[2 * row]} ${layout[2 * row + 1]}`));
    expect(places.size).toBe(rows);
  });

  it("lays out vectors that are all equal, and all zero", async () => {
    for (const value of [0, 0.7]) {
      const vectors = new Float32Array(300 * DIMENSIONS).fill(value);
      const layout = await umap(vectors, options(vectors, { nEpochs: 100 }));
      expect(layout.every(Number.isFinite)).toBe(true);
    }
  });

  it("lays out many copies and zeros among other vectors, copies near each other", async () => {
    const vectors = sheet(1200);
    for (let row = 200; row < 1000; row++) vectors.copyWithin(row * DIMENSIONS, 0, DIMENSIONS);
    vectors.fill(0, 1000 * DIMENSIONS, 1020 * DIMENSIONS);
    const layout = await umap(vectors, options(vectors, { nEpochs: 100 }));
    expect(layout.every(Number.isFinite)).toBe(true);
    const copies = Array.from({ length: 1200 }, (_, row) => row).filter(isCopy);
    const strangers = copies.filter((row) => !isCopy(nearest(layout, row)));
    expect(strangers.length).toBeLessThan(copies.length * 0.02);
  });

  it("lays out more than ten thousand rows, half of them copies", { timeout: 120_000 }, async () => {
    const vectors = sheet(10_100);
    for (let row = 5000; row < 10_000; row++) vectors.copyWithin(row * DIMENSIONS, 0, DIMENSIONS);
    const told: number[] = [];
    const layout = await umap(vectors, options(vectors, { nEpochs: 3, onNeighbors: (done) => told.push(done) }));
    expect(layout.every(Number.isFinite)).toBe(true);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(10_100);
  });

  it.each([
    { minDist: 0, spread: 0.01 },
    { minDist: 1, spread: 1 },
    { minDist: 0.5, spread: 100 },
    { minDist: 0, spread: 1e-6 },
    { nNeighbors: 2 },
    { nEpochs: 1 },
    { seed: -1 },
    { seed: Number.MAX_SAFE_INTEGER },
  ])("gives finite coordinates with %o", async (more) => {
    const vectors = sheet(100);
    expect((await umap(vectors, options(vectors, { nEpochs: 50, ...more }))).every(Number.isFinite)).toBe(true);
  });

  it.each([NaN, Infinity, -Infinity])("refuses a value that is %d and names its row and dimension", async (value) => {
    const vectors = sheet(50);
    vectors[7 * DIMENSIONS + 3] = value;
    await expect(umap(vectors, options(vectors))).rejects.toMatchObject({
      code: "bad-vectors",
      message: expect.stringMatching(/row 7 .*dimension 3/) as string,
    });
  });

  it.each(["neighbours", "layout"])("is interrupted within a second during %s", async (phase) => {
    const vectors = sheet(phase === "layout" ? 500 : 9000);
    const controller = new AbortController();
    let aborted = 0;
    const abort = (): void => {
      aborted ||= performance.now();
      controller.abort();
    };
    const hooks = phase === "layout" ? { onEpoch: abort } : { onNeighbors: abort };
    const running = umap(vectors, options(vectors, { ...hooks, signal: controller.signal }));
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
    expect(performance.now() - aborted).toBeLessThan(5_000);
  });
});

describe("umap", () => {
  it.each([
    ["one neighbour", { nNeighbors: 1 }, "bad-option", "nNeighbors"],
    ["half a neighbour", { nNeighbors: 2.5 }, "bad-option", "nNeighbors"],
    ["no epoch", { nEpochs: 0 }, "bad-option", "nEpochs"],
    ["a negative minDist", { minDist: -0.1 }, "bad-option", "minDist"],
    ["a minDist above the spread", { minDist: 2 }, "bad-option", "minDist"],
    ["no spread", { spread: 0 }, "bad-option", "spread"],
    ["a seed that is no whole number", { seed: 0.5 }, "bad-option", "seed"],
    ["four components", { nComponents: 4 as 2 }, "bad-option", "nComponents"],
    ["an unknown metric", { metric: "manhattan" as "cosine" }, "bad-option", "metric"],
    ["no thread", { threads: 0 }, "bad-option", "threads"],
    ["a start of another length", { init: new Float32Array(99) }, "bad-vectors", "init"],
    ["a start that is not finite", { init: new Float32Array(100).fill(NaN, 20, 21) }, "bad-vectors", "row 10"],
    ["umap-js for three components", { engine: "umap-js", nComponents: 3 }, "bad-option", "engine"],
    ["umap-js for the Euclidean metric", { engine: "umap-js", metric: "euclidean" }, "bad-option", "engine"],
    ["umap-js for a start", { engine: "umap-js", init: new Float32Array(100) }, "bad-option", "engine"],
    ["an unknown engine", { engine: "toString" as UmapEngineName }, "bad-option", "umap-js"],
    ["another number of rows", { rows: 49 }, "bad-vectors", "49 rows"],
    ["another number of dimensions", { dimensions: 21 }, "bad-vectors", "21 dimensions"],
    ["no dimensions", { dimensions: 0 }, "bad-option", "dimensions"],
  ] as [string, Partial<UmapOptions>, string, string][])("refuses %s", async (_, more, code, named) => {
    const vectors = sheet(50);
    const error = await umap(vectors, { rows: 50, dimensions: DIMENSIONS, ...more }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(named);
  });

  it("refuses plain arrays, and fewer than two rows", async () => {
    const plain = [1, 2] as unknown as Float32Array;
    await expect(umap(plain, { rows: 1, dimensions: 2 })).rejects.toMatchObject({ code: "bad-vectors" });
    for (const rows of [0, 1])
      await expect(umap(new Float32Array(rows * 2), { rows, dimensions: 2 })).rejects.toMatchObject({
        code: "too-few-rows",
      });
  });
});

function isCopy(row: number): boolean {
  return row === 0 || (row >= 200 && row < 1000);
}
