import pl from "nodejs-polars";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ingest, run, type RowsLike, type Scope } from "../../src";
import { cosine } from "../pipeline/support";
import { clusterRow, clustersOf, codeOf, column, idsOf, newDataDir, quickScope, sentences, table } from "./scopes";

describe("edits in a cell", () => {
  let scope: Scope;
  let first: number;
  let second: number;
  beforeEach(async () => {
    scope = await quickScope(newDataDir());
    [first, second] = idsOf(scope);
  });
  const rowsOf = (cluster: number): number[] =>
    [...clustersOf(scope).keys()].filter((row) => clustersOf(scope)[row] === cluster);
  const last = (): Record<string, unknown> => scope.edits.toRecords().at(-1) ?? {};

  it("merge clusters: the rows are in the first, which has the label given", () => {
    const [a, b] = [rowsOf(first), rowsOf(second)];
    const before = scope.rows;
    expect(scope.merge([first, second], "Both")).toBe(first);
    expect(rowsOf(first)).toEqual([...a, ...b].sort((x, y) => x - y));
    expect(clusterRow(scope, first)).toMatchObject({ label: "Both", label_source: "user", size: a.length + b.length });
    expect(idsOf(scope)).not.toContain(second);
    expect(last()).toMatchObject({ kind: "merge", actor: "code", cluster: first, rows: b.length, undone: false });
    expect(column<string>(scope.rows, "label").filter((label) => label === "Both")).toHaveLength(a.length + b.length);
    // a frame taken earlier never changes
    expect(column<number>(before, "cluster").filter((id) => id === second)).toHaveLength(b.length);
    scope.undo();
    expect(rowsOf(second)).toEqual(b);
    scope.redo();
    expect(rowsOf(second)).toEqual([]);
  });

  it("move rows to a cluster, to none, and to new ones; an id is never given again", () => {
    const rows = rowsOf(first).slice(0, 3);
    expect(scope.assign(rows, second)).toBe(second);
    expect(rows.map((row) => clustersOf(scope)[row])).toEqual([second, second, second]);
    expect(clusterRow(scope, first)["stale"]).toBe(true);
    const made = scope.assign(rows, "Mine");
    expect(clusterRow(scope, made)).toMatchObject({ label: "Mine", size: 3, label_source: "user", stale: false });
    expect(scope.assign([rowsOf(first)[0]], "Mine")).toBe(made);
    scope.undo();
    scope.undo();
    expect(scope.assign(rows, "Other")).toBeGreaterThan(made);
    expect(scope.assign(rows, -1)).toBe(-1);
    expect(rows.map((row) => clustersOf(scope)[row])).toEqual([-1, -1, -1]);
  });

  it("delete, restore, tag and untag rows", async () => {
    const rows = rowsOf(first).slice(0, 2);
    const { size } = clusterRow(scope, first);
    scope.tag(rows, "check");
    scope.delete(rows);
    expect(column<boolean>(scope.rows, "deleted").flatMap((deleted, row) => (deleted ? [row] : []))).toEqual(rows);
    expect(clusterRow(scope, first)["size"]).toBe(Number(size) - 2);
    expect(scope.toString()).toContain(`${table.length - 2} rows`);
    expect(column<string[]>(scope.rows, "tags")[rows[0]]).toEqual(["check"]);
    expect(scope.tags.toRecords()).toEqual([{ tag: "check", rows: 0 }]);
    const found = column<number>(await scope.search(table[rows[0]].text, { k: 10 }), "ls_index");
    expect(found).not.toContain(rows[0]);
    scope.restore(rows);
    expect(clusterRow(scope, first)["size"]).toBe(size);
    scope.untag(rows[0] === 0 ? rows : [rows[0]], "check");
    expect(column<string[]>(scope.rows, "tags")[rows[0]]).toEqual([]);
    expect(scope.edits.height).toBe(4);
  });

  it("that change nothing, as in a cell that runs again, are no error and not in the log", () => {
    const rows = rowsOf(first).slice(0, 2);
    for (let i = 0; i < 2; i++) {
      scope.rename(first, "Named");
      scope.tag(rows, "check");
      scope.assign(rows, second);
      scope.delete(rows);
      scope.select(rows, { as: "odd" });
    }
    expect(column(scope.edits, "kind")).toEqual(["rename", "tag", "assign", "delete", "remember"]);
  });

  it("keep labels as text, whatever they look like", () => {
    for (const label of ["<img src=x onerror=alert(1)>", "\u202Eعربي", "`${x}`", "\"'\\"]) {
      scope.rename(first, label);
      expect(clusterRow(scope, first)["label"]).toBe(label);
    }
  });
});

