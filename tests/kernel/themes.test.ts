import { beforeAll, describe, expect, it } from "vitest";
import type * as latentscope from "../../src";
import { clusterRow, column, idsOf, newDataDir, quickScope } from "./scopes";

const MANY = 36;
const themesOf = (scope: latentscope.Scope): (string | null)[] => column(scope.clusters, "theme");

describe("the themes in scope.clusters", () => {
  let scope: latentscope.Scope;
  beforeAll(async () => {
    scope = await quickScope(newDataDir(), { cluster: { method: "kmeans", nClusters: MANY } });
  });

  it("say for each of many clusters which group it belongs to, and nothing for the outliers", () => {
    const themes = themesOf(scope);
    expect(themes).toHaveLength(MANY + 1);
    expect(themes.at(-1)).toBeNull();
    const named = themes.slice(0, -1);
    expect(named.every((theme) => typeof theme === "string" && theme !== "")).toBe(true);
    expect(new Set(named).size).toBeGreaterThan(3);
    expect(new Set(named).size).toBeLessThan(MANY / 2);
  });

  it("follow the rows of a cluster that is merged, split, emptied or made", async () => {
    const [a, ...others] = idsOf(scope);
    const themeOf = (id: number) => clusterRow(scope, id)["theme"] as string | null;
    const [own, size] = [themeOf(a), Number(clusterRow(scope, a)["size"])];
    const b = others.find((id) => themeOf(id) !== own && Number(clusterRow(scope, id)["size"]) < size) ?? -1;
    const other = themeOf(b);
    scope.merge([b, a]);
    expect(themeOf(b)).toBe(own);
    scope.undo();
    expect([themeOf(a), themeOf(b)]).toEqual([own, other]);
    const parts = await scope.split(a, { parts: 2 });
    expect(parts.map(themeOf)).toEqual([own, own]);
    scope.undo();
    scope.delete({ cluster: b });
    expect(themeOf(b)).toBeNull();
    scope.undo();
  });

  it("are null, as text, where there are few clusters", async () => {
    const few = await quickScope(newDataDir(), { cluster: { method: "kmeans", nClusters: 5 } });
    expect(new Set(themesOf(few))).toEqual(new Set([null]));
    expect(String(few.clusters.getColumn("theme").dtype)).toMatch(/Utf8|String/);
  });
});
