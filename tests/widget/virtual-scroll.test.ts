import fc from "fast-check";
import { expect, test } from "vitest";
import {
  lastTop,
  MAX_HEIGHT,
  scrollHeight,
  scrollTopOf,
  topOf,
  topToShow,
  windowOf,
} from "../../src/widget/app/rows/virtual-scroll";

const list = fc.record({
  count: fc.integer({ min: 0, max: 3_000_000 }),
  rowHeight: fc.constant(30),
  viewport: fc.integer({ min: 40, max: 1200 }),
});

test("of a million rows the element stays as low as browsers need, and its ends are the ends of the list", () => {
  const million = { count: 1_000_000, rowHeight: 30, viewport: 400 };
  expect(scrollHeight(million)).toBe(MAX_HEIGHT);
  expect(windowOf(million, topOf(million, 0)).first).toBe(0);
  expect(windowOf(million, topOf(million, MAX_HEIGHT - 400)).end).toBe(1_000_000);
});

test("where the scroll bar is and what is seen are each other's inverse", () => {
  fc.assert(
    fc.property(list, fc.double({ min: 0, max: 1, noNaN: true }), (scrolled, part) => {
      const top = part * lastTop(scrolled);
      expect(topOf(scrolled, scrollTopOf(scrolled, top))).toBeCloseTo(top, 3);
    }),
  );
});

test("any row can be brought into sight whole, moving no further than needed", () => {
  fc.assert(
    fc.property(list, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2_999_999), (scrolled, part, index) => {
      if (index >= scrolled.count) return;
      const top = part * lastTop(scrolled);
      const shown = topToShow(scrolled, top, index);
      expect(index * 30).toBeGreaterThanOrEqual(shown - 1e-6);
      expect((index + 1) * 30).toBeLessThanOrEqual(shown + scrolled.viewport + 1e-6);
      const { first, end } = windowOf(scrolled, shown);
      expect(first <= index && index < end).toBe(true);
      expect(topToShow(scrolled, shown, index)).toBe(shown);
    }),
  );
});
