import { beforeAll, describe, expect, it } from "vitest";
import { hdbscan } from "../../src/compute";
import { distinctVectors } from "../../src/compute/hdbscan/distinct-vectors";
import { vectorSpanningTree } from "../../src/compute/hdbscan/neighbor-graph";
import { seededRandom } from "../../src/compute/random";
import { clusterAlone, solo } from "./hdbscan-kernels";
import { sentenceVectors } from "./sentence-vectors";

interface Edge {
  weight: number;
  length: number;
}

/** Vectors around centres, row i around centre i % centres; the last `copies` are copies of the first seven. */
function clumps(rows: number, dimensions: number, centres: number, { copies = 0, reach = 6 } = {}): Float32Array {
  const random = seededRandom(21);
  const centre = Float32Array.from({ length: centres * dimensions }, () => random() * reach);
  const vectors = Float32Array.from({ length: rows * dimensions }, (_, i) => {
    const c = Math.floor(i / dimensions) % centres;
    return centre[c * dimensions + (i % dimensions)] + random() + random() - 1;
  });
  for (let row = 0; row < copies; row++)
    vectors.copyWithin((rows - 1 - row) * dimensions, (row % 7) * dimensions, ((row % 7) + 1) * dimensions);
  return vectors;
}

describe("the tree of more vectors than are compared", () => {
  it("is that of the true neighbours of each, with core distances that count copies", () => {
    const [rows, dimensions, samples] = [2600, 6, 4];
    const { count, size, vectors, weights } = distinctVectors(clumps(rows, dimensions, 1, { copies: 300 }), dimensions);
    expect(count).toBeGreaterThan(2000);
    const kernels = solo();
    kernels.scoped(() => {
      const tree = vectorSpanningTree(kernels, vectors, size, weights, samples);
      const cores = [...kernels.float64(tree.cores, count)];
      const found = Array.from(kernels.float64(tree.squaredWeights, count - 1), (weight, i) => ({
        weight,
        length: kernels.float64(tree.squaredLengths, count - 1)[i],
      }));
      const expected = graphTree(vectors, size, weights, samples, 15);
      cores.forEach((core, p) => expect(core).toBeCloseTo(expected.cores[p], 9));
      expect(rounded(found)).toEqual(rounded(expected.edges));
    });
  });

  it("gives the same clusters for any number of threads, on sentences", async () => {
    const rows = 3000;
    const vectors = await sentenceVectors(rows);
    const given = { rows, dimensions: 256, minClusterSize: 3, minSamples: 1, condensedTree: true };
    const alone = await hdbscan(vectors, { ...given, clusterSelectionMethod: "leaf", threads: 1 });
    expect(Math.max(...alone.labels)).toBeGreaterThan(3);
    for (const threads of [2, 3])
      expect(await hdbscan(vectors, { ...given, clusterSelectionMethod: "leaf", threads })).toEqual(alone);
    expect(clusterAlone(vectors, { ...given, clusterSelectionMethod: "leaf" })).toEqual(alone);
  });

  it("takes more samples than neighbours are usually kept", () => {
    const vectors = clumps(2200, 5, 4, { reach: 60 });
    const { labels } = clusterAlone(vectors, { dimensions: 5, minClusterSize: 200, minSamples: 150 });
    expect(new Set(labels).size).toBe(4);
    labels.forEach((label, row) => expect(label).toBe(labels[row % 4]));
  });

  it.each([2 ** 60, 2 ** -60])("finds the same in vectors that are %d times as long", (factor) => {
    const vectors = clumps(2500, 5, 6);
    const parameters = { dimensions: 5, minClusterSize: 20, minSamples: 5 };
    const { labels } = clusterAlone(vectors, parameters);
    expect(new Set(labels).size).toBeGreaterThan(5);
    expect(
      clusterAlone(
        vectors.map((value) => value * factor),
        parameters,
      ).labels,
    ).toEqual(labels);
  });
});

describe("the tree of more vectors than are searched exactly", () => {
  const [rows, dimensions, groups] = [20_600, 8, 9];
  let vectors: Float32Array;
  beforeAll(() => {
    vectors = clumps(rows, dimensions, groups, { copies: 100 });
  });

  it("has the clusters of its groups, the same for any number of threads", async () => {
    const given = { rows, dimensions, minClusterSize: 500, minSamples: 5 };
    const { labels } = await hdbscan(vectors, { ...given, threads: 2 });
    expect(new Set(labels.subarray(0, groups)).size).toBe(groups);
    const agreeing = labels.filter((label, row) => row >= rows - 100 || label === labels[row % groups]).length;
    expect(agreeing / rows).toBeGreaterThan(0.95);
    expect((await hdbscan(vectors, { ...given, threads: 1 })).labels).toEqual(labels);
  });
});

/** Kruskal's algorithm on the nearest neighbours of each vector, found by comparing all pairs. */
function graphTree(
  vectors: Float32Array,
  size: number,
  weights: Int32Array,
  samples: number,
  k: number,
): { cores: number[]; edges: Edge[] } {
  const count = weights.length;
  const distance = (a: number, b: number): number => {
    let sum = 0;
    for (let d = 0; d < size; d++) sum += (vectors[a * size + d] - vectors[b * size + d]) ** 2;
    return sum;
  };
  const neighbors = Array.from({ length: count }, (_, p) => {
    const all = Float64Array.from({ length: count }, (_, q) => distance(p, q));
    const others = Array.from(all.keys()).filter((q) => q !== p);
    return others
      .sort((a, b) => all[a] - all[b])
      .slice(0, k)
      .map((q) => ({ q, length: all[q] }));
  });
  const cores = neighbors.map((near, p) => {
    let rows = weights[p] - 1;
    if (rows >= samples) return 0;
    for (const { q, length } of near) if ((rows += weights[q]) >= samples) return length;
    return NaN;
  });
  const edges = neighbors.flatMap((near, p) =>
    near.map(({ q, length }) => ({ p, q, length, weight: Math.max(length, cores[p], cores[q]) })),
  );
  edges.sort((a, b) => a.weight - b.weight || a.length - b.length);
  const sets = Int32Array.from({ length: count }, (_, p) => p);
  const find = (p: number): number => {
    while (sets[p] !== p) p = sets[p] = sets[sets[p]];
    return p;
  };
  const tree = edges.filter(({ p, q }) => {
    const joins = find(p) !== find(q);
    sets[find(p)] = find(q);
    return joins;
  });
  return { cores, edges: tree };
}

/** Sums of squares that are taken in another order differ in the last bits. */
function rounded(edges: Edge[]): number[][] {
  return edges
    .map(({ weight, length }) => [Number(weight.toPrecision(9)), Number(length.toPrecision(9))])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}
