import fc from "fast-check";
import { expect, test } from "vitest";
import { densityContours } from "../../src/picture/contours";
import { quantise } from "../../src/scope";
import { random } from "./support/blobs";
import { inPolygon } from "./support/in-polygon";

const all = (positions: Uint16Array) => Uint32Array.from({ length: positions.length / 2 }, (_, row) => row);

/** Corners of the rings of a path, in thousandths of map units; curves by their ends. */
function rings(path: string): number[][] {
  return path
    .split("Z")
    .filter(Boolean)
    .map((ring) =>
      ring
        .slice(1)
        .split("Q")
        .flatMap((part) => part.split(" ").slice(-2).map(Number)),
    );
}

/** Part of the rows inside a path, by the even-odd rule. */
function share(path: string, positions: Uint16Array): number {
  const found = rings(path);
  const place = (v: number) => ((v / 65535) * 2 - 1) * 1000;
  const inside = all(positions).filter((row) => {
    const [x, y] = [place(positions[2 * row]), place(positions[2 * row + 1])];
    return found.filter((ring) => inPolygon(ring, x, y)).length % 2 === 1;
  });
  return inside.length / (positions.length / 2);
}

test("the outer contour holds nearly all rows, the inner about the denser half", () => {
  const next = random(4);
  const normal = () => next() + next() + next() + next() - 2;
  const positions = quantise(Float32Array.from({ length: 6000 }, () => normal() * 0.2));
  const contours = densityContours(positions, all(positions));
  expect(share(contours?.outer ?? "", positions)).toBeGreaterThan(0.88);
  expect(share(contours?.inner ?? "", positions)).toBeGreaterThan(0.4);
  expect(share(contours?.inner ?? "", positions)).toBeLessThan(0.7);
});

test("two parts far from each other have a contour each", () => {
  const positions = new Uint16Array(800).map((_, i) => (i % 4 < 2 ? 10_000 : 50_000) + ((i * 7919) % 2000));
  expect(rings(densityContours(positions, all(positions))?.outer ?? "")).toHaveLength(2);
});

test.for([
  [[5, 5]],
  [
    [0, 0],
    [65535, 65535],
  ],
  [
    [9, 9],
    [9, 9],
    [9, 9],
  ],
  [
    [1, 1],
    [1, 60_000],
    [60_000, 1],
  ],
])("rows at %j have a closed contour around each", (places) => {
  const positions = Uint16Array.from(places.flat());
  const contours = densityContours(positions, all(positions));
  expect(contours?.outer).toMatch(/^M[-\d.MQZ ]+Z$/);
  expect(share(contours?.outer ?? "", positions)).toBe(1);
});

test("no rows, no contour; whatever the places, no number is missing", () => {
  expect(densityContours(new Uint16Array(0), new Uint32Array(0))).toBeNull();
  const place = fc.integer({ min: 0, max: 65535 });
  fc.assert(
    fc.property(fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 50 }), (places) => {
      const positions = Uint16Array.from(places.flat());
      const contours = densityContours(positions, all(positions));
      expect(contours?.outer).toMatch(/^M[-\d.MQZ ]+Z$/);
      expect(contours?.outer).not.toContain("NaN");
    }),
  );
});
