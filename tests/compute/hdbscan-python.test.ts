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
  dimensions: number;
  minClusterSize: number;
  minSamples: number;
  clusterSelectionEpsilon: number;
  clusterSelectionMethod: "eom" | "leaf";
  allowSingleCluster: boolean;
  plain: Clustering;
  undecided: number[];
  nearerFirst: Clustering;
  condensed?: Record<"parent" | "child" | "lambda" | "childSize", number[]>;
}

const folder = path.join(__dirname, "..", "fixtures", "hdbscan");
const points = read("points.json") as Record<string, number[]>;
const { cases } = read("hdbscan.json") as { cases: Case[] };

describe.each(cases)(
  "Python hdbscan on $points, $minClusterSize, $minSamples, $clusterSelectionEpsilon, $clusterSelectionMethod",
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

describe.each(cases.filter(({ condensed }) => condensed))(
  "The condensed tree of Python hdbscan on $points, $minClusterSize, $minSamples",
  (expected) => {
    it("is the same but for the numbers of clusters", async () => {
      const { condensedTree } = await run(expected);
      const rows = expected.nearerFirst.labels.length;
      const found = canonicalTree(condensedTree!, rows);
      const wanted = canonicalTree(expected.condensed!, rows);
      expect(found.parents).toEqual(wanted.parents);
      expect(found.sizes).toEqual(wanted.sizes);
      expect(found.tree).toEqual(wanted.tree);
      expect(
        largestDifference(
          found.lambdas.map((x, i) => x / wanted.lambdas[i]),
          wanted.lambdas.map(() => 1),
        ),
      ).toBeLessThan(1e-6);
    });
  },
);

it("covers cases in which the package agrees with itself on every row", () => {
  expect(cases.filter(({ undecided }) => undecided.length === 0).map((c) => c.points)).toEqual(
    expect.arrayContaining(["layout", "heaps"]),
  );
});

function run({ points: name, dimensions, minClusterSize, minSamples, ...selection }: Case): Promise<HdbscanResult> {
  const given = Float32Array.from(points[name]);
  const { clusterSelectionEpsilon, clusterSelectionMethod, allowSingleCluster } = selection;
  return hdbscan(given, {
    ...{ rows: given.length / dimensions, dimensions, minClusterSize, minSamples, condensedTree: true },
    ...{ clusterSelectionEpsilon, clusterSelectionMethod, allowSingleCluster },
  });
}

/** A condensed tree with its clusters named by the first of all rows in them and their size: numbers do not matter then. */
function canonicalTree(
  { parent, child, lambda, childSize }: Record<"parent" | "child" | "lambda" | "childSize", ArrayLike<number>>,
  rows: number,
): { parents: string[]; sizes: number[]; tree: string[]; lambdas: number[] } {
  const lines = Array.from(child, (_, line) => line);
  const lineOf = new Map(lines.map((line) => [child[line], line]));
  const first = new Map<number, number>();
  const size = new Map<number, number>([[rows, rows]]);
  for (let row = 0; row < rows; row++)
    for (let c = parent[lineOf.get(row)!]; ; c = parent[lineOf.get(c)!]) {
      if (!first.has(c)) first.set(c, row);
      if (c === rows) break;
    }
  const clusters = lines.filter((line) => child[line] >= rows);
  for (const line of clusters) size.set(child[line], childSize[line]);
  const name = (cluster: number): string => `${first.get(cluster)} of ${size.get(cluster)}`;
  const named = clusters
    .map((line) => ({ key: `${name(child[line])} in ${name(parent[line])}`, lambda: lambda[line] }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const rowLines = Array.from({ length: rows }, (_, row) => lineOf.get(row)!);
  return {
    parents: rowLines.map((line) => name(parent[line])),
    sizes: rowLines.map((line) => childSize[line]),
    tree: named.map(({ key }) => key),
    lambdas: [...rowLines.map((line) => lambda[line]), ...named.map((cluster) => cluster.lambda)],
  };
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, name), "utf8"));
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}