describe("an edit that cannot be meant", () => {
  let scope: Scope;
  let first: number;
  beforeAll(async () => {
    scope = await quickScope(newDataDir());
    [first] = idsOf(scope);
  });
  it.each<[string, () => unknown, string]>([
    ["an unknown cluster", () => scope.rename(999, "x"), "unknown-cluster"],
    ["no cluster", () => scope.rename(-1, "x"), "bad-cluster"],
    ["an empty label", () => scope.rename(first, "   "), "bad-label"],
    ["a label of 10,000 characters", () => scope.rename(first, "x".repeat(10_000)), "bad-label"],
    ["a merge of one", () => scope.merge([first]), "bad-cluster"],
    ["a merge with an unknown cluster", () => scope.merge([first, 999]), "unknown-cluster"],
    ["no rows", () => scope.delete([]), "bad-rows"],
    ["rows out of range", () => scope.assign([table.length], first), "bad-rows"],
    [
      "rows of another dataset",
      () => scope.tag(pl.DataFrame({ ls_index: [3], text: ["other"] }), "x"),
      "other-dataset",
    ],
    ["a tag that is a path", () => scope.tag([1], "../../x"), "bad-name"],
    ["an unknown tag", () => scope.untag([1], "none"), "unknown-tag"],
    ["a name without characters", () => scope.select([1], { as: " " }), "bad-name"],
    ["an unknown selection", () => scope.select({ selection: "none" }), "unknown-selection"],
    ["nothing to undo", () => scope.undo(), "nothing-to-undo"],
    ["a split of an unknown cluster", () => scope.split(999), "unknown-cluster"],
    ["a split into one", () => scope.split(first, { parts: 1 }), "bad-option"],
    ["a split into more parts than rows", () => scope.split(first, { parts: 500 }), "no-parts"],
    ["a split into parts of more rows than there are", () => scope.split(first, { minClusterSize: 1000 }), "no-parts"],
    ["a split by both", () => scope.split(first, { parts: 2, minClusterSize: 2 }), "bad-option"],
    ["a share above 1", () => scope.setOutliers({ share: 2 }), "bad-option"],
    ["labels of the outliers", () => scope.relabel([-1]), "bad-cluster"],
    ["a replay of no edits", () => scope.replay(pl.DataFrame({ a: [1] })), "bad-option"],
  ])("is refused and changes nothing: %s", async (_, act, code) => {
    const before = scope.rows;
    expect(await codeOf(act)).toBe(code);
    expect(scope.edits.height).toBe(0);
    expect(scope.rows.toRecords()).toEqual(before.toRecords());
  });
});

