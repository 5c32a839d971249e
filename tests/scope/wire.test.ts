import fc from "fast-check";
import { expect, it } from "vitest";
import { dequantise, packAssignment, quantise, unpackAssignment, unpackRows } from "../../src/scope";

const view = (a: Int16Array | Int32Array | Uint32Array): DataView => new DataView(a.buffer, a.byteOffset, a.byteLength);

it("a coordinate survives quantising to within half a step of 1/32767", () => {
  fc.assert(
    fc.property(fc.float({ min: -1, max: 1, noNaN: true }), (v) => {
      const back = dequantise(quantise(Float32Array.of(v))[0]);
      expect(Math.abs(back - v)).toBeLessThanOrEqual(1 / 65535 + 1e-9);
    }),
  );
});

it("coordinates outside [-1, 1] end at the border", () => {
  expect([...quantise(Float32Array.of(-3, 7))]).toEqual([0, 65535]);
});

it("cluster ids take two bytes a row, four where an id needs them, and come back the same", () => {
  const small = Int32Array.of(-1, 0, 32767);
  const large = Int32Array.of(-1, 0, 32768);
  expect(packAssignment(small).byteLength).toBe(6);
  expect(packAssignment(large).byteLength).toBe(12);
  for (const ids of [small, large]) expect(unpackAssignment(view(packAssignment(ids)), 3)).toEqual(ids);
});

it("rows come back the same from their bytes", () => {
  const rows = Uint32Array.of(0, 1, 4294967295);
  expect(unpackRows(view(rows))).toEqual(rows);
});
