import { expect, test } from "vitest";
import { NO_CATEGORY, savedContent } from "../../src/scope";
import {
  filterText,
  maskOf,
  passing,
  toggleCategories,
  withFilter,
  withoutFilter,
  topicOf,
  type Filter,
} from "../../src/widget/app/filters";
import { cluster } from "./support/blobs";

const content = savedContent([cluster(0, "Trade"), cluster(1, "Debt")], Int32Array.of(0, 0, 1, 1, -1, 0), {
  deleted: Uint8Array.of(0, 1, 0, 0, 0, 0),
  tags: new Map([["check", Uint32Array.of(0, 2, 5)]]),
});
const format = (value: number) => String(value);
const years: Filter = {
  kind: "range",
  column: "year",
  values: Float64Array.of(1, 2, 3, 4, NaN, 6),
  from: 2,
  to: 4,
  format,
};
const party = { name: "party", codes: Uint16Array.of(0, 1, 1, 2, NO_CATEGORY, 0), categories: ["A", "B", "C"] };
const rows = (filters: readonly Filter[]) => {
  const mask = maskOf(filters, content);
  return mask && [...passing(mask, content.deleted)];
};

test("without filters there is no mask; each filter lets its rows pass, and none that are deleted count", () => {
  expect(rows([])).toBeNull();
  expect(rows([{ kind: "clusters", clusters: [0] }])).toEqual([0, 5]);
  expect(rows([{ kind: "clusters", clusters: [-1, 1] }])).toEqual([2, 3, 4]);
  expect(rows([{ kind: "clusters", clusters: [99] }])).toEqual([]);
  expect(rows([years])).toEqual([2, 3]);
  expect(rows([{ ...years, from: -Infinity, to: Infinity }])).toEqual([0, 2, 3, 5]);
  expect(rows([{ kind: "tag", tag: "check" }])).toEqual([0, 2, 5]);
  expect(rows([{ kind: "tag", tag: "gone" }])).toEqual([]);
  expect(rows([{ kind: "rows", name: "Mine", rows: Uint32Array.of(5, 1, 4) }])).toEqual([4, 5]);
});

test("filters combine: a row passes all of them", () => {
  const chosen = toggleCategories([years], party, [1]);
  expect(rows(chosen)).toEqual([2]);
  expect(rows([...chosen, { kind: "clusters", clusters: [0] }])).toEqual([]);
});

test("categories are chosen and no longer; with none left the filter goes", () => {
  const one = toggleCategories([], party, [1]);
  const two = toggleCategories(one, party, [0]);
  expect(rows(two)).toEqual([0, 2, 5]);
  expect(two).toHaveLength(1);
  expect(toggleCategories(toggleCategories(two, party, [0]), party, [1])).toEqual([]);
  expect(rows(toggleCategories([], party, [1, 2]))).toEqual([2, 3]);
});

test("of two filters about the same the later one counts, where the earlier was", () => {
  const tag: Filter = { kind: "tag", tag: "check" };
  const narrower = { ...years, to: 3 };
  expect(withFilter([years, tag], narrower)).toEqual([narrower, tag]);
  expect(withoutFilter([years, tag], topicOf(years))).toEqual([tag]);
});

test("a filter says in words what passes", () => {
  expect(filterText(years, content)).toBe("year: 2 – 4");
  expect(filterText({ ...years, from: -Infinity }, content)).toBe("year: up to 4");
  expect(filterText({ ...years, to: Infinity }, content)).toBe("year: from 2");
  expect(filterText({ kind: "clusters", clusters: [1, 7] }, content)).toBe("Debt, cluster 7, which is gone");
  expect(filterText(toggleCategories([], party, [0, 2])[0], content)).toBe("party: A, C");
});
