import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openScope, stateOf } from "../../src/pipeline";
import { clusterSizes } from "../../src/scope";
import { newDataDir, quickScope } from "./scopes";

const KILLS = 12;
const library = path.resolve(__dirname, "../../dist/index.js");

/** Makes edit after edit, and says the id of each only after it was confirmed. */
const script = `
  const latentscope = require(${JSON.stringify(library)});
  const dataDir = process.argv[1];
  let seed = Number(process.argv[2]);
  const next = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const rows = (scope) => Array.from({ length: 1 + next(30) }, () => next(scope.rows.height));
  (async () => {
    const scope = await latentscope.open("speeches", { dataDir });
    let made = scope.edits.height;
    for (let i = 0; ; i++) {
      const ids = scope.clusters.getColumn("cluster").toArray().filter((id) => id >= 0);
      const edits = [
        () => scope.rename(ids[next(ids.length)], "Label " + i),
        () => scope.assign(rows(scope), "New " + i),
        () => scope.assign(rows(scope), ids[next(ids.length)]),
        () => scope.merge([ids[0], ids[1 + next(ids.length - 1)]]),
        () => scope.delete(rows(scope)),
        () => scope.restore(rows(scope)),
        () => scope.tag(rows(scope), "tag " + next(5)),
        () => scope.undo(),
      ];
      try { edits[next(edits.length)](); } catch (error) { if (error.name !== "LatentScopeError") throw error; }
      if (i % 40 === 39) await scope.save();
      const { height } = scope.edits;
      if (height > made) {
        made = height;
        process.stdout.write(height + "\\n");
      }
    }
  })();
`;

/** Edits in a process of its own until it is killed. @returns the number of edits that it knew to be kept */
function storm(dataDir: string, seed: number, killAfter: number): Promise<number> {
  const child = spawn(process.execPath, ["-e", script, dataDir, String(seed)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let confirmed = 0;
  child.stdout.setEncoding("utf8").on("data", (lines: string) => {
    confirmed = Number(lines.trimEnd().split("\n").at(-1));
    if (confirmed >= killAfter) child.kill("SIGKILL");
  });
  return new Promise((resolve) => child.once("exit", () => resolve(confirmed)));
}

describe("a storm of edits that is killed", { timeout: 300_000 }, () => {
  const dataDir = newDataDir();
  beforeAll(async () => void (await quickScope(dataDir)));

  it(`${KILLS} times has all confirmed edits after that, and a scope that is whole`, async () => {
    let before = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const confirmed = await storm(dataDir, 17 + kill * 1009, before + 3 + ((kill * 37) % 90));
      const state = stateOf(await openScope("speeches", { dataDir }));
      const edits = state.log.filter(({ summary }) => summary).length;
      expect(confirmed).toBeGreaterThan(before);
      expect(edits).toBeGreaterThanOrEqual(confirmed);
      const ids = new Set(state.content.clusters.map(({ id }) => id));
      for (const id of new Set(state.content.assignment)) expect(ids).toContain(id);
      let rows = 0;
      for (const size of clusterSizes(state.content).values()) rows += size.rows;
      expect(rows).toBe(state.rows);
      before = edits;
    }
    const log = readFileSync(path.join(dataDir, "speeches", "scopes", "scopes-001-edits.jsonl"), "utf8");
    const lines = log.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThanOrEqual(before);
    lines.slice(0, -1).forEach((line) => expect(() => JSON.parse(line) as unknown).not.toThrow());
  });
});
