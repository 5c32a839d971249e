import fc from "fast-check";
import { expect, test } from "vitest";
import { clusterGeometry, slotOf } from "../../src/picture/clusters";
import { placeLevels, type ThemeRequest } from "../../src/picture/label-levels";
import { layoutLabels, themeLabelId } from "../../src/picture/layout-labels";
import type { LabelRequest, PlacedLabel } from "../../src/picture/place-labels";
import { themesOf } from "../../src/picture/themes";
import { transformOf, type Size } from "../../src/picture/view";
import { savedContent, type ClusterId, type ClusterTheme } from "../../src/scope";
import { blobs, cluster } from "./support/blobs";

const size: Size = { width: 700, height: 480 };
const home = { x: 0, y: 0, zoom: 0 };

const theme = (label: string, ...clusters: number[]): ClusterTheme => ({
  label,
  clusters: clusters as ClusterId[],
});
const saved = {
  themes: [theme("low", 0, 1), theme("high", 2, 3), theme("gone", 4)],
  savedAssignment: Int32Array.of(0, 0, 1, 1, 2, 2, 3, 3, -1, -1),
};
const positions = Uint16Array.from({ length: 20 }, (_, i) => (i >> 1) * 100);

function themesNow(assignment: number[], deleted: number[] = []) {
  const ids = [...new Set(assignment)].filter((id) => id >= 0);
  const flags = Uint8Array.from(assignment, (_, row) => Number(deleted.includes(row)));
  const content = savedContent(
    ids.map((id) => cluster(id, `c${id}`)),
    Int32Array.from(assignment),
    { deleted: flags },
  );
  return themesOf(saved, clusterGeometry(content, positions), positions);
}

test("clusters as saved have the themes as saved; one without clusters is gone", () => {
  const themes = themesNow([0, 0, 1, 1, 2, 2, 3, 3, -1, -1]);
  expect(themes.map(({ label, clusters, size: rows }) => [label, clusters, rows])).toEqual([
    ["low", [0, 1], 4],
    ["high", [2, 3], 4],
  ]);
});

test("what is split, merged or moved has the theme that most of its rows had; what had none has none", () => {
  // 5: split off 0 · 6: two rows of "high", one of "low" · 7: was in no cluster
  const themes = themesNow([5, 0, 6, 1, 6, 6, 3, 3, 7, 7]);
  expect(themes.map(({ label, clusters }) => [label, clusters])).toEqual([
    ["low", [0, 1, 5]],
    ["high", [3, 6]],
  ]);
});

test("deleted rows count neither for the size nor for the place of a theme", () => {
  const [low] = themesNow([0, 0, 1, 1, 2, 2, 3, 3, -1, -1], [0, 1]);
  expect(low).toMatchObject({ clusters: [1], size: 2 });
  expect(low.x).toBeGreaterThanOrEqual(200);
});

const unit = fc.double({ min: -1, max: 1, noNaN: true });
const box = { x: unit, y: unit, height: fc.integer({ min: 12, max: 54 }), priority: fc.integer({ min: 1, max: 20 }) };
const clusterBoxes = fc.array(fc.record({ ...box, width: fc.integer({ min: 10, max: 160 }) }), { maxLength: 30 });
const themeBoxes = fc.array(fc.record({ ...box, width: fc.integer({ min: 60, max: 260 }) }), { maxLength: 5 });
const levels = fc.tuple(themeBoxes, clusterBoxes).map(([themes, clusters]): [ThemeRequest[], LabelRequest[]] => [
  themes.map((request, i) => ({
    ...request,
    id: themeLabelId(i),
    clusters: Array.from(clusters.keys()).filter((id) => id % themes.length === i),
  })),
  clusters.map((request, id) => ({ ...request, id })),
]);

const shownAt = (placed: readonly PlacedLabel[], zoom: number) =>
  placed.filter((label) => label.minZoom <= zoom && zoom < label.maxZoom);

test("labels of two levels do not overlap at any zoom", () => {
  fc.assert(
    fc.property(levels, fc.double({ min: -1, max: 12, noNaN: true }), ([themes, clusters], zoom) => {
      const t = transformOf({ ...home, zoom }, size);
      const shown = shownAt(placeLevels(themes, clusters, home, size), zoom);
      for (const a of shown)
        for (const b of shown) {
          if (a.id >= b.id) continue;
          const apartX = Math.abs(t.scaleX * (a.x - b.x) + a.shiftX - b.shiftX) - (a.width + b.width) / 2;
          const apartY = Math.abs(t.scaleY * (a.y - b.y) + a.shiftY - b.shiftY) - (a.height + b.height) / 2;
          expect(Math.max(apartX, apartY)).toBeGreaterThanOrEqual(0);
        }
    }),
    { numRuns: 300 },
  );
});

test("zooming in only adds labels of clusters, those of themes do not come back; the same labels get the same places", () => {
  fc.assert(
    fc.property(levels, ([themes, clusters]) => {
      const placed = placeLevels(themes, clusters, home, size);
      expect(placeLevels([...themes].reverse(), [...clusters].reverse(), home, size)).toEqual(placed);
      let before = new Set<number>();
      const over = new Set<number>();
      for (let zoom = -1; zoom <= 12; zoom += 0.5) {
        const now = new Set(shownAt(placed, zoom).map(({ id }) => id));
        for (const id of before) {
          if (id >= 0) expect(now).toContain(id);
          else if (!now.has(id)) over.add(id);
        }
        for (const id of over) expect(now).not.toContain(id);
        before = now;
      }
    }),
  );
});

test("the whole map shows themes, a part of it their clusters; no theme of a single cluster has a label", () => {
  const data = blobs(20_000, 40);
  const geometry = clusterGeometry(savedContent(data.clusters, data.assignment), data.positions);
  const names = ["a", "b", "c", "d"].map((label, i) =>
    theme(label, ...(i ? Array.from({ length: 13 }, (_, k) => 1 + (i - 1) * 13 + k) : [0])),
  );
  const scene = {
    content: savedContent(data.clusters, data.assignment),
    focus: null,
    themes: themesOf({ themes: names, savedAssignment: data.assignment }, geometry, data.positions),
    geometry,
    swatches: new Uint8Array(geometry.sizes.length),
    theme: "light" as const,
    home,
    size,
    measure: (text: string, font: { size: number }) => text.length * font.size * 0.55,
  };
  const { placed, texts } = layoutLabels(scene);
  expect(texts.has(themeLabelId(0))).toBe(false);
  const whole = shownAt(placed, 0).map(({ id }) => id);
  for (const i of [1, 2, 3]) expect(whole).toContain(themeLabelId(i));
  const themed = new Set<number>(names.slice(1).flatMap(({ clusters }) => clusters));
  expect(whole.filter((id) => themed.has(id))).toEqual([]);
  expect(shownAt(placed, 0.59).filter(({ id }) => themed.has(id)).length).toBeGreaterThan(3);
  // a picture that no one can zoom has both levels
  const still = shownAt(layoutLabels({ ...scene, clustersFrom: -Infinity }).placed, 0).map(({ id }) => id);
  for (const i of [1, 2, 3]) expect(still).toContain(themeLabelId(i));
  expect(still.some((id) => themed.has(id))).toBe(true);
  expect(shownAt(placed, 8).every(({ id }) => id >= 0)).toBe(true);
  expect(geometry.sizes[slotOf(0)]).toBeGreaterThan(0);
  const focused = layoutLabels({ ...scene, focus: new Set([3]) });
  expect(focused.placed.every(({ id }) => id >= 0)).toBe(true);
});
