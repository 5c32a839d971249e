/** From a DataFrame of 10,000 short texts to a labelled map by the default model. Ours alone. */
import { rmSync } from "node:fs";
import { shortTable } from "../data.mjs";
import { newFolder } from "../environment.mjs";
import { measureOurs } from "../processes.mjs";

const ROWS = 10_000;

/** @param {(call: object) => void} add */
export async function measureWhole(add, { quick }) {
  const input = await shortTable(ROWS);
  for (let repetition = 0; repetition < (quick ? 1 : 2); repetition++) {
    const dataDir = newFolder();
    try {
      const { runs, ...cost } = await measureOurs("run", {
        dataDir,
        input,
        runs: [{}],
      });
      const { seconds, ...more } = runs[0];
      add({
        rows: ROWS,
        system: "latentscope",
        ...cost,
        callSeconds: seconds,
        ...more,
      });
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
}
