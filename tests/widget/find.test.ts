import fc from "fast-check";
import { expect, test } from "vitest";
import { findInTexts, findLabels, nearest } from "../../src/widget/app/find";
import { byKey, inOrder, tableRows } from "../../src/widget/app/rows/table-rows";
import { rowsOfShare, sharesOf } from "../../src/widget/app/summary";
import { typedValue } from "../../src/widget/app/typed-value";

test("rows are found by their text whatever its case, and none by markup or patterns", () => {
  const details = ["Tax relief", null, "no TAXES", "a.c", "abc"].map((text, row) => ({ row, text, columns: [] }));
  expect([...findInTexts(details, "tax")]).toEqual([0, 2]);
  expect([...findInTexts(details, "a.c")]).toEqual([3]);
});

test("the nearest are the best of all, equal ones by row, without NaN and what is to be skipped", () => {
  const value = fc.oneof(fc.double({ min: -1, max: 1 }), fc.constant(NaN), fc.constant(0.5));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 80 }), fc.integer({ min: 1, max: 20 }), (values, count) => {
      const skip = Uint8Array.from(values, (_, row) => Number(row % 5 === 2));
      const all = [...values.keys()].filter((row) => !skip[row] && !Number.isNaN(values[row]));
      all.sort((a, b) => values[b] - values[a] || a - b);
      expect([...nearest(values, count, skip)]).toEqual(all.slice(0, count));
    }),
  );
});

test("clusters whose labels begin with the text come first", () => {
  const items = ["Free trade", "Debt", "Trade"].map((label) => ({ cluster: { label } }));
  expect(findLabels(items, " TRADE ").map(({ cluster }) => cluster.label)).toEqual(["Trade", "Free trade"]);
  expect(findLabels(items, "  ")).toEqual([]);
});

const sources = {
  count: 6,
  deleted: Uint8Array.of(0, 1, 0, 0, 0, 0),
  search: null,
  selection: new Uint32Array(0),
  mask: null,
};

test("the table shows what is searched for, else what is selected, else what passes the filters, else all", () => {
  const search = { best: Uint32Array.of(5, 2), found: Uint32Array.of(1, 2, 3) };
  const selection = Uint32Array.of(4, 0);
  const mask = Uint8Array.of(1, 1, 0, 0, 1, 0);
  const told = (some: Partial<Parameters<typeof tableRows>[0]>) => {
    const { source, rows } = tableRows({ ...sources, ...some });
    return [source, ...rows];
  };
  expect(told({ search, selection, mask })).toEqual(["search", 5, 2, 3]);
  expect(told({ selection, mask })).toEqual(["selection", 4, 0]);
  expect(told({ mask })).toEqual(["filter", 0, 4]);
  expect(told({})).toEqual(["all", 0, 2, 3, 4, 5]);
});

test("rows are sorted by a number of each, those without one last in both directions", () => {
  const keys = [3, NaN, 1, 3];
  const sorted = (descending: boolean) => [...byKey(Uint32Array.of(3, 1, 2, 0), (row) => keys[row], descending)];
  expect(sorted(false)).toEqual([2, 3, 0, 1]);
  expect(sorted(true)).toEqual([3, 0, 2, 1]);
  expect([...inOrder(Uint32Array.of(0, 3), Uint32Array.of(3, 1, 0, 2))]).toEqual([3, 0]);
});

test("a selection is made of its largest parts and the rest; a part is narrowed to", () => {
  const keys = Array.from({ length: 100 }, (_, row) => (row < 50 ? 0 : row % 12));
  const grouping = { keys, name: (key: number) => `k${key}` };
  const all = Uint32Array.from(keys.keys());
  const shares = sharesOf(all, grouping, new Uint8Array(100));
  expect(shares).toHaveLength(7);
  expect(shares[0]).toEqual({ name: "k0", keys: [0], selected: 54, total: 54 });
  expect(shares[6].name).toBe("6 others");
  expect(shares.reduce((sum, { selected }) => sum + selected, 0)).toBe(100);
  expect(rowsOfShare(all, grouping, shares[0])).toHaveLength(54);
  expect(sharesOf(Uint32Array.of(0, 99), grouping, new Uint8Array(100))[0]).toMatchObject({ selected: 1, total: 54 });
});

test("only addresses of pages are links; numbers and dates are written for people", () => {
  expect(typedValue("https://example.org/a?b=1", "text").href).toBe("https://example.org/a?b=1");
  for (const value of ["javascript:alert(1)", "data:text/html,x", " https://a.b c", "//a.b", "ftp://a.b", "https://"])
    expect(typedValue(value, "text")).toEqual({ text: value });
  expect(typedValue("1999", "number").text).toBe("1999");
  expect(typedValue("1234567", "number").text).toBe("1,234,567");
  expect(typedValue("0.123456789", "number").text).toBe("0.12346");
  expect(typedValue("n/a", "number").text).toBe("n/a");
  expect(typedValue("2024-03-05", "date").text).toBe("5 Mar 2024");
  expect(typedValue("2024-03-05T14:30:00.000Z", "date").text).toBe("5 Mar 2024, 14:30:00");
  expect(typedValue("soon", "date").text).toBe("soon");
});