describe("a split", () => {
  it("finds parts by the vectors, with labels of their own, and undo puts them together again", async () => {
    const dataDir = newDataDir();
    const scope = await quickScope(dataDir, { cluster: { method: "kmeans", nClusters: 2 } });
    const embedding = await (await ingest(table, "text", { name: "speeches", dataDir })).embed({ model: "static" });
    const { values, dimensions } = await embedding.vectors();
    /** Share of rows whose vector is nearest in direction to the mean of those of its own cluster. */
    const shareAtOwnMean = (rows: number[], of: number[]): number => {
      const vector = (row: number) => values.subarray(row * dimensions, (row + 1) * dimensions);
      const parts = [...new Set(rows.map((row) => of[row]))];
      const means = parts.map((part) => {
        const own = rows.filter((row) => of[row] === part);
        return vector(0).map((_, d) => own.reduce((sum, row) => sum + vector(row)[d] / own.length, 0));
      });
      const nearest = (row: number) => {
        const near = means.map((mean) => cosine(mean, vector(row)));
        return parts[near.indexOf(Math.max(...near))];
      };
      return rows.filter((row) => nearest(row) === of[row]).length / rows.length;
    };
    const [id] = idsOf(scope);
    const rows = clustersOf(scope).flatMap((cluster, row) => (cluster === id ? [row] : []));
    for (const options of [{ parts: 3 }, { minClusterSize: 3 }, {}]) {
      const parts = await scope.split(id, options);
      expect(parts.length).toBeGreaterThanOrEqual(2);
      if ("parts" in options) expect(parts).toHaveLength(3);
      const sizes = parts.map((part) => Number(clusterRow(scope, part)["size"]));
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      expect(sizes.reduce((a, b) => a + b)).toBe(rows.length);
      expect(rows.every((row) => parts.includes(clustersOf(scope)[row]))).toBe(true);
      expect(idsOf(scope)).not.toContain(id);
      const labels = parts.map((part) => clusterRow(scope, part)["label"]);
      expect(new Set(labels).size).toBe(parts.length);
      expect(clusterRow(scope, parts[0])).toMatchObject({ label_source: "keywords", stale: false });
      if ("parts" in options) expect(shareAtOwnMean(rows, clustersOf(scope))).toBeGreaterThan(0.95);
      scope.undo();
      expect(idsOf(scope)).toContain(id);
    }
  });

  it("of rows that all say the same finds no parts", async () => {
    const texts = [...sentences, ...new Array<string>(30).fill("The same again.")].map((text) => ({ text }));
    const scope = await run(texts, "text", {
      embed: { model: "static" },
      umap: { nEpochs: 20 },
      dataDir: newDataDir(),
    });
    const same = scope.assign(
      texts.flatMap(({ text }, row) => (text === "The same again." ? [row] : [])),
      "Same",
    );
    expect(await codeOf(() => scope.split(same))).toBe("no-parts");
    expect(await codeOf(() => scope.split(same, { minClusterSize: 2 }))).toBe("no-parts");
  });
});

describe("relabel", () => {
  it("labels those that are stale, never a person's unless it is named", async () => {
    const scope = await quickScope(newDataDir());
    const [a, b, c] = idsOf(scope);
    expect(await scope.relabel()).toBe(0);
    scope.rename(c, "Mine");
    const moved = clustersOf(scope)
      .flatMap((cluster, row) => (cluster === a ? [row] : []))
      .slice(0, 2);
    scope.assign(moved, b);
    scope.assign([moved[0]], c);
    const stale = () =>
      scope.clusters
        .toRecords()
        .filter(({ stale: old }) => old)
        .map(({ cluster }) => cluster);
    expect(new Set(stale())).toEqual(new Set([a, b]));
    expect(await scope.relabel()).toBe(2);
    expect(stale()).toEqual([]);
    expect(clusterRow(scope, c)).toMatchObject({ label: "Mine", label_source: "user" });
    const asked: number[] = [];
    await scope.relabel([c], {
      model: ({ id, texts }) => {
        asked.push(id);
        return `Of ${texts.length} texts`;
      },
      samples: 2,
    });
    expect(asked).toEqual([c]);
    expect(clusterRow(scope, c)).toMatchObject({ label: "Of 2 texts", label_source: "llm" });
    scope.undo();
    expect(clusterRow(scope, c)).toMatchObject({ label: "Mine", label_source: "user" });
  });

  it("leaves a label that a person gives while the model is thinking", async () => {
    const scope = await quickScope(newDataDir());
    const [a] = idsOf(scope);
    let answer = (_: string): void => undefined;
    const asked = new Promise<void>((thinking) => {
      void scope
        .relabel([a], {
          model: () => {
            thinking();
            return new Promise<string>((resolve) => (answer = resolve));
          },
        })
        .then(() => done());
    });
    let done = (): void => undefined;
    const finished = new Promise<void>((resolve) => (done = resolve));
    await asked;
    scope.rename(a, "Mine");
    answer("The model's");
    await finished;
    expect(clusterRow(scope, a)["label"]).toBe("Mine");
    expect(column(scope.edits, "kind")).toEqual(["rename"]);
  });
});

