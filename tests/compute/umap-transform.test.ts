import { beforeAll, describe, expect, it } from "vitest";
import { umap, umapTransform, type UmapTransformOptions } from "../../src/compute";
import { seededRandom } from "../../src/compute/random";
import { SENTENCE_DIMENSIONS, sentenceVectors } from "./sentence-vectors";

const [REFERENCE, NEW] = [2400, 400];
const D = SENTENCE_DIMENSIONS;

describe("umapTransform", { timeout: 60_000 }, () => {
  let vectors: Float32Array;
  let options: UmapTransformOptions;
  let placed: Float32Array;
  beforeAll(async () => {
    const all = await sentenceVectors(REFERENCE + NEW);
    // Every seventh sentence is new.
    const isNew = (row: number): boolean => row % 7 === 3;
    const take = (wanted: boolean): Float32Array =>
      Float32Array.from(
        Array.from({ length: REFERENCE + NEW }, (_, row) => row)
          .filter((row) => isNew(row) === wanted)
          .flatMap((row) => [...all.subarray(row * D, (row + 1) * D)]),
      );
    const reference = take(false);
    vectors = take(true);
    const layout = await umap(reference, { rows: REFERENCE, dimensions: D });
    options = { rows: NEW, dimensions: D, reference, referenceRows: REFERENCE, layout };
    placed = await umapTransform(vectors, options);
  });

  it("puts new rows near the rows that they are like", () => {
    const random = seededRandom(1);
    const { reference, layout } = options;
    let [near, far] = [0, 0];
    for (let row = 0; row < NEW; row++) {
      const products = Float64Array.from({ length: REFERENCE }, (_, other) => {
        let product = 0;
        for (let d = 0; d < D; d++) product += vectors[row * D + d] * reference[other * D + d];
        return product;
      });
      const order = Array.from(products.keys()).sort((a, b) => products[b] - products[a]);
      for (const other of order.slice(0, 10)) near += distance(placed, row, layout, other) / NEW / 10;
      far += distance(placed, row, layout, Math.floor(random() * REFERENCE)) / NEW;
    }
    expect(near).toBeLessThan(0.45 * far);
  });

  it("puts a row of the layout back to where it was, about", async () => {
    const { reference, layout } = options;
    const again = await umapTransform(reference, { ...options, rows: REFERENCE });
    const moved = Float64Array.from({ length: REFERENCE }, (_, row) => distance(again, row, layout, row)).sort();
    const width = widthOf(layout);
    expect(moved[REFERENCE / 2]).toBeLessThan(0.02 * width);
    expect(moved[Math.floor(REFERENCE * 0.9)]).toBeLessThan(0.1 * width);
  });

  it("gives the same bytes for any number of threads, and leaves what it is given alone", async () => {
    const before = options.layout.slice();
    for (const threads of [1, 3]) expect(await umapTransform(vectors, { ...options, threads })).toEqual(placed);
    expect(options.layout).toEqual(before);
    const other = await umapTransform(vectors, { ...options, seed: 7 });
    expect(other).not.toEqual(placed);
  });

  it("places rows in space", async () => {
    const layout = await umap(options.reference, { rows: REFERENCE, dimensions: D, nComponents: 3, nEpochs: 50 });
    const inSpace = await umapTransform(vectors, { ...options, layout, nComponents: 3 });
    expect(inSpace.length).toBe(NEW * 3);
    expect(inSpace.every(Number.isFinite)).toBe(true);
    expect(widthOf(inSpace, 3)).toBeLessThan(2 * widthOf(layout, 3));
  });

  it("takes no rows, one row of reference, zero vectors, and more neighbours than there are", async () => {
    expect(await umapTransform(new Float32Array(0), { ...options, rows: 0 })).toEqual(new Float32Array(0));
    const reference = options.reference.slice(0, D);
    const one = { ...options, reference, referenceRows: 1, layout: Float32Array.of(3, 4) };
    expect((await umapTransform(vectors, one)).every(Number.isFinite)).toBe(true);
    const zeros = await umapTransform(new Float32Array(2 * D), { ...options, rows: 2, nNeighbors: 5000 });
    expect(zeros.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ["vectors that are too short", { rows: NEW + 1 }, "bad-vectors"],
    ["a reference that is too short", { referenceRows: REFERENCE + 1 }, "bad-vectors"],
    ["a layout that is too short", { layout: new Float32Array(10) }, "bad-vectors"],
    ["a layout that is not finite", { layout: new Float32Array(2 * REFERENCE).fill(NaN) }, "bad-vectors"],
    ["no reference", { reference: new Float32Array(0), referenceRows: 0, layout: new Float32Array(0) }, "too-few-rows"],
    ["a number of neighbours that is none", { nNeighbors: 1.5 }, "bad-option"],
    ["threads that are none", { threads: 0 }, "bad-option"],
  ])("refuses %s", async (_, change, code) => {
    await expect(umapTransform(vectors, { ...options, ...change })).rejects.toMatchObject({ code });
  });

  it("names a value that is not finite, and ends when it is aborted", async () => {
    const bad = vectors.slice();
    bad[5 * D + 2] = NaN;
    await expect(umapTransform(bad, options)).rejects.toMatchObject({ code: "bad-vectors" });
    const stop = new AbortController();
    const running = umapTransform(vectors, { ...options, nEpochs: 1e6, signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
  });
});

function distance(a: Float32Array, row: number, b: Float32Array, other: number): number {
  return Math.hypot(a[2 * row] - b[2 * other], a[2 * row + 1] - b[2 * other + 1]);
}

function widthOf(layout: Float32Array, components = 2): number {
  const x = layout.filter((_, i) => i % components === 0).sort();
  return x[x.length - 1] - x[0];
}
