import { beforeAll, describe, expect, it } from "vitest";
import {
  nearestNeighbors,
  type Metric,
  type NearestNeighborsOptions,
  type Neighbors,
} from "../../src/compute/nearest-neighbors";
import { seededRandom } from "../../src/compute/random";
import { nearestDistances } from "./brute-force";
import { leavesNothingBehind } from "./idle";
import { SENTENCE_DIMENSIONS, sentenceVectors } from "./sentence-vectors";

// More rows than are compared with all others.
const ROWS = 24_000;
const K = 15;

/** The share of the true neighbours of 200 rows that were found, going by distances. */
function recallOf({ distances }: Neighbors, vectors: Float32Array, dimensions: number, metric: Metric): number {
  const rows = vectors.length / dimensions;
  const sample = Array.from({ length: 200 }, (_, i) => Math.floor(((i + 0.5) * rows) / 200));
  const wanted = nearestDistances(sample, vectors, dimensions, metric, K);
  const found = sample.flatMap((row, i) => {
    const limit = wanted[i][K - 1] * (1 + 1e-5) + 1e-7;
    return [...distances.subarray(row * K, (row + 1) * K)].filter((distance) => distance <= limit);
  });
  return found.length / (sample.length * K);
}

function expectProperLists({ indices, distances }: Neighbors): void {
  for (let row = 0; row < indices.length / K; row++) {
    const list = indices.subarray(row * K, (row + 1) * K);
    const ascending = distances.slice(row * K, (row + 1) * K).sort();
    if (new Set(list).size !== K || list.includes(row))
      throw new Error(`Row ${row} has the neighbours ${list.join()}.`);
    if (ascending.some((distance, i) => distance !== distances[row * K + i]))
      throw new Error(`Row ${row} is not sorted.`);
  }
  expect(distances.every((distance) => distance >= 0 && distance < Infinity)).toBe(true);
}

describe("nearestNeighbors of more rows than are compared with all others", { timeout: 120_000 }, () => {
  let sentences: Float32Array;
  const options: NearestNeighborsOptions = { rows: ROWS, dimensions: SENTENCE_DIMENSIONS, k: K };
  let found: Neighbors;
  const told: number[] = [];

  beforeAll(async () => {
    sentences = await sentenceVectors(ROWS);
    found = await nearestNeighbors(sentences, { ...options, onNeighbors: (done) => told.push(done) });
  });

  it("finds most of the true neighbours of sentences, about as many as it reports", () => {
    const recall = recallOf(found, sentences, SENTENCE_DIMENSIONS, "cosine");
    expect(found.recall).toBeGreaterThan(0.95);
    expect(recall).toBeGreaterThan(0.93);
    expect(Math.abs(found.recall - recall)).toBeLessThan(0.03);
  });

  it("lists other rows, each once, nearest first", () => expectProperLists(found));

  it("tells how far it is, never less than before, up to all rows", () => {
    expect(told.length).toBeGreaterThan(3);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(ROWS);
  });

  it("gives the same bytes for 1 and 3 threads", async () => {
    for (const threads of [1, 3]) expect(await nearestNeighbors(sentences, { ...options, threads })).toEqual(found);
  });

  it("is interrupted while it works, and leaves nothing behind", async () => {
    const controller = new AbortController();
    let aborted = 0;
    const onNeighbors = (): void => {
      aborted ||= performance.now();
      controller.abort();
    };
    const error = await leavesNothingBehind(async () => {
      const all = { ...options, threads: 3, onNeighbors, signal: controller.signal };
      const reason = await nearestNeighbors(sentences, all).catch((thrown: unknown) => thrown);
      expect(performance.now() - aborted).toBeLessThan(5_000);
      return reason;
    });
    expect(error).toMatchObject({ code: "interrupted" });
  });

  it("shares the neighbours of thousands of copies out among them", async () => {
    const copied = sentences.slice();
    const isCopy = (row: number): boolean => row % 9 === 0;
    for (let row = 9; row < ROWS; row += 9) copied.copyWithin(row * SENTENCE_DIMENSIONS, 0, SENTENCE_DIMENSIONS);
    const { indices, distances } = await nearestNeighbors(copied, options);
    const counts = new Int32Array(ROWS);
    for (const other of indices) counts[other]++;
    for (let row = 0; row < ROWS; row += 9) {
      expect(distances[row * K + K - 1]).toBe(0);
      expect(indices.subarray(row * K, (row + 1) * K).every(isCopy)).toBe(true);
      expect(counts[row]).toBeLessThan(200);
    }
  });

  it.each([
    ["near the origin", (value: number) => value],
    ["far from the origin", (value: number) => value + 100],
    [
      "beside rows that are millions of times farther away",
      (value: number, i: number) => (i % 6007 ? value : 1e6 * (i + 1)),
    ],
  ])("finds nearly all neighbours in five dimensions, %s", async (_, change) => {
    const random = seededRandom(2);
    const vectors = Float32Array.from({ length: ROWS * 5 }, (_, i) =>
      change(Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()), i),
    );
    const result = await nearestNeighbors(vectors, { ...options, dimensions: 5, metric: "euclidean" });
    expectProperLists(result);
    expect(recallOf(result, vectors, 5, "euclidean")).toBeGreaterThan(0.95);
    expect(result.recall).toBeGreaterThan(0.95);
  });
});

describe("nearestNeighbors of rows that can all be compared", { timeout: 120_000 }, () => {
  const rows = 9000;
  const options: NearestNeighborsOptions = { rows, dimensions: SENTENCE_DIMENSIONS, k: K };
  let sentences: Float32Array;
  beforeAll(async () => {
    sentences = await sentenceVectors(rows);
  });

  it("finds all", async () => {
    const found = await nearestNeighbors(sentences, options);
    expect(recallOf(found, sentences, SENTENCE_DIMENSIONS, "cosine")).toBe(1);
    expect(found.recall).toBe(1);
  });

  it.each([0.8, 0.95, 0.99])("is content with a recall of %d where that is wanted", async (recall) => {
    const found = await nearestNeighbors(sentences, { ...options, recall });
    expectProperLists(found);
    expect(found.recall).toBeGreaterThanOrEqual(recall);
    expect(Math.abs(recallOf(found, sentences, SENTENCE_DIMENSIONS, "cosine") - found.recall)).toBeLessThan(0.06);
  });

  it("tells rows apart that differ in the fourth digit, beside others", async () => {
    const random = seededRandom(3);
    const dimensions = 64;
    const vectors = Float32Array.from({ length: rows * dimensions }, (_, i) =>
      i < rows * 0.6 * dimensions ? 1 + (random() - 0.5) * 1e-3 : random(),
    );
    const found = await nearestNeighbors(vectors, { rows, dimensions, k: K, metric: "euclidean", recall: 0.95 });
    expectProperLists(found);
    expect(recallOf(found, vectors, dimensions, "euclidean")).toBeGreaterThan(0.9);
  });
});
