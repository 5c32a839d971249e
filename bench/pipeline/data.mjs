/** The tables of the benchmark, from the sentences of the State of the Union addresses and their vectors that bench/compute makes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { must, step } from "../../scripts/run-command.mjs";
import { datasets, ensureDataset } from "../compute/data.mjs";
import { cache, folder, program } from "./environment.mjs";

const SOURCE = "sotu-gte";
/** Words of a short sentence: of 20 tokens or so. */
const SHORT_WORDS = [13, 18];
/** Words of a long text: of 256 tokens or so. */
const LONG_WORDS = 196;
const LONG_TABLE_ROWS = 1_000_000;

/** Sentences in a random order. */
export async function sentences() {
  return JSON.parse(readFileSync(await sentencesFile(), "utf8"));
}

async function sentencesFile() {
  const { vectors } = await ensureDataset(SOURCE);
  return path.join(path.dirname(vectors), `${SOURCE}.texts.json`);
}

/** A JSON file of the first sentences. */
export async function sentencesTable(rows) {
  return keep(`sentences-${rows}.json`, async () => (await sentences()).slice(0, rows));
}

/** A JSON file of short sentences. */
export async function shortTable(rows) {
  return keep(`short-${rows}.json`, async () => {
    const [least, most] = SHORT_WORDS;
    const short = (await sentences()).filter((text) => {
      const words = text.split(/\s+/).length;
      return words >= least && words <= most;
    });
    if (short.length < rows) throw new Error(`There are only ${short.length} short sentences.`);
    return short.slice(0, rows);
  });
}

/** A JSON file of long texts: sentences in a row. */
export async function longTexts(rows) {
  return keep(`long-${rows}.json`, async () => {
    const texts = [];
    let words = [];
    for (const sentence of await sentences()) {
      words.push(...sentence.split(/\s+/));
      if (words.length >= LONG_WORDS) texts.push(words.splice(0).join(" "));
      if (texts.length === rows) break;
    }
    return texts;
  });
}

/** A Parquet file of sentences and, as a column of lists, their vectors. */
export async function vectorTable(rows) {
  const file = path.join(cache, `vectors-${rows}.parquet`);
  const { vectors } = await ensureDataset(SOURCE);
  const { dimensions } = datasets[SOURCE];
  return make(file, ["vectors", await sentencesFile(), vectors, dimensions, rows]);
}

/** A Parquet file of a million rows and a gigabyte. */
export async function longTable() {
  const file = path.join(cache, `long-${LONG_TABLE_ROWS}.parquet`);
  return make(file, ["long", await sentencesFile(), LONG_TABLE_ROWS]);
}

async function make(file, [what, ...given]) {
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  await step(`Making ${path.basename(file)}`, async () => {
    await must("Making it", program("python"), [path.join(folder, "tables.py"), what, file, ...given.map(String)]);
  });
  return file;
}

async function keep(name, texts) {
  const file = path.join(cache, name);
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(file, JSON.stringify(await texts()));
  }
  return file;
}
