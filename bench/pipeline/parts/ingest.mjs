/** Reading a million rows, a gigabyte of Parquet: seconds, memory, and for how long a kernel would not answer meanwhile. */
import { rmSync } from "node:fs";
import { longTable } from "../data.mjs";
import { newFolder, program, toolEnvironment } from "../environment.mjs";
import { measureOurs, measureProcess } from "../processes.mjs";

const MOST_SECONDS = 600;
const MOST_BYTES = 12e9;

const systems = {
  latentscope: async (table, dataDir) => {
    const { ingestSeconds, ...cost } = await measureOurs("ingest", {
      dataDir,
      input: table,
    });
    return { ...cost, callSeconds: ingestSeconds };
  },
  "tool, commands": async (table, dataDir) => {
    const args = ["long", "--path", table, "--text_column", "text"];
    const limits = { mostSeconds: MOST_SECONDS, mostBytes: MOST_BYTES };
    const { lines, ...cost } = await measureProcess(program("ls-ingest"), args, {
      env: toolEnvironment(dataDir),
      ...limits,
    });
    return { ...cost, lines: lines.length };
  },
};

/** @param {(call: object) => void} add */
export async function measureIngest(add, { quick }) {
  const table = await longTable();
  for (let repetition = 0; repetition < (quick ? 1 : 2); repetition++)
    for (const [system, measure] of Object.entries(systems)) {
      const dataDir = newFolder();
      try {
        add({ rows: 1_000_000, system, ...(await measure(table, dataDir)) });
      } finally {
        rmSync(dataDir, { recursive: true, force: true });
      }
    }
}
