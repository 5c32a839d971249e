import fc from "fast-check";
import { expect, test } from "vitest";
import { isShown, labelCentre } from "../../src/picture/layout-labels";
import { placeLabels, type LabelRequest } from "../../src/picture/place-labels";
import { slideLabels, type SlidLabel } from "../../src/picture/slide-labels";
import { panBy, transformOf, type Size, type View } from "../../src/picture/view";
import { requests, unit } from "./support/label-requests";

const size: Size = { width: 420, height: 300 };
const home = { x: 0, y: 0, zoom: 0 };
const views = fc.record({ x: unit, y: unit, zoom: fc.double({ min: 0, max: 4, noNaN: true }) });

interface Seen {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly opacity: number;
}

/** Labels as placed and as slid at a view, with their centres in CSS pixels. */
function at(list: readonly LabelRequest[], view: View): { placed: Seen[]; slid: Seen[] } {
  const t = transformOf(view, size);
  const placed = placeLabels(list, home, size).filter((label) => isShown(label, view.zoom));
  const seen = (label: SlidLabel): Seen => {
    const [x, y] = labelCentre(label, t);
    return { ...label, x, y };
  };
  return {
    placed: placed.map((label) => seen({ ...label, opacity: 1 })),
    slid: slideLabels(placed, t, size).map(seen),
  };
}

const reach = ({ x, y, width, height }: Seen): number =>
  Math.min(x - width / 2, size.width - x - width / 2, y - height / 2, size.height - y - height / 2);

test("at no view is a label cut by the edge, and no two overlap", () => {
  fc.assert(
    fc.property(requests, views, (list, view) => {
      const { slid } = at(list, view);
      for (const a of slid) {
        expect(reach(a)).toBeGreaterThanOrEqual(0);
        for (const b of slid)
          if (a.id < b.id)
            expect(
              Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2,
            ).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test("labels that are wholly inside stay as they are", () => {
  fc.assert(
    fc.property(requests, views, (list, view) => {
      const { placed, slid } = at(list, view);
      for (const label of placed.filter((l) => reach(l) >= 4)) {
        const now = slid.find(({ id }) => id === label.id);
        expect([now?.x, now?.y]).toEqual([expect.closeTo(label.x, 6), expect.closeTo(label.y, 6)]);
        expect(now?.opacity).toBeCloseTo(1, 6);
      }
    }),
  );
});

test("while one pans, labels move no faster than the pointer, and fade rather than vanish", () => {
  const step = 0.25;
  fc.assert(
    fc.property(requests, views, fc.constantFrom([step, 0], [0, step]), (list, view, [dx, dy]) => {
      const before = new Map(at(list, view).slid.map((label) => [label.id, label]));
      const after = new Map(at(list, panBy(view, size, dx, dy)).slid.map((label) => [label.id, label]));
      for (const id of new Set([...before.keys(), ...after.keys()])) {
        const [a, b] = [before.get(id), after.get(id)];
        if (a && b) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeLessThanOrEqual(step + 1e-6);
        expect(Math.abs((a?.opacity ?? 0) - (b?.opacity ?? 0))).toBeLessThanOrEqual(step);
      }
    }),
    { numRuns: 300 },
  );
});

test("a label whose anchor is inside slides with it to the edge; when the anchor leaves it fades", () => {
  const label = {
    id: 0,
    x: 0,
    y: 0,
    width: 100,
    height: 20,
    shiftX: 0,
    shiftY: 0,
    minZoom: -Infinity,
    maxZoom: Infinity,
  };
  const shownAt = (anchor: number) => {
    const [slid] = slideLabels([label], { scaleX: 1, scaleY: -1, offsetX: anchor, offsetY: 100 }, size);
    return slid ? [anchor + slid.shiftX, slid.opacity] : null;
  };
  expect(shownAt(200)).toEqual([200, 1]);
  expect(shownAt(20)).toEqual([54, 1]);
  expect(shownAt(5)).toEqual([54, 0.5]);
  expect(shownAt(0)).toBeNull();
  expect(shownAt(-300)).toBeNull();
});

test("of two labels that would meet at the edge, the one that has slid further goes", () => {
  const label = { y: 0, width: 100, height: 20, shiftX: 0, shiftY: 0, minZoom: -Infinity, maxZoom: Infinity };
  const pair = [
    { ...label, id: 1, x: 12 },
    { ...label, id: 2, x: 120 },
  ];
  const t = { scaleX: 1, scaleY: -1, offsetX: 0, offsetY: 100 };
  expect(slideLabels(pair, t, size).map(({ id, opacity }) => [id, opacity])).toEqual([[2, 1]]);
  expect(slideLabels([pair[0]], t, size)).toHaveLength(1);
});
