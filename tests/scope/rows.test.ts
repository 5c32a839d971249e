import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatentScopeError, rowList, rowSet, rowsOf, type RowSet } from "../../src/scope";

/** "0-4 7" by joining strings. */
function joined(rows: readonly number[]): string {
  const parts: [first: number, last: number][] = [];
  for (const row of rows) {
    const part = parts.at(-1);
    if (part?.[1] === row - 1) part[1] = row;
    else parts.push([row, row]);
  }
  return parts.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(" ");
}

/** Rows of all lengths in digits, many of them neighbours. */
const someRows = fc.array(
  fc.oneof(fc.nat(30), fc.nat(1200), fc.nat(1_000_100), fc.integer({ min: 2 ** 32 - 20, max: 2 ** 32 - 1 })),
  { maxLength: 60 },
);

describe("rows as text", () => {
  it("is what joined strings would be, and the rows again when read", () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const sorted = [...new Set(rows)].sort((a, b) => a - b);
        const set = rowSet(rows);
        expect(set).toBe(joined(sorted));
        expect(rowList(rows)).toBe(joined(rows));
        const few = sorted.filter((row) => row <= 1_000_100);
        const text = joined(few) as RowSet;
        expect([...rowsOf(text, 1_000_101)]).toEqual(few);
      }),
      { numRuns: 2000 },
    );
  });

  it("is read without what was written last", () => {
    const rows = Uint32Array.of(1, 2, 3, 9);
    const set = rowSet(rows);
    rows.fill(0);
    const read = rowsOf(set, 10);
    expect([...read]).toEqual([1, 2, 3, 9]);
    read.fill(7);
    expect([...rowsOf(set, 10)]).toEqual([1, 2, 3, 9]);
    expect(() => rowsOf(set, 9)).toThrow("9 is no row of this scope");
  });

  it.each([
    ["x", '"x" is no part of rows'],
    ["1 x 3", '"x" is no part of rows'],
    ["1 3-3 4", '"3-3" is no part of rows'],
    ["1  2", '"" is no part of rows'],
    ["1 2-", '"2-" is no part of rows'],
    ["-1", '"-" is no part of rows'],
    ["2 1", "ascending"],
    ["8", "8 is no row of this scope"],
    ["0-7 0", "9 rows are given"],
    ["99999999999999999999", "is no row of this scope"],
  ])("%s is refused", (text, why) => {
    expect(() => rowsOf(text as RowSet, 8)).toThrow(why);
    expect(() => rowsOf(text as RowSet, 8)).toThrow(LatentScopeError);
  });
});
