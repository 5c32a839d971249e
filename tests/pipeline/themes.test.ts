import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { openScope, type RunResult } from "../../src/pipeline";
import { themesOf } from "../../src/pipeline/label/themes";
import { newDataDir, quickRun, sentences } from "./support";

/** Ward's linkage step by step: of all pairs the cheapest, until so many groups are left. */
function slowGroups(points: readonly { x: number; y: number; rows: number }[], wanted: number): number[][] {
  let groups = points.map((point, i) => ({ ...point, clusters: [i] }));
  while (groups.length > wanted) {
    let best = { cost: Infinity, a: groups[0], b: groups[1] };
    for (const a of groups)
      for (const b of groups) {
        if (a.clusters[0] >= b.clusters[0]) continue;
        const cost = ((a.rows * b.rows) / (a.rows + b.rows)) * ((a.x - b.x) ** 2 + (a.y - b.y) ** 2);
        if (cost < best.cost) best = { cost, a, b };
      }
    const { a, b } = best;
    const rows = a.rows + b.rows;
    const [x, y] = [(a.x * a.rows + b.x * b.rows) / rows, (a.y * a.rows + b.y * b.rows) / rows];
    groups = [...groups.filter((g) => g !== a && g !== b), { x, y, rows, clusters: [...a.clusters, ...b.clusters] }];
  }
  return groups.map(({ clusters }) => clusters.sort((p, q) => p - q));
}

/** Rows of so many clusters, each at one place. */
function rowsAt(places: readonly { x: number; y: number; rows: number }[]): [Int32Array, Float32Array] {
  const labels = places.flatMap(({ rows }, cluster) => Array.from({ length: rows }, () => cluster));
  return [Int32Array.from(labels), Float32Array.from(labels.flatMap((id) => [places[id].x, places[id].y]))];
}

const place = fc.record({
  x: fc.float({ min: -1, max: 1, noNaN: true }),
  y: fc.float({ min: -1, max: 1, noNaN: true }),
  rows: fc.integer({ min: 1, max: 9 }),
});
const sorted = (groups: number[][]) => [...groups].sort((a, b) => a[0] - b[0]);

describe("themes of clusters", () => {
  it("are those of Ward's linkage, found pair by pair", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 31, maxLength: 60 }), (places) => {
        // equal costs could be taken in any order
        const apart = places.map((p, i) => ({ ...p, x: p.x + i * 1e-3, y: p.y + (i * i) / 1e4 }));
        const [labels, coordinates] = rowsAt(apart);
        const exact = apart.map(({ rows, ...p }) => ({ x: Math.fround(p.x), y: Math.fround(p.y), rows }));
        const themes = themesOf(labels, coordinates);
        expect(sorted(themes)).toEqual(sorted(slowGroups(exact, themes.length)));
      }),
      { numRuns: 60 },
    );
  });

  it("hold every cluster once, those with most rows first; rows of no cluster count for nothing", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 31, maxLength: 300 }), (places) => {
        const [labels, coordinates] = rowsAt(places);
        const themes = themesOf(Int32Array.of(-1, ...labels), Float32Array.of(1, 1, ...coordinates));
        expect(themes.flat().sort((a, b) => a - b)).toEqual(places.map((_, i) => i));
        expect(themes.length).toBe(Math.min(14, Math.round(1.2 * Math.sqrt(places.length))));
        const rows = themes.map((theme) => theme.reduce((sum, cluster) => sum + places[cluster].rows, 0));
        expect(rows).toEqual([...rows].sort((a, b) => b - a));
      }),
      { numRuns: 50 },
    );
  });

  it("are none where there are few clusters, and are found where all lie in one place", () => {
    const same = Array.from({ length: 31 }, () => ({ x: 0, y: 0, rows: 2 }));
    expect(themesOf(...rowsAt(same.slice(1)))).toEqual([]);
    expect(themesOf(...rowsAt(same)).flat()).toHaveLength(31);
    expect(themesOf(new Int32Array(0), new Float32Array(0))).toEqual([]);
  });
});

describe("themes of a scope", () => {
  const dataDir = newDataDir();
  let result: RunResult;
  beforeAll(async () => {
    result = await quickRun(
      sentences.map((text) => ({ text })),
      dataDir,
      { name: "s", cluster: { method: "kmeans", nClusters: 40 } },
    );
  });

  it("have names, clusters that are there, and are in the files", async () => {
    const { themes, saved } = result;
    expect(themes.length).toBe(8);
    const inside = saved.clusters.map(({ id }) => id).filter((id) => id !== -1);
    expect(themes.flatMap(({ clusters }) => clusters).sort((a, b) => a - b)).toEqual(inside);
    expect(new Set(themes.map(({ label }) => label)).size).toBe(themes.length);
    for (const { label } of themes) expect(label.trim()).not.toBe("");
    expect((await openScope("s", { dataDir })).themes).toEqual(themes);
  });
});
