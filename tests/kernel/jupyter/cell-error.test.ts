import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { cellError, fromThrown } from "../../../src/kernel/jupyter/cell-error";
import { LatentScopeError } from "../../../src/scope";

describe("the error message of a cell", () => {
  test("names the causes of an error", () => {
    const error = new Error("outer", { cause: new TypeError("inner", { cause: "a string" }) });
    expect(fromThrown(error).traceback.slice(-2)).toEqual([
      "caused by TypeError: inner",
      "caused by a value: 'a string'",
    ]);
  });

  test("is the same for a printed error as for the error itself", () => {
    for (const error of [
      new TypeError("boo"),
      new LatentScopeError("bad-option", "umap.nNeighbors is -1.\nUse 2 or more."),
      new Error("Interrupted asynchronously"),
    ]) {
      const printed = cellError([{ text: `${inspect(error)}\n` }], "");
      const { ename, evalue } = fromThrown(error);
      expect([printed.ename, printed.evalue]).toEqual([ename, evalue]);
    }
  });

  test("has all complaints of the compiler, also those in other files", () => {
    const { ename, evalue, traceback } = cellError(
      [{ text: "2:5 - First.\n" }, { text: "lib/a.ts 1:1 - Second.\n" }],
      "one\n  two();",
    );
    expect([ename, evalue]).toEqual(["TypeScriptError", "First."]);
    expect(traceback.slice(1)).toEqual(["    at cell:2:5", "    two();", "Second.", "    at lib/a.ts:1:1"]);
  });

  test("takes a thrown value as it is", () => {
    expect(fromThrown(undefined)).toMatchObject({ ename: "Uncaught", evalue: "undefined" });
    expect(cellError([{ text: "'just text'\n" }], "")).toMatchObject({ ename: "Uncaught", evalue: "'just text'" });
  });
});
