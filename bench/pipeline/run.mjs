/**
 * A run from a table to a labelled map side by side with the Python tool Latent Scope 1.0, embedding side by side with Python's onnxruntime, long
 * tables, and what a second run costs: each call in a fresh process, in turns. It installs the peers and makes the tables itself, prints tables,
 * and writes every single call to a file of results. It measures the built library: `npm run build` first.
 *
 *     node bench/pipeline/run.mjs         half an hour; much longer the first time, when sentences are embedded and a Python environment is made
 *       --quick                           each call once
 *       --only steps,ingest               parts: steps, ingest, embedding, resume, whole; what the others told before is kept
 *       --out results.json                by default bench/pipeline/.cache/results.json
 *       --report                          only prints the tables
 */
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../scripts/run-command.mjs";
import { machine, quiet } from "../compute/machine.mjs";
import { Results } from "../compute/results.mjs";
import { cache, ensureTool } from "./environment.mjs";
import { measureEmbedding } from "./parts/embedding.mjs";
import { measureIngest } from "./parts/ingest.mjs";
import { measureResume } from "./parts/resume.mjs";
import { measureSteps } from "./parts/steps.mjs";
import { measureWhole } from "./parts/whole.mjs";
import { report } from "./report.mjs";

/** How long a part waits for other programs to become quiet. */
const PATIENCE_SECONDS = 20;

const parts = {
  steps: measureSteps,
  ingest: measureIngest,
  embedding: measureEmbedding,
  resume: measureResume,
  whole: measureWhole,
};

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: Object.keys(parts).join() },
    out: { type: "string", default: path.join(cache, "results.json") },
    report: { type: "boolean", default: false },
  },
});

const results = new Results(path.resolve(values.out));
if (!values.report) {
  const wanted = values.only.split(",").filter(Boolean);
  const unknown = wanted.find((part) => !Object.hasOwn(parts, part));
  if (unknown) throw new Error(`No part "${unknown}"; there are ${Object.keys(parts).join(", ")}.`);
  if (!existsSync(path.join(root, "dist", "index.js"))) throw new Error("There is no dist/: npm run build makes it.");
  await ensureTool();
  results.setMachine(machine());
  for (const part of wanted) {
    await quiet(PATIENCE_SECONDS);
    results.content.calls = results.content.calls.filter((call) => call.part !== part);
    const add = (call) => {
      results.add({ part, ...call });
      say(part, call);
    };
    await parts[part](add, values);
  }
  rmSync(path.join(cache, "work"), { recursive: true, force: true });
}
console.log(report(results.content));

function say(part, { system = "", what = "", kind = "", rows, seconds, callSeconds, embedSeconds, killed }) {
  const of = [part, kind, what, rows, system].filter(Boolean).join(" ");
  const times = [seconds, callSeconds, embedSeconds].filter(Number.isFinite).map((time) => `${time.toFixed(2)} s`);
  console.error(`${of}: ${times.join(", ")}${killed ? `, killed: ${killed}` : ""}`);
}
