import fc from "fast-check";
import { expect, test } from "vitest";
import { breakLabel } from "../../src/picture/label-text";
import { leaderOf } from "../../src/picture/leader";
import { placeMarks } from "../../src/picture/place-marks";
import { placeLabels, type PlacedLabel } from "../../src/picture/place-labels";
import { transformOf, type Size } from "../../src/picture/view";
import { requests } from "./support/label-requests";

const size: Size = { width: 800, height: 500 };
const home = { x: 0, y: 0, zoom: 0 };

function boxes(
  placed: readonly PlacedLabel[],
  zoom: number,
): { id: number; x: number; y: number; w: number; h: number }[] {
  const t = transformOf({ ...home, zoom }, size);
  return placed
    .filter((label) => label.minZoom <= zoom)
    .map((l) => ({
      id: l.id,
      x: t.scaleX * l.x + t.offsetX + l.shiftX,
      y: t.scaleY * l.y + t.offsetY + l.shiftY,
      w: l.width,
      h: l.height,
    }));
}

test("at no zoom do two labels overlap", () => {
  fc.assert(
    fc.property(requests, fc.double({ min: -1, max: 12, noNaN: true }), (list, zoom) => {
      const shown = boxes(placeLabels(list, home, size), zoom);
      for (const a of shown)
        for (const b of shown)
          if (a.id < b.id)
            expect(Math.abs(a.x - b.x) >= (a.w + b.w) / 2 || Math.abs(a.y - b.y) >= (a.h + b.h) / 2).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("zooming in only adds labels, and the same labels always get the same places", () => {
  fc.assert(
    fc.property(requests, (list) => {
      const placed = placeLabels(list, home, size);
      expect(placeLabels([...list].reverse(), home, size)).toEqual(placed);
      let before = new Set<number>();
      for (let zoom = -1; zoom <= 12; zoom += 0.5) {
        const now = new Set(boxes(placed, zoom).map((box) => box.id));
        for (const id of before) expect(now).toContain(id);
        before = now;
      }
    }),
  );
});

test("the label of the largest cluster is always shown, and inside the area while the whole map is", () => {
  fc.assert(
    fc.property(requests, (list) => {
      fc.pre(list.length > 0);
      const placed = placeLabels(list, home, size);
      const largest = Math.max(...list.map((request) => request.priority));
      expect(list.find((request) => request.id === placed[0].id)?.priority).toBe(largest);
      expect(placed[0].minZoom).toBe(-Infinity);
      for (const box of boxes(placed, 0)) {
        expect(box.x - box.w / 2).toBeGreaterThanOrEqual(0);
        expect(box.x + box.w / 2).toBeLessThanOrEqual(size.width);
        expect(box.y - box.h / 2).toBeGreaterThanOrEqual(0);
        expect(box.y + box.h / 2).toBeLessThanOrEqual(size.height);
      }
    }),
  );
});

test("labels of clusters in the same place: a few find room beside each other, the rest is never shown", () => {
  const list = Array.from({ length: 8 }, (_, id) => ({ id, x: 0, y: 0, width: 100, height: 20, priority: 8 - id }));
  const placed = placeLabels(list, home, size);
  const shown = placed.filter((label) => label.minZoom < 12);
  expect(shown.length).toBeGreaterThanOrEqual(1);
  expect(shown.length).toBeLessThanOrEqual(3);
});

const style = { measure: (text: string) => Array.from(text).length * 10, lineHeight: 15, maxWidth: 100, maxLines: 3 };

test("a label is broken between words into lines of like length", () => {
  expect(breakLabel("aaaa bbbb cccc", style)).toEqual({
    lines: ["aaaa bbbb", "cccc"],
    widths: [90, 40],
    width: 90,
    height: 30,
  });
  expect(breakLabel("a b c d e f g h i", { ...style, maxWidth: 130 }).lines).toEqual(["a b c d e", "f g h i"]);
});

test("a word too long for a line is broken, an emoji is not", () => {
  expect(breakLabel("abcdefghijklmno", style).lines).toEqual(["abcdefghij", "klmno"]);
  const family = "👩‍👩‍👧‍👦";
  for (const line of breakLabel(family.repeat(9), style).lines.slice(0, -1))
    expect(line.length % family.length).toBe(0);
});

test("what does not fit into the lines ends in an ellipsis, and no line is wider than allowed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (label) => {
      const { lines, width, height } = breakLabel(label, style);
      expect(lines.length).toBeLessThanOrEqual(style.maxLines);
      expect(height).toBe(lines.length * style.lineHeight);
      expect(width).toBe(Math.max(0, ...lines.map(style.measure)));
    }),
  );
  const long = breakLabel("word ".repeat(40), style);
  expect(long.lines[2].endsWith("…")).toBe(true);
  expect(long.width).toBeLessThanOrEqual(100);
});

const placed = { id: 0, x: 0, y: 0, width: 100, height: 30, minZoom: 0, maxZoom: Infinity };
const text = { lines: ["wide as it is", "short"], widths: [100, 40], width: 100, height: 30 };

test("a label that had to move has a line from its text to its anchor, one over its anchor has none", () => {
  expect(leaderOf({ ...placed, shiftX: 0, shiftY: 0 }, text)).toBeNull();
  expect(leaderOf({ ...placed, shiftX: 30, shiftY: 3 }, text)).toBeNull();
  // right of its anchor: from the left edge
  expect(leaderOf({ ...placed, shiftX: 80, shiftY: 0 }, text)).toEqual({ from: [-3, 15], to: [-30, 15] });
  // above: from below the second line
  expect(leaderOf({ ...placed, shiftX: 0, shiftY: -40 }, text)).toEqual({ from: [50, 33], to: [50, 55] });
  // up and to the left: the second line is short, and the line begins at it
  const corner = leaderOf({ ...placed, shiftX: -80, shiftY: -20 }, text);
  expect(corner?.from[0]).toBeGreaterThan(70);
  expect(corner?.from[0]).toBeLessThan(120);
  expect(corner?.to).toEqual([130, 35]);
});

test("a badge stands where it covers neither labels nor earlier badges, and above its row where that cannot be", () => {
  const place = { x: 100, y: 100, width: 20 };
  const over = { left: 0, top: 62, width: 200, height: 24 };
  expect(placeMarks([place], [])).toEqual(["above"]);
  expect(placeMarks([place, place, place, place, place], [])).toEqual(["above", "right", "left", "below", "above"]);
  expect(placeMarks([place], [over])).toEqual(["right"]);
  expect(placeMarks([place], [over, { left: 0, top: 95, width: 200, height: 60 }])).toEqual(["above"]);
});
