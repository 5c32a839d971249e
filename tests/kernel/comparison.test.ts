import { beforeAll, describe, expect, it } from "vitest";
import * as latentscope from "../../src";
import { movedRows } from "../../src/kernel/comparison";
import { codeOf, column, newDataDir, quickScope, table } from "./scopes";

describe("two scopes of the same rows", () => {
  const dataDir = newDataDir();
  let a: latentscope.Scope;
  let b: latentscope.Scope;
  beforeAll(async () => {
    a = await quickScope(dataDir, { cluster: { method: "kmeans", nClusters: 4 } });
    b = await quickScope(dataDir, { cluster: { method: "kmeans", nClusters: 6 }, umap: { nEpochs: 20, seed: 7 } });
  });

  it("say of each row where it was and is, and how far it moved", () => {
    const rows = latentscope.compare(a, b).rows;
    expect(rows.columns).toEqual(["ls_index", "cluster_a", "label_a", "cluster_b", "label_b", "moved"]);
    expect(rows.height).toBe(table.length);
    expect(column(rows, "cluster_a")).toEqual(column(a.rows, "cluster"));
    expect(column(rows, "label_a")).toEqual(column(a.rows, "label"));
    expect(column(rows, "cluster_b")).toEqual(column(b.rows, "cluster"));
    const moved = column<number | null>(rows, "moved");
    // the first row has no text
    expect(moved[0]).toBeNull();
    expect(Math.max(...moved.slice(1).map(Number))).toBeGreaterThan(0.1);
    const itself = column<number | null>(latentscope.compare(a, a).rows, "moved");
    for (const distance of itself.slice(1)) expect(distance).toBeCloseTo(0, 4);
  });

  it("say which clusters became which, as they are now", () => {
    const comparison = latentscope.compare(a, b);
    const clusters = comparison.clusters;
    const rows = column<number>(clusters, "rows");
    expect(rows.reduce((sum, n) => sum + n, 0)).toBe(table.length);
    expect(rows).toEqual([...rows].sort((p, q) => q - p));
    const [of, now] = [column<number>(a.rows, "cluster"), column<number>(b.rows, "cluster")];
    for (const pair of clusters.toRecords()) {
      const both = of.filter((id, row) => id === pair.cluster_a && now[row] === pair.cluster_b).length;
      expect(pair.rows).toBe(both);
      expect(pair.share_a).toBeCloseTo(both / of.filter((id) => id === pair.cluster_a).length, 10);
      expect(pair.share_b).toBeCloseTo(both / now.filter((id) => id === pair.cluster_b).length, 10);
    }
    const [largest] = clusters.toRecords() as { cluster_a: number; label_a: string }[];
    a.rename(largest.cluster_a, "Named now");
    expect(comparison.clusters.toRecords()[0].label_a).toBe("Named now");
    a.undo();
    a.delete([1]);
    expect(column<number>(comparison.clusters, "rows").reduce((sum, n) => sum + n, 0)).toBe(table.length - 1);
    a.undo();
  });

  it("are of one dataset, or it is said that they are not", async () => {
    const other = await quickScope(newDataDir(), { name: "other" });
    expect(await codeOf(() => latentscope.compare(a, other))).toBe("other-dataset");
    expect(String(latentscope.compare(a, b))).toBe("Comparison of speeches/scopes-001 and speeches/scopes-002");
  });
});

describe("how far rows moved", () => {
  it("is nothing for a map that was only turned, mirrored and scaled", () => {
    const map = Float32Array.of(0, 0, 1, 0, 1, 0.5, -0.5, 0.25);
    const turned = Float32Array.from(map, (_, i) => (i & 1 ? map[i - 1] : map[i + 1]) * 0.3);
    for (const distance of movedRows(map, turned)) expect(distance).toBeCloseTo(0, 5);
  });

  it("is measured by the spread of the first map", () => {
    const map = Float32Array.of(-1, 0, 1, 0, 0, 1, 0, -0.9);
    const other = map.slice();
    other[7] = -0.4;
    const [near, far] = [
      movedRows(map, other),
      movedRows(
        map.map((v) => v * 0.1),
        other.map((v) => v * 0.1),
      ),
    ];
    near.forEach((distance, row) => expect(distance).toBeCloseTo(far[row], 4));
    expect(near.indexOf(Math.max(...near))).toBe(3);
  });

  it("is nothing where all rows are in one place", () => {
    expect([...movedRows(Float32Array.of(0, 0, 0, 0), Float32Array.of(1, 1, 0, 0))]).toEqual([0, 0]);
  });
});
