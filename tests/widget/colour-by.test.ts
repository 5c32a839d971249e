import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_CATEGORY } from "../../src/scope";
import { DELETED_SLOT, OUTLIER_SLOT } from "../../src/picture/clusters";
import {
  categorySlot,
  colourByCategory,
  colourByValue,
  MOST_COLOURS,
  tagCodes,
} from "../../src/widget/app/colour-by/colourings";
import { binsOf, histogram, rangeOf } from "../../src/widget/app/colour-by/histogram";
import { rampColour } from "../../src/widget/app/colour-by/ramp";
import { dateScale, numberScale } from "../../src/widget/app/colour-by/value-scale";

const light = ([r, g, b]: readonly [number, number, number]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

test("every value has a slot of a value, in the order of the values; none is quiet", () => {
  const values = Float64Array.of(3, NaN, -Infinity, 1e9, 7, 3);
  const { slots, slotCount } = colourByValue(values, numberScale(values));
  expect(slots[1]).toBe(OUTLIER_SLOT);
  for (const row of [0, 2, 3, 4]) expect(slots[row]).toBeGreaterThan(DELETED_SLOT);
  expect(Math.max(...slots)).toBeLessThan(slotCount);
  expect(slots[2]).toBeLessThanOrEqual(slots[0]);
  expect(slots[0]).toBe(slots[5]);
  expect(slots[0]).toBeLessThan(slots[4]);
  expect(slots[4]).toBeLessThanOrEqual(slots[3]);
});

test("a scale is of all bad columns, too: no value, one value, all equal, only infinite", () => {
  for (const values of [[], [NaN, NaN], [5], [0, 0, 0], [Infinity, NaN], [1e300, -1e300], [1e-12, 2e-12]]) {
    const scale = numberScale(values);
    const counts = histogram(values, scale);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.filter((v) => !Number.isNaN(v)).length);
    for (const { place, text } of scale.ticks(4)) {
      expect(place).toBeGreaterThanOrEqual(0);
      expect(place).toBeLessThanOrEqual(1);
      expect(text).not.toMatch(/NaN|undefined/);
    }
    expect(dateScale(values).bins).toBeGreaterThan(0);
  }
});

test("a few extreme values do not take the room of the others; sizes over orders of magnitude are logarithmic", () => {
  const even = [...Array.from({ length: 1000 }, (_, i) => i / 10), 1e7];
  expect(numberScale(even).place(50)).toBeGreaterThan(0.4);
  expect(numberScale(even).place(1e7)).toBe(1);
  const sizes = Array.from({ length: 1000 }, (_, i) => 10 ** (i / 200));
  expect(numberScale(sizes).place(10 ** 2.5)).toBeCloseTo(0.5, 1);
  expect(
    numberScale(sizes)
      .ticks(4)
      .map(({ text }) => text),
  ).toContain("1K");
});

test("years are written as years, whole numbers as such, dates by how far they reach", () => {
  const years = Array.from({ length: 235 }, (_, i) => 1790 + i);
  expect(numberScale(years).format(1865)).toBe("1865");
  expect(numberScale([0, 200_000]).format(12_345)).toBe("12,345");
  expect(numberScale([0, 1.5, 0.25]).format(0.25)).toBe("0.25");
  const day = 86_400_000;
  expect(dateScale([0, 20 * 365 * day]).format(0)).toBe("Jan 1970");
  expect(dateScale([0, 90 * day]).format(day)).toBe("2 Jan 1970");
});

test("bins and ranges are each other's inverse, and a range has the rows of its bins", () => {
  const columns = [
    Array.from({ length: 300 }, (_, i) => 1790 + (i % 235)),
    Array.from({ length: 300 }, (_, i) => i % 7),
    Array.from({ length: 300 }, (_, i) => Math.sin(i) * 3),
    Array.from({ length: 300 }, (_, i) => 10 ** (i / 60)),
  ];
  fc.assert(
    fc.property(fc.nat(3), fc.nat(35), fc.nat(35), (which, a, b) => {
      const values = columns[which];
      const scale = numberScale(values);
      const first = Math.min(a, b, scale.bins - 1);
      const bins = { first, end: Math.min(scale.bins, Math.max(a, b, first) + 1) };
      const range = rangeOf(scale, bins);
      const counts = histogram(values, scale);
      const wanted = counts.slice(bins.first, bins.end).reduce((sum, count) => sum + count, 0);
      const inRange = values.filter((v) => v >= range.from && v <= range.to).length;
      // a value on the border of two bins may be counted in either
      expect(Math.abs(inRange - wanted)).toBeLessThanOrEqual(scale.whole ? 0 : 1);
      if (!scale.whole || scale.bins < 36) expect(binsOf(scale, range)).toEqual(bins);
    }),
  );
});

test("the ramp gets steadily lighter or darker, and stands out at its high end", () => {
  for (const theme of ["light", "dark"] as const) {
    const tones = Array.from({ length: 11 }, (_, i) => light(rampColour(i / 10, theme)));
    const sign = theme === "light" ? -1 : 1;
    for (let i = 1; i < tones.length; i++) expect(sign * (tones[i] - tones[i - 1])).toBeGreaterThan(0);
  }
});

test("the most frequent categories have colours of their own, the others one together", () => {
  const codes = Uint16Array.of(0, 1, 11, 12, 40, NO_CATEGORY);
  const colouring = colourByCategory(codes);
  const { slots, slotCount } = colouring;
  expect([...slots]).toEqual([0, 1, 11, 12, 12].map(categorySlot).concat(OUTLIER_SLOT));
  for (const theme of ["light", "dark"] as const) {
    const colours = Array.from({ length: MOST_COLOURS + 1 }, (_, i) =>
      colouring.colourOf(categorySlot(i), theme).join(),
    );
    expect(new Set(colours).size).toBe(MOST_COLOURS + 1);
  }
  expect(slotCount).toBe(categorySlot(MOST_COLOURS) + 1);
});

test("rows have the colour of their tag, or that of several", () => {
  const tags = new Map([
    ["a", Uint32Array.of(0, 1)],
    ["b", Uint32Array.of(1, 2)],
  ]);
  expect([...tagCodes(tags, 4)]).toEqual([0, 2, 1, NO_CATEGORY]);
});
