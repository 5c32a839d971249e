import { expect, test } from "vitest";
import { assignSwatches, SWATCHES } from "../../src/scope";
import { outlierColour, pointColour, textColour, type Theme } from "../../src/widget/map/palette";
import { random } from "./support/blobs";

const themes: Theme[] = ["light", "dark"];

test("the colours of a palette are all different, and none is taken for an outlier's grey", () => {
  for (const theme of themes) {
    const colours = Array.from({ length: SWATCHES.length }, (_, i) => pointColour(i, theme));
    expect(new Set(colours.map(String)).size).toBe(SWATCHES.length);
    for (const colour of colours) {
      expect(Math.max(...colour) - Math.min(...colour)).toBeGreaterThan(60);
      for (const channel of colour) expect(channel >= 0 && channel <= 255 && Number.isInteger(channel)).toBe(true);
    }
    const grey = outlierColour(theme);
    expect(Math.max(...grey) - Math.min(...grey)).toBeLessThan(20);
  }
});

test("labels are readable on the notebook's background (contrast of 4.5 and more)", () => {
  for (const [theme, background] of [
    ["light", [255, 255, 255]],
    ["dark", [17, 17, 17]],
  ] as const)
    for (let swatch = 0; swatch < SWATCHES.length; swatch++)
      expect(contrast(textColour(swatch, theme), background)).toBeGreaterThan(4.5);
});

test("clusters get the same colours every time; as many as there are colours get one each; neighbours never share one", () => {
  const next = random(3);
  const places = Array.from({ length: 500 }, () => ({ x: next() * 2, y: next() * 2, size: Math.floor(next() * 1000), swatch: null }));
  const few = places.slice(0, SWATCHES.length);
  expect(new Set(assignSwatches(few)).size).toBe(SWATCHES.length);
  const swatches = assignSwatches(places);
  expect(assignSwatches(places)).toEqual(swatches);
  let shared = 0;
  places.forEach((place, i) => {
    const others = places.map((_, j) => j).filter((j) => j !== i);
    const distance = (j: number) => Math.hypot(places[j].x - place.x, places[j].y - place.y);
    const nearest = others.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    if (swatches[nearest] === swatches[i]) shared++;
  });
  expect(shared).toBe(0);
});

test("clusters that have a colour keep it, and those beside them take others", () => {
  const places = [
    { x: 0, y: 0, size: 9, swatch: null },
    { x: 0.1, y: 0, size: 2, swatch: 5 },
    { x: 0.2, y: 0, size: 3, swatch: null },
  ];
  const swatches = assignSwatches(places);
  expect(swatches[1]).toBe(5);
  expect(new Set(swatches).size).toBe(3);
});

test("no clusters, no colours", () => {
  expect(assignSwatches([])).toHaveLength(0);
});

function contrast(a: readonly number[], b: readonly number[]): number {
  const luminance = (colour: readonly number[]) => {
    const [r, g, bl] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}
