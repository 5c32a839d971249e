import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { putBuffers, removeBuffers } from "../../../src/kernel/jupyter/buffers";

describe("binary values of a state", () => {
  test("an entry of an object disappears, an item of a list becomes null", () => {
    const bin = new Uint8Array([1]);
    const { state, buffers, paths } = removeBuffers({ a: bin, b: { c: [bin, 2], d: bin.buffer }, e: "text" });
    expect(state).toEqual({ b: { c: [null, 2] }, e: "text" });
    expect(paths).toEqual([["a"], ["b", "c", 0], ["b", "d"]]);
    expect(buffers.every((buffer) => buffer.byteLength === 1)).toBe(true);
  });

  test("a state without binary values is not copied", () => {
    const state = { list: [1, { x: 2 }], object: { y: "z" } };
    const split = removeBuffers({ state });
    expect(split.state.state).toBe(state);
    expect(split.buffers).toEqual([]);
  });

  test("what is taken out can be put back, whatever the shape", () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.uint8Array());
    const key = fc.string().filter((name) => name !== "__proto__");
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("tree")),
        fc.dictionary(key, tie("tree"), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, tree, { noNullPrototype: true }), (state) => {
        const { state: rest, buffers, paths } = removeBuffers(state);
        expect(putBuffers(structuredClone(rest), paths, buffers)).toEqual(state);
      }),
    );
  });

  test("a path that leads nowhere, or to a prototype, is refused", () => {
    const buffer = new Uint8Array(1);
    expect(() => putBuffers({}, [["a", "b"]], [buffer])).toThrow("not in its state");
    expect(() => putBuffers({}, [["constructor", "prototype", "x"]], [buffer])).toThrow("not in its state");
    expect(() => putBuffers({}, [["__proto__"]], [buffer])).toThrow("not in its state");
    expect(() => putBuffers({}, [["a"]], [])).toThrow("0 buffers for 1 paths");
  });
});
