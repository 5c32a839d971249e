import fc from "fast-check";
import { expect, test } from "vitest";
import { savedContent } from "../../src/scope";
import {
  clusterGeometry,
  clusterOf,
  DELETED_SLOT,
  OUTLIER_SLOT,
  rowsOfCluster,
  slotOf,
} from "../../src/picture/clusters";
import { emphasis } from "../../src/widget/map/emphasis";
import { pointDensity, pointLook } from "../../src/picture/point-look";
import { betweenViews, panBy, transformOf, unproject, viewOfRows, zoomAt } from "../../src/picture/view";
import { blobs, cluster, random } from "./support/blobs";

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
  const content = savedContent([cluster(0, "two parts")], new Int32Array(100));
  const { anchors } = clusterGeometry(content, positions);
  const x = anchors[2 * slotOf(0)];
  expect(x).toBeGreaterThan(10_000);
  expect(x).toBeLessThan(10_100);
});

test("sizes and rows of clusters are those of the assignment", () => {
  const data = blobs(3000, 12);
  const geometry = clusterGeometry(savedContent(data.clusters, data.assignment), data.positions);
  for (const { id } of data.clusters) {
    const rows = Array.from(data.assignment.keys()).filter((row) => data.assignment[row] === id);
    expect([...rowsOfCluster(geometry, id)]).toEqual(rows);
    expect(geometry.sizes[slotOf(id)]).toBe(rows.length);
  }
});

test("a scope without clusters, and one whose rows name a cluster that is not in the table, are drawn as outliers", () => {
  const none = clusterGeometry(savedContent([], Int32Array.of(-1, -1)), Uint16Array.of(0, 0, 9, 9));
  expect([...none.slots]).toEqual([0, 0]);
  const broken = savedContent([cluster(0, "a")], Int32Array.of(0, 5));
  expect([...clusterGeometry(broken, Uint16Array.of(0, 0, 9, 9)).slots]).toEqual([slotOf(0), OUTLIER_SLOT]);
});

test("deleted rows are in a slot of their own, whatever their cluster, and in no cluster's size, rows or place", () => {
  const data = blobs(2000, 6);
  const deleted = Uint8Array.from({ length: 2000 }, (_, row) => Number(row % 3 === 0));
  const content = savedContent(data.clusters, data.assignment, { deleted });
  const geometry = clusterGeometry(content, data.positions);
  expect(geometry.sizes[DELETED_SLOT]).toBe(667);
  for (const { id } of data.clusters) {
    const rows = Array.from(data.assignment.keys()).filter((row) => data.assignment[row] === id && row % 3);
    expect([...rowsOfCluster(geometry, id)]).toEqual(rows);
    expect(clusterOf(slotOf(id))).toBe(id);
  }
  const live = Array.from(data.assignment.keys()).filter((row) => row % 3);
  const alone = clusterGeometry(
    savedContent(
      data.clusters,
      Int32Array.from(live, (row) => data.assignment[row]),
    ),
    Uint16Array.from(live.flatMap((row) => [data.positions[2 * row], data.positions[2 * row + 1]])),
  );
  expect([...geometry.anchors]).toEqual([...alone.anchors]);
});

test("a geometry that goes on from an earlier one is the same as one from nothing", () => {
  const data = blobs(400, 6);
  const cluster = fc.integer({ min: -1, max: 7 });
  const state = fc.record({
    moves: fc.array(fc.tuple(fc.nat(399), cluster), { maxLength: 30 }),
    gone: fc.uniqueArray(fc.nat(399), { maxLength: 30 }),
    more: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(state, { maxLength: 5 }), (states) => {
      let before = clusterGeometry(savedContent(data.clusters, data.assignment), data.positions);
      for (const { moves, gone, more } of states) {
        const assignment = data.assignment.slice();
        for (const [row, to] of moves) assignment[row] = Math.min(to, 5 + more);
        const deleted = new Uint8Array(400);
        for (const row of gone) deleted[row] = 1;
        const extra = Array.from({ length: more }, (_, i) => ({ ...data.clusters[1], id: (6 + i) as never }));
        const content = savedContent([...data.clusters, ...extra], assignment, { deleted });
        const next = clusterGeometry(content, data.positions, before);
        expect(next).toEqual(clusterGeometry(content, data.positions));
        before = next;
      }
    }),
  );
});

