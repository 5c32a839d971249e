import fc from "fast-check";
import { expect, test } from "vitest";
import { alignPoints } from "../../src/compute/procrustes";

const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 30 });
const flat = (list: readonly (readonly [number, number])[]) => Float32Array.from(list.flat());
const distance = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);

/** Turned by an angle, scaled, moved and perhaps mirrored. */
const moved = (from: Float32Array, turn: number, scale: number, x: number, y: number, mirror: boolean) =>
  from.map((_, i) => {
    const [px, py] = [from[i & ~1], (mirror ? -1 : 1) * from[i | 1]];
    const [cos, sin] = [scale * Math.cos(turn), scale * Math.sin(turn)];
    return i & 1 ? sin * px + cos * py + y : cos * px - sin * py + x;
  });
const motion = [
  ...[fc.double({ min: 0, max: 7, noNaN: true }), fc.double({ min: 0.2, max: 4, noNaN: true })],
  ...[coordinate, coordinate],
] as const;

test("points that were turned, scaled, moved and mirrored come back to where they were", () => {
  fc.assert(
    fc.property(points, ...motion, fc.boolean(), (list, turn, scale, x, y, mirror) => {
      const from = flat(list);
      const back = alignPoints(moved(from, turn, scale, x, y, mirror), from);
      back.forEach((value, i) => expect(value).toBeCloseTo(from[i], 3));
    }),
  );
});

test("no other turn, scale or move comes nearer", () => {
  fc.assert(
    fc.property(points, points, ...motion, fc.boolean(), (a, b, turn, scale, x, y, mirror) => {
      const rows = Math.min(a.length, b.length);
      const [from, to] = [flat(a.slice(0, rows)), flat(b.slice(0, rows))];
      const best = distance(alignPoints(from, to), to);
      expect(best).toBeLessThanOrEqual(distance(moved(from, turn, scale, x, y, mirror), to) + 1e-4);
    }),
  );
});

test("points that are all in one place go to the middle of the others; none stay none", () => {
  expect([...alignPoints(new Float32Array(4), Float32Array.of(0, 0, 2, 4))]).toEqual([1, 2, 1, 2]);
  expect(alignPoints(new Float32Array(0), new Float32Array(0))).toHaveLength(0);
});
