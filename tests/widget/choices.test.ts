import { expect, test } from "vitest";
import { savedContent } from "../../src/scope";
import { describeSelection, tagsOf } from "../../src/widget/app/selected";
import { findTargets, moveTargets } from "../../src/widget/app/targets";
import { cluster } from "./support/blobs";

const clusters = [
  cluster(-1, "Unclustered", "none"),
  ...["Trade", "Free trade", "Public debt", "Strade"].map((l, i) => cluster(i, l)),
];
const items = clusters.slice(1).map((c, i) => ({ cluster: c, size: 10 - i }));
const names = (typed: string) =>
  findTargets(moveTargets(items, clusters), typed).map((t) => ("cluster" in t ? t.cluster.label : `+ ${t.label}`));

test("the label itself is the best match, then one that begins with the text, one of whose words does, any other", () => {
  expect(names("")).toEqual(["Trade", "Free trade", "Public debt", "Strade", "Unclustered"]);
  expect(names("Trade")).toEqual(["Trade", "Free trade", "Strade"]);
  expect(names("trade")).toEqual(["Trade", "Free trade", "Strade", "+ trade"]);
  expect(names(" de ")).toEqual(["Public debt", "Trade", "Free trade", "Strade", "+ de"]);
  expect(names("unc")).toEqual(["Unclustered", "+ unc"]);
  expect(names("Nobody")).toEqual(["+ Nobody"]);
});

const content = savedContent(clusters, Int32Array.of(0, 0, 1, 1, 1, -1, 2), {
  deleted: Uint8Array.of(0, 0, 0, 0, 1, 0, 0),
  tags: new Map([
    ["check", Uint32Array.of(0, 2)],
    ["other", Uint32Array.of(6)],
  ]),
});
const whole = (...rows: number[]) =>
  describeSelection(content, Uint32Array.from(rows)).clusters.map(({ id }): number => id);

test("a selection is of whole clusters when it has all their rows that are not deleted, and none of others", () => {
  expect(whole(0, 1)).toEqual([0]);
  expect(whole(3, 2, 6)).toEqual([1, 2]);
  expect(whole(3, 2, 4)).toEqual([1]);
  expect(whole(0)).toEqual([]);
  expect(whole(0, 1, 2)).toEqual([]);
  expect(whole(0, 1, 5)).toEqual([]);
  expect(whole(5)).toEqual([]);
  expect(whole(4)).toEqual([]);
  expect(describeSelection(content, Uint32Array.of(4, 0)).deleted).toBe(1);
});

test("of each tag, so many of the rows have it", () => {
  expect(tagsOf(content, Uint32Array.of(0, 1, 2))).toEqual([
    { tag: "check", rows: 2 },
    { tag: "other", rows: 0 },
  ]);
});
