import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEAST_OVERLAP, matchClusters, maximumWeightMatching, type Edge } from "../../src/scope";

/** The greatest total weight of a matching, by trying all. */
function bestTotal(edges: readonly Edge[], from = 0, lefts = new Set<number>(), rights = new Set<number>()): number {
  if (from === edges.length) return 0;
  const { left, right, weight } = edges[from];
  const without = bestTotal(edges, from + 1, lefts, rights);
  if (lefts.has(left) || rights.has(right)) return without;
  return Math.max(without, weight + bestTotal(edges, from + 1, new Set([...lefts, left]), new Set([...rights, right])));
}

describe("a matching of maximum weight", () => {
  it("has the greatest total of all matchings, and each node once", () => {
    const graph = fc.uniqueArray(
      fc.record({ left: fc.nat(5), right: fc.nat(5), weight: fc.integer({ min: 1, max: 20 }) }),
      {
        maxLength: 12,
        selector: ({ left, right }) => `${left} ${right}`,
      },
    );
    fc.assert(
      fc.property(graph, (edges) => {
        const matching = maximumWeightMatching(edges);
        expect(new Set(matching.values()).size).toBe(matching.size);
        const weight = (left: number, right: number): number => {
          const edge = edges.find((e) => e.left === left && e.right === right);
          if (!edge) throw new Error("not an edge");
          return edge.weight;
        };
        const total = [...matching].reduce((sum, [left, right]) => sum + weight(left, right), 0);
        expect(total).toBe(bestTotal(edges));
      }),
      { numRuns: 2000 },
    );
  });

  it("gives up the heaviest edge where two others weigh more", () => {
    const edges = [
      { left: 0, right: 0, weight: 10 },
      { left: 0, right: 1, weight: 7 },
      { left: 1, right: 0, weight: 7 },
    ];
    expect([...maximumWeightMatching(edges)]).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it("of some thousand nodes takes moments", () => {
    let seed = 1;
    const next = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const edges = Array.from({ length: 12_000 }, (_, i) => ({
      left: Math.floor(i / 4),
      right: Math.min(2999, Math.floor(i / 4 + next() * 8)),
      weight: 1 + Math.floor(next() * 100),
    }));
    const distinct = [...new Map(edges.map((edge) => [`${edge.left} ${edge.right}`, edge])).values()];
    expect(maximumWeightMatching(distinct).size).toBeGreaterThan(2000);
  });
});

describe("clusters of two clusterings", () => {
  it("are the same where they share most rows, whatever their numbers", () => {
    const before = Int32Array.from([0, 0, 0, 0, 1, 1, 1, -1, 2, 2]);
    const after = Int32Array.from([5, 5, 5, -1, 0, 0, 0, 0, 3, 4]);
    expect(matchClusters(before, after)).toEqual([
      { before: 1, after: 0, shared: 3, overlap: 0.75 },
      { before: 2, after: 3, shared: 1, overlap: 0.5 },
      { before: 0, after: 5, shared: 3, overlap: 0.75 },
    ]);
  });

  it("are others where they share too little; outliers are no cluster", () => {
    const before = Int32Array.from([0, 0, 0, 0, 0, 0, -1, -1]);
    const after = Int32Array.from([0, 1, 2, 3, 4, 5, -1, -1]);
    expect(matchClusters(before, after)).toEqual([]);
    expect(LEAST_OVERLAP).toBeGreaterThan(1 / 6);
  });

  it("are found again when their numbers are shuffled, whatever they are", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 1, maxLength: 60 }), (labels) => {
        const before = Int32Array.from(labels);
        const after = before.map((of) => (of < 0 ? of : 6 - of));
        const expected = [...new Set(labels)].filter((of) => of >= 0).map((of) => [of, 6 - of]);
        expect(
          matchClusters(before, after)
            .map((match) => [match.before, match.after])
            .sort(),
        ).toEqual(expected.sort());
      }),
    );
  });
});
