import { expect, test } from "vitest";
import { assignSwatches, savedContent, SWATCHES, type ClusterId } from "../../src/scope";
import { clusterGeometry, DELETED_SLOT, slotOf, swatchesOf } from "../../src/picture/clusters";
import { outlierColour, pointColour, textColour, type Theme } from "../../src/picture/palette";
import { clusterSlots, paletteBytes } from "../../src/picture/slot-colours";
import { blobs, cluster, random } from "./support/blobs";

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
  const places = Array.from({ length: 500 }, () => ({
    x: next() * 2,
    y: next() * 2,
    size: Math.floor(next() * 1000),
    swatch: null,
  }));
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

test("clusters have the colours that they bring; what the map chose for others it keeps, also after they were gone", () => {
  const data = blobs(600, 5);
  const clusters = data.clusters.map((c) => (c.id === 2 ? { ...c, swatch: 7 } : c));
  const before = savedContent(clusters, data.assignment);
  const chosen = new Map<ClusterId, number>();
  const first = swatchesOf(before, clusterGeometry(before, data.positions), chosen);
  expect(first[slotOf(2)]).toBe(7);
  expect([...chosen.keys()]).toEqual([0, 1, 3, 4]);
  const merged = savedContent(
    [...clusters.filter(({ id }) => id !== 1), { ...cluster(5, "new"), swatch: 30 }],
    data.assignment.map((id, row) => (id === 1 ? 0 : id === 3 && row % 2 ? 5 : id)),
  );
  const second = swatchesOf(merged, clusterGeometry(merged, data.positions), chosen);
  expect([0, 2, 3, 4, 5].map((id) => second[slotOf(id)])).toEqual([...[0, 2, 3, 4].map((id) => first[slotOf(id)]), 30]);
  expect(swatchesOf(before, clusterGeometry(before, data.positions), chosen)).toEqual(first);
});

test("deleted rows have no opacity until they are to be shown, and then little", () => {
  const alpha = (showDeleted: boolean, slot: number) =>
    paletteBytes(clusterSlots(new Uint8Array(4)), "light", { showDeleted })[4 * slot + 3];
  expect(alpha(false, DELETED_SLOT)).toBe(0);
  expect(alpha(true, DELETED_SLOT)).toBeGreaterThan(30);
  expect(alpha(true, DELETED_SLOT)).toBeLessThan(alpha(true, slotOf(0)) / 2);
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
