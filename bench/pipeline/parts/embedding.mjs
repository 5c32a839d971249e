/** Texts embedded a second with the bundled gte-small, against Python's onnxruntime with the same weights and tokens. */
import { readFileSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { root } from "../../../scripts/run-command.mjs";
import { longTexts, shortTable } from "../data.mjs";
import { ensurePython, folder, newFolder, python } from "../environment.mjs";
import { measureOurs, measureProcess } from "../processes.mjs";

const MOST_TOKENS = 512;
const DIMENSIONS = 384;
const inputs = { short: () => shortTable(3_000), long: () => longTexts(200) };

const peer = (batchesAtOnce) => async (input, dataDir) => {
  const model = path.join(root, "models", "gte-small-int8");
  const out = path.join(dataDir, "peer.f32");
  const args = [path.join(folder, "embed_peer.py"), model, input, MOST_TOKENS, out, batchesAtOnce];
  const { lines, ...cost } = await measureProcess(python, args);
  return { ...cost, ...lines.at(-1).result };
};

const systems = {
  "Python, default threads": peer(1),
  "Python, a batch a core": peer(cpus().length),
  latentscope: (input, dataDir) => {
    const options = { model: "gte-small", maxTokens: MOST_TOKENS };
    return measureOurs("embed", {
      dataDir,
      input,
      options,
      out: path.join(dataDir, "latentscope.f32"),
    });
  },
};

/** @param {(call: object) => void} add */
export async function measureEmbedding(add, { quick }) {
  await ensurePython();
  for (const [kind, file] of Object.entries(inputs)) {
    const input = await file();
    for (let repetition = 0; repetition < (quick ? 1 : 3); repetition++) {
      const dataDir = newFolder();
      try {
        for (const [system, measure] of Object.entries(systems)) {
          const call = await measure(input, dataDir);
          const cosine = system === "latentscope" ? likeness(dataDir) : {};
          add({ kind, rows: call.texts, system, ...call, ...cosine });
        }
      } finally {
        rmSync(dataDir, { recursive: true, force: true });
      }
    }
  }
}

/** Cosines between the vectors of both. */
function likeness(dataDir) {
  const [a, b] = ["latentscope", "peer"].map((name) => {
    const bytes = readFileSync(path.join(dataDir, `${name}.f32`));
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  });
  const cosines = Array.from({ length: a.length / DIMENSIONS }, (_, row) => {
    let product = 0;
    for (let i = row * DIMENSIONS; i < (row + 1) * DIMENSIONS; i++) product += a[i] * b[i];
    return product;
  });
  const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
  return {
    leastCosine: cosines.reduce((least, value) => Math.min(least, value)),
    meanCosine: mean,
  };
}
