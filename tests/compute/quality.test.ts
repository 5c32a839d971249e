import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { clusterQuality, type ClusterQuality } from "../../src/compute";

interface Case extends Record<keyof ClusterQuality, number> {
  dimensions: number;
  points: number[];
  labels: number[];
}
const { cases } = JSON.parse(
  readFileSync(path.resolve(__dirname, "../fixtures/quality/scikit-learn.json"), "utf8"),
) as { cases: Case[] };

const quality = (points: readonly number[], labels: readonly number[], dimensions = 2): Promise<ClusterQuality> =>
  clusterQuality(Float32Array.from(points), {
    ...{ rows: labels.length, dimensions },
    labels: Int32Array.from(labels),
  });

describe("the quality of clusters", () => {
  it.each(cases.map((one) => [one.labels.length, one.dimensions, one] as const))(
    "of %i points in %i dimensions is scikit-learn's",
    async (_rows, dimensions, { points, labels, silhouette, calinskiHarabasz, daviesBouldin }) => {
      const found = await quality(points, labels, dimensions);
      expect(found.silhouette).toBeCloseTo(silhouette, 5);
      expect(found.calinskiHarabasz).toBeCloseTo(calinskiHarabasz, 3);
      expect(found.daviesBouldin).toBeCloseTo(daviesBouldin, 5);
    },
  );

  it("of many points is near that of all of them", async () => {
    // two blobs at a known distance: every point has about the same silhouette
    const rows = 20_000;
    const points = Array.from({ length: rows }, (_, i) => [(i % 2) * 10 + Math.sin(i), Math.cos(i * 1.7)]).flat();
    const labels = Array.from({ length: rows }, (_, i) => i % 2);
    const some = 1000;
    const part = await quality(points.slice(0, 2 * some), labels.slice(0, some));
    expect((await quality(points, labels)).silhouette).toBeCloseTo(part.silhouette ?? 0, 2);
  });

  it.each([
    ["no clusters", [-1, -1, -1]],
    ["one cluster", [0, 0, -1]],
    ["a cluster for each point", [0, 1, 2]],
  ])("of %s is none", async (_, labels) => {
    expect(await quality([0, 0, 1, 1, 5, 5], labels)).toEqual({
      ...{ silhouette: null, calinskiHarabasz: null, daviesBouldin: null },
    });
  });

  it("of equal points is finite or none", async () => {
    const found = await quality([1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 1, 1]);
    expect(found).toEqual({ silhouette: 0, calinskiHarabasz: null, daviesBouldin: 0 });
  });

  it("refuses labels of another length", async () => {
    const wrong = clusterQuality(new Float32Array(4), { rows: 2, dimensions: 2, labels: new Int32Array(3) });
    await expect(wrong).rejects.toMatchObject({ code: "bad-option" });
  });
});
