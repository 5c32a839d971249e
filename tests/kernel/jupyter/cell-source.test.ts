import ts from "typescript";
import { describe, expect, test } from "vitest";
import { originalOffset, prepareSource } from "../../../src/kernel/jupyter/cell-source";

const prepare = (source: string): string => prepareSource(ts, source).source;
const awaits = (source: string): boolean => prepareSource(ts, source).hasTopLevelAwait;

describe("a cell's source", () => {
  test("shorthand properties are written out, bindings and types are not", () => {
    expect(prepare("f({ a, b: 1, c })")).toBe("f({ a: a, b: 1, c: c })");
    expect(prepare("({ a = 1 } = o)")).toBe("({ a: a = 1 } = o)");
    expect(prepare("const { a, b } = o; function f({ c }) {}")).toBe("const { a, b } = o; function f({ c }) {}");
    expect(prepare("type T = { a: string }; import { x } from 'y'; <any>z")).toBe(
      "type T = { a: string }; import { x } from 'y'; <any>z",
    );
  });

  test("await at the top level is seen, await in a function is not", () => {
    expect(awaits("await (f())")).toBe(true);
    expect(awaits("const x = [await (async () => 1)()]")).toBe(true);
    expect(awaits("if (a) { for await (const x of y) {} }")).toBe(true);
    expect(
      awaits("const f = async () => await (g()); class A { async m() { await (1); } x = async () => await (2) }"),
    ).toBe(false);
    expect(awaits("async function f() { for await (const x of y) {} }")).toBe(false);
    expect(awaits("// await (x)\n'await (x)'")).toBe(false);
  });

  test("places in the prepared source lead back to the original", () => {
    const source = "g({ ab, c }, nowhere)";
    const { source: prepared, insertions } = prepareSource(ts, source);
    expect(originalOffset(insertions, prepared.indexOf("nowhere"))).toBe(source.indexOf("nowhere"));
    expect(originalOffset(insertions, prepared.indexOf("c:"))).toBe(source.indexOf("c }"));
    expect(originalOffset(insertions, 2)).toBe(2);
  });
});
