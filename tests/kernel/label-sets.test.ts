import { expect, it } from "vitest";
import * as latentscope from "../../src/kernel";
import { newDataDir } from "../pipeline/support";

const subjects = {
  trade: ["tariffs on imported steel", "duties on imports", "the tariff and our trade", "foreign commerce and duties"],
  school: ["teachers in rural schools", "schools and their pupils", "money for school buildings", "a teacher's pay"],
  navy: ["ships of the navy", "a new naval vessel", "sailors of the fleet", "the fleet at sea"],
};
const texts = Object.values(subjects).flatMap((own) =>
  Array.from({ length: 24 }, (_, i) => `${own[i % own.length]}, number ${i}`),
);

async function twoSets() {
  const dataDir = newDataDir();
  const data = await latentscope.ingest({ text: texts }, "text", { dataDir, name: "sets" });
  const clusters = await (
    await (await data.embed({ model: "static" })).umap()
  ).cluster({ method: "kmeans", nClusters: 3 });
  const first = await clusters.label();
  const second = await clusters.label({ model: ({ id, rows }) => `Number ${id} of ${rows.length}`, samples: 2 });
  return { dataDir, first, second, scope: await first.save() };
}

const labelsOf = (scope: latentscope.Scope): string[] =>
  (scope.clusters.getColumn("label").toArray() as string[]).sort();

it("labels of several models are side by side, and one edit changes to another set and back", async () => {
  const { scope, first, second } = await twoSets();
  const sets = await scope.labelSets();
  expect(sets.getColumn("labels").toArray()).toEqual([first.id, second.id]);
  expect(sets.getColumn("model").toArray()).toEqual(["latentscope-keywords", "function-model"]);
  expect(sets.getColumn("clusters").toArray().map(Number)).toEqual([3, 3]);
  const before = labelsOf(scope);
  expect(await scope.useLabels(second.id)).toBe(3);
  expect(labelsOf(scope)).toEqual(["Number 0 of 2", "Number 1 of 2", "Number 2 of 2"]);
  expect(scope.clusters.getColumn("label_source").toArray()).toEqual(["llm", "llm", "llm"]);
  scope.undo();
  expect(labelsOf(scope)).toEqual(before);
});

it("a person's label stays, and a merged cluster gets the label of its larger part", async () => {
  const { scope, second } = await twoSets();
  const [a, b, c] = scope.clusters.getColumn("cluster").toArray().map(Number);
  scope.rename(c, "Mine");
  scope.merge([a, b]);
  expect(await scope.useLabels(second.id)).toBe(1);
  expect(labelsOf(scope)).toContain("Mine");
  expect(labelsOf(scope).filter((label) => label.startsWith("Number"))).toHaveLength(1);
  await expect(scope.useLabels("cluster-001-labels-009")).rejects.toMatchObject({ code: "not-found" });
  await expect(scope.useLabels("../../meta")).rejects.toMatchObject({ code: "not-found" });
});

it("how labels were made is in the frame, and there again when the scope is opened", async () => {
  const { dataDir, scope, second } = await twoSets();
  await scope.useLabels(second.id);
  const wanted = scope.clusters.select("cluster", "label_time", "label_rows", "label_parameters").toRecords();
  expect(wanted).toHaveLength(3);
  for (const { label_time: time, label_rows: rows, label_parameters: parameters } of wanted) {
    expect(Date.parse(String(time))).toBeGreaterThan(0);
    expect(rows).toHaveLength(2);
    expect(JSON.parse(String(parameters))).toEqual({ samples: 2 });
  }
  await scope.save();
  const script = `
    require(process.argv[1]).open("sets", { dataDir: process.argv[2] }).then((scope) => {
      const frame = scope.clusters.select("cluster", "label_time", "label_rows", "label_parameters");
      process.stdout.write(JSON.stringify(frame.toRecords()));
    });`;
  const { execFileSync } = await import("node:child_process");
  const entry = require.resolve("../../dist/kernel");
  const opened = execFileSync(process.execPath, ["-e", script, entry, dataDir], { encoding: "utf8" });
  expect(JSON.parse(opened)).toEqual(JSON.parse(JSON.stringify(wanted)));
});
