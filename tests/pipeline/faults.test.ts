import { execFile } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { openScope } from "../../src/pipeline";
import { LatentScopeError } from "../../src/scope";
import { newDataDir, quickRun, sentences } from "./support";

const ROOT = path.resolve(__dirname, "..", "..");
const run = promisify(execFile);
const rows = sentences.map((text, i) => ({ text, year: 1790 + i }));

describe("a disk that takes no more", () => {
  /** A run in a process whose files cannot grow beyond `kilobytes`: to it, the disk is full. */
  async function limitedRun(dataDir: string, kilobytes: number): Promise<{ code?: string; message: string }> {
    const script = `
      process.on("SIGXFSZ", () => undefined);
      const { runPipeline } = require(${JSON.stringify(path.join(ROOT, "dist", "pipeline"))});
      const rows = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
      runPipeline(rows, "text", { dataDir: ${JSON.stringify(dataDir)}, name: "speeches", embed: { model: "static" }, umap: { nEpochs: 20 } })
        .then(() => ({ message: "finished" }), ({ code, message }) => ({ code, message }))
        .then((outcome) => process.stdout.write(JSON.stringify(outcome)));`;
    const child = run("bash", ["-c", `ulimit -f ${kilobytes}; exec "$0" -e "$1"`, process.execPath, script]);
    child.child.stdin?.end(JSON.stringify(rows));
    const { stdout } = await child;
    return JSON.parse(stdout) as { code?: string; message: string };
  }

  // from the first file that is written to the last; each of the limits stops another step
  it.skipIf(process.platform === "win32").each([4, 16, 40, 100, 160])(
    "ends a run with its file and a remedy, and what is there is used afterwards: %i kB",
    async (kilobytes) => {
      const dataDir = newDataDir();
      const outcome = await limitedRun(dataDir, kilobytes);
      expect(outcome).toMatchObject({ code: "data-dir-not-writable" });
      expect(outcome.message).toMatch(/larger than is allowed.*EFBIG.*dataDir/s);
      expect(outcome.message).toContain(dataDir);
      const after = await quickRun(rows, dataDir, { name: "speeches" });
      expect(after.steps.at(-1)).toMatchObject({ step: "save", reused: false });
      expect(everyFile(dataDir).filter((file) => file.endsWith(".tmp"))).toEqual([]);
    },
    120_000,
  );
});

describe("a damaged file", () => {
  let sound: string;
  let files: string[];
  beforeAll(async () => {
    sound = newDataDir();
    await quickRun(rows, sound, { name: "speeches" });
    files = everyFile(path.join(sound, "speeches")).filter((file) => statSync(path.join(sound, "speeches", file)).size);
  });

  it("is named when a scope is opened or a run goes on, and nothing else happens", async () => {
    expect(files.length).toBeGreaterThan(15);
    const outcomes: Record<string, string> = {};
    for (const file of files) {
      const dataDir = newDataDir();
      cpSync(sound, dataDir, { recursive: true });
      const damaged = path.join(dataDir, "speeches", file);
      truncateSync(damaged, Math.floor(statSync(damaged).size / 2));
      const before = readFileSync(damaged);
      const attempts = [
        () => openScope("speeches", { dataDir }),
        () => quickRun(rows, dataDir, { name: "speeches", cluster: { minClusterSize: 6 } }),
        () => quickRun(rows, dataDir, { name: "speeches", umap: { nEpochs: 21 } }),
      ];
      for (const attempt of attempts) {
        const error = await attempt().then(
          () => undefined,
          (failure: unknown) => failure,
        );
        if (error === undefined) continue;
        expect(error, file).toBeInstanceOf(LatentScopeError);
        const { code, message } = error as LatentScopeError;
        expect(code, file).toBe("damaged-file");
        // of a Lance table, a part of its folder
        const named = file.startsWith("lancedb") ? file.split(path.sep).slice(0, 2).join(path.sep) : file;
        expect(message).toContain(named);
        outcomes[file] = message;
      }
      expect(readFileSync(damaged).equals(before), `${file} was written over`).toBe(true);
    }
    // what a scope is made from does not go unread
    for (const file of [
      ...["meta.json", "input.parquet", "scopes/scopes-001.json", "scopes/scopes-001.parquet"],
      ...[
        "umaps/umap-001.parquet",
        "umaps/umap-001.json",
        "embeddings/embedding-001.json",
        "clusters/cluster-001.json",
      ],
    ])
      expect(Object.keys(outcomes)).toContain(path.normalize(file));
    expect(Object.keys(outcomes).some((file) => file.startsWith("lancedb"))).toBe(true);
  }, 240_000);
});

/** Every file below a folder, relative to it. */
function everyFile(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return (readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
    statSync(path.join(folder, file)).isFile(),
  );
}
