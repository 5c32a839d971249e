import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hdbscan, type HdbscanResult } from "../../src/compute";
import { canonical } from "./partition";

interface Clustering {
  labels: number[];
  probabilities: number[];
}
interface Case {
  points: string;
  minClusterSize: number;
  minSamples: number;
  clusterSelectionEpsilon: number;
  plain: Clustering;
  undecided: number[];
  nearerFirst: Clustering;
}

const folder = path.join(__dirname, "..", "fixtures", "hdbscan");
const points = read("points.json") as Record<string, number[]>;
const { cases } = read("hdbscan.json") as { cases: Case[] };

describe.each(cases)(
  "Python hdbscan on $points, $minClusterSize, $minSamples, $clusterSelectionEpsilon",
  (expected) => {
    const { plain, nearerFirst } = expected;
    const found = run(expected);

    it("finds the same partition with equal distances merged nearer points first", async () => {
      expect(canonical((await found).labels)).toEqual(canonical(nearerFirst.labels));
    });

    it("finds the same probabilities with equal distances merged nearer points first", async () => {
      expect(largestDifference((await found).probabilities, nearerFirst.probabilities)).toBeLessThan(1e-6);
    });

    it("finds the partition of the package as it is, but for rows on which the package disagrees with itself", async () => {
      const undecided = new Set(expected.undecided);
      const decided = (labels: ArrayLike<number>): number[] =>
        Array.from(labels).filter((_, row) => !undecided.has(row));
      expect(canonical(decided((await found).labels))).toEqual(canonical(decided(plain.labels)));
      expect(undecided.size).toBeLessThan(plain.labels.length * 0.06);
    });
  },
);

describe.each(cases.filter(({ undecided }) => undecided.length === 0))(
  "Python hdbscan, where it agrees with itself: $points, $minClusterSize, $minSamples, $clusterSelectionEpsilon",
  (expected) => {
    it("finds the partition and the probabilities of the package as it is", async () => {
      const { labels, probabilities } = await run(expected);
      expect(canonical(labels)).toEqual(canonical(expected.plain.labels));
      expect(largestDifference(probabilities, expected.plain.probabilities)).toBeLessThan(1e-6);
    });
  },
);

it("covers cases in which the package agrees with itself on every row", () => {
  expect(cases.filter(({ undecided }) => undecided.length === 0).map((c) => c.points)).toEqual(
    expect.arrayContaining(["layout", "heaps"]),
  );
});

function run({ points: name, minClusterSize, minSamples, clusterSelectionEpsilon }: Case): Promise<HdbscanResult> {
  const given = Float32Array.from(points[name]);
  const parameters = { minClusterSize, minSamples, clusterSelectionEpsilon };
  return hdbscan(given, { rows: given.length / 2, dimensions: 2, ...parameters });
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, name), "utf8"));
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}
