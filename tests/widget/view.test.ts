import fc from "fast-check";
import { expect, test } from "vitest";
import type { Content } from "../../src/scope";
import { clusterGeometry, rowsOfCluster } from "../../src/widget/map/clusters";
import { panBy, transformOf, unproject, zoomAt } from "../../src/widget/map/view";
import { blobs, cluster } from "./support/blobs";

const size = { width: 900, height: 560 };

test("zooming keeps the place under the pointer where it is", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 6, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.integer({ min: 200, max: 700 }),
      (x, zoom, steps, px) => {
        const view = { x, y: -x, zoom };
        const [before, after] = [transformOf(view, size), transformOf(zoomAt(view, size, steps, px, 280), size)];
        expect(unproject(after, px, 280)[0]).toBeCloseTo(unproject(before, px, 280)[0], 9);
        expect(unproject(after, px, 280)[1]).toBeCloseTo(unproject(before, px, 280)[1], 9);
      },
    ),
  );
});

test("panning moves the map with the pointer, but never wholly out of sight", () => {
  const moved = transformOf(panBy({ x: 0, y: 0, zoom: 1 }, size, 30, -20), size);
  const still = transformOf({ x: 0, y: 0, zoom: 1 }, size);
  expect(moved.offsetX - still.offsetX).toBeCloseTo(30, 9);
  expect(moved.offsetY - still.offsetY).toBeCloseTo(-20, 9);
  expect(panBy({ x: 0, y: 0, zoom: 0 }, size, 1e6, 0).x).toBeGreaterThan(-2);
});

test("the whole map fits into areas of any shape", () => {
  for (const [width, height] of [
    [900, 560],
    [320, 480],
    [100, 100],
    [2000, 300],
  ]) {
    const t = transformOf({ x: 0, y: 0, zoom: 0 }, { width, height });
    for (const corner of [-1, 1]) {
      expect(t.scaleX * corner + t.offsetX).toBeGreaterThanOrEqual(0);
      expect(t.scaleX * corner + t.offsetX).toBeLessThanOrEqual(width);
      expect(t.scaleY * corner + t.offsetY).toBeGreaterThanOrEqual(0);
      expect(t.scaleY * corner + t.offsetY).toBeLessThanOrEqual(height);
    }
  }
});

test("a label is anchored in the dense part of its cluster, not between two parts", () => {
  const positions = new Uint16Array(200);
  for (let row = 0; row < 100; row++)
    positions.set(row < 70 ? [10_000 + row, 20_000] : [50_000 + row, 20_000], 2 * row);
  const content: Content = { clusters: [cluster(0, "two parts")], assignment: new Int32Array(100) };
  const { anchors } = clusterGeometry(content, positions);
  expect(anchors[2]).toBeGreaterThan(10_000);
  expect(anchors[2]).toBeLessThan(10_100);
});

test("sizes and rows of clusters are those of the assignment", () => {
  const data = blobs(3000, 12);
  const geometry = clusterGeometry(data, data.positions);
  for (const { id } of data.clusters) {
    const rows = Array.from(data.assignment.keys()).filter((row) => data.assignment[row] === id);
    expect([...rowsOfCluster(geometry, id)]).toEqual(rows);
    expect(geometry.sizes[id + 1]).toBe(rows.length);
  }
});

test("a scope without clusters, and one whose rows name a cluster that is not in the table, are drawn as outliers", () => {
  const none = clusterGeometry({ clusters: [], assignment: Int32Array.of(-1, -1) }, Uint16Array.of(0, 0, 9, 9));
  expect([...none.slots]).toEqual([0, 0]);
  const broken = { clusters: [cluster(0, "a")], assignment: Int32Array.of(0, 5) };
  expect([...clusterGeometry(broken, Uint16Array.of(0, 0, 9, 9)).slots]).toEqual([1, 0]);
});
