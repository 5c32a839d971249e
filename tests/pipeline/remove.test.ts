import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { listScopes, openScope, remove, type RunResult } from "../../src/pipeline";
import { newDataDir, quickRun, sentences } from "./support";

const rows = sentences.slice(0, 40).map((text) => ({ text }));
const ids = (removed: readonly { id: string }[]): string[] => removed.map(({ id }) => id);
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => !name.includes(".lance/"));

describe("removing", () => {
  let dataDir: string;
  let first: RunResult;
  beforeEach(async () => {
    dataDir = newDataDir();
    first = await quickRun(rows, dataDir, { name: "mine" });
    await quickRun(rows, dataDir, { name: "mine", umap: { nEpochs: 10 } });
    await quickRun(rows, dataDir, { name: "mine", umap: { nEpochs: 10 }, cluster: { method: "kmeans" } });
  });

  it("says what else would go, and removes nothing", async () => {
    const before = files(dataDir);
    await expect(remove("mine/umap-002", { dataDir })).rejects.toMatchObject({
      code: "has-dependents",
      message: expect.stringMatching(
        /needed by 6 runs.*"cluster-002", "cluster-003", "cluster-002-labels-001", "cluster-003-labels-001", "scopes-002" and "scopes-003"/,
      ) as string,
    });
    await expect(remove("mine", { dataDir })).rejects.toMatchObject({ code: "has-dependents" });
    expect(files(dataDir).sort()).toEqual(before.sort());
  });

  it("takes a run and what was made from it, and leaves the rest as it was", async () => {
    const removed = await remove("mine/umap-002", { dataDir, dependents: true });
    expect(ids(removed)).toEqual([
      ...["scopes-003", "scopes-002", "cluster-003-labels-001", "cluster-002-labels-001"],
      ...["cluster-003", "cluster-002", "umap-002"],
    ]);
    expect(removed.every(({ bytes }) => bytes > 100)).toBe(true);
    const left = files(path.join(dataDir, "mine"));
    expect(left.filter((name) => /umap-002|cluster-00[23]|scopes-00[23]/.test(name))).toEqual([]);
    expect((await listScopes(dataDir)).map(({ id }) => id)).toEqual(["scopes-001"]);
    expect((await openScope("mine", { dataDir })).saved.assignment).toEqual(first.saved.assignment);
    const again = await quickRun(rows, dataDir, { name: "mine" });
    expect(again.steps.every(({ reused }) => reused)).toBe(true);
  });

  it("takes what nobody needs at once", async () => {
    expect(ids(await remove("mine/scopes-003", { dataDir }))).toEqual(["scopes-003"]);
    expect(ids(await remove("mine/cluster-003-labels-001", { dataDir }))).toEqual(["cluster-003-labels-001"]);
    expect(existsSync(first.dataset.path("clusters/cluster-003.json"))).toBe(true);
    expect(ids(await remove("mine/cluster-003", { dataDir }))).toEqual(["cluster-003"]);
    expect(files(path.join(dataDir, "mine")).filter((name) => name.includes("cluster-003"))).toEqual([]);
  });

  it("takes a whole dataset, and no other", async () => {
    await quickRun(rows, dataDir, { name: "mine too" });
    const removed = await remove("mine", { dataDir, dependents: true });
    expect(removed).toHaveLength(12);
    expect(readdirSync(dataDir).filter((name) => name !== ".cache")).toEqual(["mine too"]);
    expect((await quickRun(rows, dataDir, { name: "mine" })).scopeId).toBe("scopes-001");
  });

  it.each([
    ["another", "not-found", /no dataset "another".*"mine"/],
    ["mine/umap-009", "not-found", /has no "umap-009".*"umap-001"/],
    ["mine/../other", "bad-name", /names nothing/],
    ["../mine", "bad-name", /cannot be used as a name/],
    ["mine/", "not-found", /has no ""/],
    ["", "bad-name", /empty/],
  ])("refuses %j", async (target, code, message) => {
    await expect(remove(target, { dataDir, dependents: true })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});
