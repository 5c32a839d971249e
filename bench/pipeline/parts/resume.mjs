/** What a second run of the same texts costs: all of it, a part of it, after a kill, under another name. Ours alone. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { sentencesTable } from "../data.mjs";
import { newFolder } from "../environment.mjs";
import { measureOurs } from "../processes.mjs";

const ROWS = 5_000;
const KILL_AT = 0.5;
/** Of a segment of the cache of vectors: its header, and what a record has besides the vector. */
const HEADER_BYTES = 16;
const RECORD_BYTES = 20;

/** @param {(call: object) => void} add */
export async function measureResume(add, { quick }) {
  const input = await sentencesTable(ROWS);
  for (let repetition = 0; repetition < (quick ? 1 : 2); repetition++) {
    await inFolder((dataDir) => measureReuse(add, input, dataDir));
    await inFolder((dataDir) => measureKilled(add, input, dataDir));
  }
}

async function inFolder(work) {
  const dataDir = newFolder();
  try {
    await work(dataDir);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureReuse(add, input, dataDir) {
  const options = { name: "sentences" };
  const calls = [
    ["whole run", [options, options], "the same, same process"],
    ["the same, new process", [options]],
    ["another cluster size", [{ ...options, cluster: { minClusterSize: 40 } }]],
    ["another name of dataset", [{ name: "others" }]],
  ];
  for (const [what, runs, second] of calls) {
    const { runs: done, ...cost } = await measureOurs("run", {
      dataDir,
      input,
      runs,
    });
    add({ what, rows: ROWS, ...cost, ...callOf(done[0]) });
    // the memory and the longest block are those of both
    if (second)
      add({
        what: second,
        rows: ROWS,
        ...cost,
        seconds: null,
        ...callOf(done[1]),
      });
  }
}

async function measureKilled(add, input, dataDir) {
  const given = { dataDir, input, runs: [{ name: "sentences" }] };
  let told = 0;
  const onLine = ({ progress }, kill) => {
    if (!progress) return;
    told = Math.max(told, progress.done);
    if (progress.done >= progress.total * KILL_AT) kill();
  };
  const killed = await measureOurs("run", { ...given, tellProgress: true }, { onLine });
  const kept = vectorsInCache(dataDir);
  add({ what: "killed half-way", rows: ROWS, ...killed, told, kept });
  const { runs, ...cost } = await measureOurs("run", given);
  const twice = vectorsInCache(dataDir) - runs[0].texts;
  // what a thread had delivered when the kill came, and nobody had written yet
  const lost = told - kept;
  add({
    what: "run again after the kill",
    rows: ROWS,
    ...cost,
    ...callOf(runs[0]),
    kept,
    twice,
    lost,
  });
}

const callOf = ({ seconds, ...more }) => ({ callSeconds: seconds, ...more });

/** Number of vectors in the cache of a data folder. */
function vectorsInCache(dataDir) {
  const folder = path.join(dataDir, ".cache", "embeddings");
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".vectors"));
  return files.reduce((sum, name) => {
    const segment = readFileSync(path.join(folder, name));
    const dimensions = segment.readUInt32LE(8);
    return sum + Math.floor((segment.length - HEADER_BYTES) / (RECORD_BYTES + dimensions * 4));
  }, 0);
}