describe("setOutliers", () => {
  it("moves the most probable first, down to the share, and says where they went", async () => {
    const scope = await quickScope(newDataDir());
    const outliers = clustersOf(scope).filter((id) => id === -1).length;
    expect(outliers).toBeGreaterThan(8);
    const share = Math.floor(outliers / 2) / table.length;
    const moved = await scope.setOutliers({ share });
    expect(clustersOf(scope).filter((id) => id === -1)).toHaveLength(Math.floor(outliers / 2));
    const rows = column<number>(moved, "ls_index");
    expect(rows).not.toContain(0);
    expect(rows.map((row) => clustersOf(scope)[row])).toEqual(column(moved, "cluster"));
    const probabilities = column<number>(moved, "probability");
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    expect(Math.max(...probabilities)).toBeLessThanOrEqual(1);
    expect(scope.edits.toRecords()).toMatchObject([{ kind: "outliers", rows: rows.length }]);
    // to the bottom: only the row without text is left
    await scope.setOutliers({ share: 0 });
    expect(clustersOf(scope).flatMap((id, row) => (id === -1 ? [row] : []))).toEqual([0]);
    expect((await scope.setOutliers({ share: 0 })).height).toBe(0);
    scope.undo();
    scope.undo();
    expect(clustersOf(scope).filter((id) => id === -1)).toHaveLength(outliers);
  });
});

describe("a selection", () => {
  it("is set by everything that means rows, keeps its order, and can be named", async () => {
    const scope = await quickScope(newDataDir());
    const select = (rows: RowsLike): number[] => {
      scope.select(rows);
      return [...scope.selectedIndices];
    };
    expect(select([9, 3, 7])).toEqual([9, 3, 7]);
    scope.select([9, 3, 7], { as: "odd ones" });
    expect(select(pl.col("year").gt(1935))).toEqual([...table.keys()].filter((row) => table[row].year > 1935));
    const near = await scope.neighbors(9, { k: 4 });
    expect(select(near)).toEqual(column(near, "ls_index"));
    const found = await scope.search("taxes on imports", { k: 6 });
    expect(select(found)).toEqual(column(found, "ls_index"));
    scope.tag([5, 2], "check");
    expect(select({ tag: "check" })).toEqual([2, 5]);
    const [a, b] = idsOf(scope);
    expect(select({ cluster: [a, b] })).toHaveLength(
      Number(clusterRow(scope, a)["size"]) + Number(clusterRow(scope, b)["size"]),
    );
    expect(select({ selection: "odd ones" })).toEqual([9, 3, 7]);
    expect(scope.selections.toRecords()).toEqual([{ name: "odd ones", rows: 3 }]);
    expect(select([])).toEqual([]);
    expect(scope.selection.height).toBe(0);
    scope.forget("odd ones");
    expect(scope.selections.height).toBe(0);
  });

  it("and edits are told to listeners until they stop", async () => {
    const scope = await quickScope(newDataDir());
    const heard: unknown[] = [];
    const stops = [
      scope.on("selection", (rows) => heard.push(column(rows, "ls_index"))),
      scope.on("edit", (edit) => heard.push(edit.getColumn("kind").get(0))),
    ];
    scope.select([4, 2]);
    scope.tag([4], "x");
    for (const stop of stops) stop();
    scope.select([1]);
    scope.undo();
    expect(heard).toEqual([[4, 2], "tag"]);
  });
});
