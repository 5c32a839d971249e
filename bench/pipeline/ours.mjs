/**
 * Our side of the benchmark, in a process of its own: does the task that its argument describes, in the built library, and prints what it took
 * as a line of JSON. `npm run build` must have been run.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { root } from "../../scripts/run-command.mjs";

const RESOLUTION_MS = 5;
const require = createRequire(import.meta.url);
const importing = performance.now();
/** @type {typeof import("../../dist/index.js")} */
const latentscope = require(path.join(root, "dist"));
// what `run` calls, because it tells the seconds of each step
const { runPipeline } = require(path.join(root, "dist", "pipeline"));
const importSeconds = secondsSince(importing);

const tasks = {
  /** One run after the other, each with its options. */
  async run({ input, textColumn = "text", runs, tellProgress = false }) {
    const results = [];
    for (const options of runs) {
      const started = performance.now();
      const table = readInput(input);
      const told = [];
      let firstBatchSeconds;
      const onProgress = ({ step, done, total }) => {
        if (step !== "embed") return;
        if (tellProgress) print({ progress: { done, total } });
        // the second time it tells how many the cache knows
        if (told.length >= 2 && done > told[1]) firstBatchSeconds ??= secondsSince(started);
        told.push(done);
      };
      const result = await runPipeline(table, textColumn, options, {
        onProgress,
      });
      const { embedded_texts: embeddedTexts, distinct_texts: texts } = result.metadata.embedding.latentscope;
      results.push({
        seconds: secondsSince(started),
        steps: Object.fromEntries(result.steps.map(({ step, seconds }) => [step, seconds])),
        reused: result.steps.filter(({ reused }) => reused).map(({ step }) => step),
        clusters: result.clusters.length,
        ...{ embeddedTexts, texts, firstBatchSeconds },
      });
    }
    return { runs: results };
  },

  async ingest({ input }) {
    const started = performance.now();
    const data = await latentscope.ingest(input, "text", { name: "long" });
    return { ingestSeconds: secondsSince(started), rows: data.metadata.length };
  },

  async embed({ input, out, options }) {
    const data = await latentscope.ingest(readInput(input), "text", {
      name: "texts",
    });
    const started = performance.now();
    const embedding = await data.embed(options);
    const embedSeconds = secondsSince(started);
    const { values } = await embedding.vectors();
    if (out) writeFileSync(out, values);
    return {
      embedSeconds,
      texts: embedding.metadata.latentscope.embedded_texts,
    };
  },
};

/** A table of the library: a path, or the texts of a JSON file as a DataFrame. */
function readInput(input) {
  if (!input.endsWith(".json")) return input;
  const pl = require("nodejs-polars");
  return pl.DataFrame({ text: JSON.parse(readFileSync(input, "utf8")) });
}

function secondsSince(time) {
  return (performance.now() - time) / 1000;
}

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const { task, ...given } = JSON.parse(process.argv[2]);
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
const result = await tasks[task](given);
delays.disable();
const blockSeconds = Math.max(0, delays.max / 1e9 - RESOLUTION_MS / 1000);
print({ result: { importSeconds, blockSeconds, ...result } });