test("selected rows stand out as far as they are to be seen; in a preview, those that it moves", () => {
  const current = savedContent([cluster(0, "a"), cluster(1, "b")], Int32Array.of(0, 0, 1, -1));
  const selection = Uint32Array.of(1, 2);
  const hidden = Uint8Array.of(0, 1, 0, 0);
  const selected = emphasis(4, { selection, hidden, filter: null, previewed: null, current });
  expect(selected).toMatchObject({ flags: Uint8Array.of(0, 0, 1, 0), any: true, clusters: null });
  expect(emphasis(4, { selection, hidden, filter: null, previewed: null, current }, selected)).toBe(selected);
  const none = emphasis(4, { selection: Uint32Array.of(1), hidden, filter: null, previewed: null, current }, selected);
  expect(none).toMatchObject({ flags: new Uint8Array(4), any: false });
  const filter = Uint8Array.of(1, 1, 0, 1);
  const filtered = emphasis(4, { selection: Uint32Array.of(0, 2), hidden, filter, previewed: null, current }, none);
  expect(filtered).toMatchObject({ flags: Uint8Array.of(1, 0, 2, 0), untouchable: Uint8Array.of(0, 1, 1, 0) });
  const previewed = { ...current, assignment: Int32Array.of(0, 0, 1, 1) };
  const preview = emphasis(4, { selection, hidden, filter: null, previewed, current }, none);
  expect(preview).toMatchObject({ flags: Uint8Array.of(0, 0, 0, 1), any: true, clusters: new Set([1]) });
});

test("the view of some rows shows them all with a margin; one row, and rows in one place, among their neighbours", () => {
  const place = fc.integer({ min: 0, max: 65535 });
  const home = { x: 0, y: 0, zoom: 0 };
  fc.assert(
    fc.property(fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 20 }), (places) => {
      const positions = Uint16Array.from(places.flat());
      const rows = Uint32Array.from(places.keys());
      const view = viewOfRows(positions, rows, size, home);
      const t = transformOf(view, size);
      expect(view.zoom).toBeLessThanOrEqual(4);
      for (const [x, y] of places) {
        const px = t.scaleX * ((x / 65535) * 2 - 1) + t.offsetX;
        const py = t.scaleY * ((y / 65535) * 2 - 1) + t.offsetY;
        expect(px > size.width * 0.04 && px < size.width * 0.96).toBe(true);
        expect(py > size.height * 0.04 && py < size.height * 0.96).toBe(true);
      }
    }),
  );
  expect(viewOfRows(Uint16Array.of(5, 5), new Uint32Array(0), size, home)).toBe(home);
  expect(viewOfRows(Uint16Array.of(5, 5), Uint32Array.of(0), size, home).zoom).toBe(4);
});

test("a flight begins and ends where it should, and does not lose its goal from sight when it comes closer", () => {
  const view = fc.record({
    x: fc.double({ min: -1, max: 1, noNaN: true }),
    y: fc.constant(0),
    zoom: fc.double({ min: -1, max: 10, noNaN: true }),
  });
  fc.assert(
    fc.property(view, view, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, share) => {
      expect(betweenViews(from, to, 0).x).toBeCloseTo(from.x, 6);
      expect(betweenViews(from, to, 1).x).toBeCloseTo(to.x, 6);
      const way = (v: { x: number; zoom: number }) => Math.abs(to.x - v.x) * 2 ** v.zoom;
      if (to.zoom >= from.zoom)
        expect(way(betweenViews(from, to, share))).toBeLessThanOrEqual(way(from) * 1.001 + 1e-6);
    }),
  );
});

test("points are smaller and sheerer the denser they lie, larger and more solid the closer one looks", () => {
  const look = (rows: number, zoom = 0) => pointLook(pointDensity(blobs(rows, 30).positions), size, zoom);
  for (const [few, many] of [
    [look(200), look(10_000)],
    [look(10_000), look(100_000)],
    [look(100_000, 3), look(100_000)],
  ]) {
    expect(few.diameter).toBeGreaterThan(many.diameter);
    expect(few.opacity).toBeGreaterThanOrEqual(many.opacity);
  }
  // as many rows in a smaller part of the map are denser
  const next = random(2);
  const even = Uint16Array.from({ length: 4000 }, () => next() * 65536);
  expect(pointDensity(even.map((v) => v >> 2))).toBeGreaterThan(4 * pointDensity(even));
  for (const few of [new Uint16Array(0), Uint16Array.of(3, 3), Uint16Array.of(3, 3, 3, 3)])
    expect(pointLook(pointDensity(few), size, 0).diameter).toBeGreaterThan(3);
});
