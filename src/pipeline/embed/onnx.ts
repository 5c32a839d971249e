import { readdir } from "node:fs/promises";
import path from "node:path";
import { LatentScopeError } from "../../scope";
import { checkKnown } from "../check-options";
import { quotedList } from "../format";
import {
  absolutePath,
  encoderProvider,
  hashes,
  kindOfPath,
  sizeOf,
  type EncoderSource,
} from "./encoder/encoder-provider";
import { textsInFile } from "./file-hash";
import { configReader, filesOfFolder, tokenizerFiles } from "./encoder/model-folder";
import type { OnnxModel } from "./encoder/onnx-worker";
import type { EmbeddingProvider, ProviderSetup } from "./provider";
import { readTransformerConfig } from "./encoder/transformer-config";

/** Where exporters put the graph, in the order of choice: full precision first. */
const GRAPHS = ["onnx/model.onnx", "onnx/model_quantized.onnx", "model.onnx", "model_quantized.onnx"];

/**
 * Any encoder of sentences that was exported to ONNX, from its files on disk, by onnxruntime in one worker thread per core. Nothing is
 * fetched.
 *
 * The files are those of a Hugging Face repository: the graph, `tokenizer.json`, and what says how the model is used (see
 * {@link readTransformerConfig}).
 * @param setup `of` is a folder, or one of its `.onnx` files where it has several; options `maxTokens` (default: the model's own limit), `prefix`,
 * `queryPrefix` (default: the model's own prompts)
 * @throws LatentScopeError `bad-option`, `model-missing`, `model-damaged`, `interrupted`
 */
export async function onnxModel({ of, options, signal }: ProviderSetup): Promise<EmbeddingProvider> {
  const name = `onnx:${of}`;
  checkKnown(`embed with the model "${name}"`, options, ["model", "maxTokens", "prefix", "queryPrefix", "dimensions"]);
  const { graph, folder } = await locate(absolutePath(of));
  const find = filesOfFolder(folder);
  const tokenizer = await tokenizerFiles(`The folder ${folder}`, find);
  const config = await readTransformerConfig(name, configReader(find));
  const files = [graph, ...(await weightsBeside(graph))];
  const source: EncoderSource<OnnxModel> = {
    name,
    modelId: `onnx-${path.basename(folder)}`,
    runtime: "onnx",
    config,
    tokenizer,
    weights: await hashes(files, signal),
    load: async () => ({
      worker: "onnx-worker.js",
      model: { file: graph },
      bytes: await sizeOf(files),
    }),
  };
  return encoderProvider(source, options, signal);
}

/** The graph, and the folder with the other files. @throws LatentScopeError `model-missing`, `bad-option` */
async function locate(given: string): Promise<{ graph: string; folder: string }> {
  const kind = await kindOfPath(given);
  const missing = (what: string): LatentScopeError =>
    new LatentScopeError("model-missing", `${what} Give a folder with an ONNX graph and its tokenizer.json.`);
  if (kind === "file") {
    if (!given.endsWith(".onnx")) throw missing(`${given} is no .onnx file.`);
    const beside = path.dirname(given);
    const inside = path.basename(beside) === "onnx" && !(await kindOfPath(path.join(beside, "tokenizer.json")));
    return { graph: given, folder: inside ? path.dirname(beside) : beside };
  }
  if (!kind) throw missing(`There is no file or folder ${given}.`);
  const found = (await Promise.all(["onnx", "."].map((part) => graphsIn(given, part)))).flat();
  const chosen = GRAPHS.find((graph) => found.includes(graph)) ?? (found.length === 1 ? found[0] : undefined);
  if (chosen !== undefined) return { graph: path.join(given, chosen), folder: given };
  if (!found.length) throw missing(`The folder ${given} has no ONNX graph: neither ${quotedList(GRAPHS, "nor")}.`);
  throw new LatentScopeError(
    "bad-option",
    `The folder ${given} has several ONNX graphs: ${quotedList(found)}. Give one of them: "onnx:${path.join(given, found[0])}".`,
  );
}

async function graphsIn(folder: string, part: string): Promise<string[]> {
  const names = await readdir(path.join(folder, part)).catch(() => []);
  return names
    .filter((name) => name.endsWith(".onnx"))
    .sort()
    .map((name) => path.posix.join(part, name));
}

/** Files that the graph has its weights in, as graphs of more than 2 GB must: those beside it whose names it has in it. */
async function weightsBeside(graph: string): Promise<string[]> {
  const folder = path.dirname(graph);
  const entries = await readdir(folder, { withFileTypes: true });
  const candidates = entries
    .filter(
      (entry) => !entry.isDirectory() && !/\.(onnx|json|txt|md)$/i.test(entry.name) && !entry.name.startsWith("."),
    )
    .map(({ name }) => name)
    .sort();
  if (!candidates.length) return [];
  return (await textsInFile(graph, candidates)).map((name) => path.join(folder, name));
}
