import path from "node:path";
import { runInWorker, workerFile } from "../../compute/worker-task";
import { LatentScopeError } from "../../scope";
import { checkKnown } from "../check-options";
import { quotedList } from "../format";
import { absolutePath, encoderProvider, kindOfPath, sizeOf, type EncoderSource } from "./encoder/encoder-provider";
import { fileHash } from "./file-hash";
import { HubRepository, type HubFile, type OnDownload } from "./hub/hub";
import type { ModelFilesTask } from "./hub/huggingface-files-worker";
import type { HuggingFaceModel } from "./hub/huggingface-worker";
import { keepToThisMachine } from "./encoder/encoder-threads";
import { configReader, filesOfFolder, tokenizerFiles } from "./encoder/model-folder";
import type { EmbeddingProvider, ProviderSetup } from "./provider";
import { readTransformerConfig } from "./encoder/transformer-config";

/** Kinds of weights that transformers.js knows. */
const DTYPES = ["fp32", "fp16", "q8", "int8", "uint8", "q4", "bnb4", "q4f16", "q2", "q2f16", "q1", "q1f16"];
/** The first that the model has is used. */
const DEFAULT_DTYPES = ["q8", "fp32"];

/**
 * A model of the Hugging Face hub, or a folder with the files of one, by transformers.js (the package `@huggingface/transformers` 4, to be
 * installed beside this one). It runs more kinds of models than `onnx:`, decoders among them. Weights are those of the folder `onnx`.
 *
 * Files of the hub are fetched once: see {@link HubRepository} for where they are kept. For a folder, nothing is fetched. Vectors are reused as
 * long as the weights, the tokenizer and the options are the same, whatever else a new commit changes.
 * @param setup `of` is "organisation/name" or a folder, which goes first; options `dtype` (default "q8", or "fp32" where there is no such file),
 * `revision` (default "main"; not for folders), `maxTokens` (default: the model's own limit), `prefix`, `queryPrefix` (default: the model's own prompts)
 * @throws LatentScopeError `bad-option`, `model-missing`, `model-damaged`, `unknown-model`, `endpoint-refused`, `endpoint-unreachable`, `interrupted`
 */
export async function huggingFaceModel({ of, options, signal }: ProviderSetup): Promise<EmbeddingProvider> {
  const name = `hf:${of}`;
  const known = ["model", "maxTokens", "prefix", "queryPrefix", "dimensions", "dtype", "revision"];
  checkKnown(`embed with the model "${name}"`, options, known);
  const { dtype, revision } = options;
  if (dtype !== undefined && !DTYPES.includes(dtype))
    throw new LatentScopeError(
      "bad-option",
      `embed.dtype is ${quotedList(DTYPES, "or")}, not ${JSON.stringify(dtype)}.`,
    );
  const files = await openFiles(of, revision, signal);
  const config = await readTransformerConfig(name, configReader(files.find));
  const tokenizer = await tokenizerFiles(`The model "${name}"`, files.find);
  const weights = await chooseWeights(name, files, dtype === undefined ? DEFAULT_DTYPES : [dtype], signal);
  const source: EncoderSource<HuggingFaceModel> = {
    name,
    modelId: files.modelId,
    runtime: "huggingface",
    config,
    tokenizer,
    weights: await hashesOf(weights.files, files, signal),
    async load({ signal: stop, note }) {
      const paths: string[] = [];
      for (const file of weights.files.keys()) paths.push(await files.fetch(file, stop, downloadNote(note)));
      note(name);
      return {
        worker: "../hub/huggingface-worker.js",
        model: { folder: files.folder, subfolder: files.subfolder, dtype: weights.dtype },
        bytes: await sizeOf(paths),
      };
    },
  };
  return encoderProvider(source, options, signal);
}

/** The files of a model, here or at a hub. */
interface ModelFiles {
  /** Where they are, or will be. */
  readonly folder: string;
  /** Folder of the graphs in it. */
  readonly subfolder: string;
  readonly modelId: string;
  /** The path of a small file; undefined when the model has none of this name. */
  readonly find: (file: string) => Promise<string | undefined>;
  readonly describe: (file: string) => Promise<HubFile | undefined>;
  /** The path of a file that the model has. */
  readonly fetch: (file: string, signal: AbortSignal | undefined, onDownload?: OnDownload) => Promise<string>;
}

async function openFiles(of: string, revision: string | undefined, signal?: AbortSignal): Promise<ModelFiles> {
  const folder = absolutePath(of);
  if ((await kindOfPath(folder)) === "folder") {
    if (revision !== undefined)
      throw new LatentScopeError("bad-option", `embed.revision is for models of the hub; ${folder} is a folder.`);
    return localFiles(folder, signal);
  }
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(of) || /(^|\/)\.+(\/|$)/.test(of))
    throw new LatentScopeError(
      "model-missing",
      `There is no folder ${folder}. Give a folder with the files of a model, or the name of one of the hub: hf:<organisation>/<name>.`,
    );
  if (
    revision !== undefined &&
    (typeof revision !== "string" || !/^[\w.-]+(\/[\w.-]+)*$/.test(revision) || revision.includes(".."))
  )
    throw new LatentScopeError(
      "bad-option",
      `embed.revision is the name of a branch, a tag or a commit, not ${JSON.stringify(revision)}.`,
    );
  const repository = await HubRepository.open(of, revision ?? "main", signal);
  // without it, transformers.js can do nothing; and it says best what is wrong with the model
  await repository.fetch("config.json", { signal });
  return {
    folder: repository.folder,
    subfolder: "onnx",
    modelId: `huggingface-${of.replaceAll("/", "___")}`,
    find: (file) => repository.find(file, signal),
    describe: (file) => repository.describe(file, signal),
    fetch: (file, stop, onDownload) => repository.fetch(file, { signal: stop, onDownload }),
  };
}

async function localFiles(folder: string, signal?: AbortSignal): Promise<ModelFiles> {
  const find = filesOfFolder(folder);
  if ((await find("config.json")) === undefined)
    throw new LatentScopeError(
      "model-missing",
      `The folder ${folder} has no config.json, which says what kind of model it is. Add it from where the model comes from.`,
    );
  return {
    folder,
    subfolder: (await kindOfPath(path.join(folder, "onnx"))) === "folder" ? "onnx" : "",
    modelId: `onnx-${path.basename(folder)}`,
    find,
    async describe(file) {
      const found = await find(file);
      return found === undefined ? undefined : { bytes: await sizeOf([found]), sha256: await fileHash(found, signal) };
    },
    fetch: (file) => Promise.resolve(path.join(folder, file)),
  };
}

interface Weights {
  readonly dtype: string;
  /** Graphs and the files with their weights, by their names in the model's folder. */
  readonly files: ReadonlyMap<string, HubFile>;
}

/** The first kind of weights of which the model has all files. @throws LatentScopeError `model-missing` */
async function chooseWeights(
  name: string,
  { folder, subfolder, describe }: ModelFiles,
  dtypes: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Weights> {
  keepToThisMachine();
  const task: ModelFilesTask = { folder, dtypes };
  const lists = await runInWorker<ModelFilesTask, string[][]>(
    workerFile(__dirname, "hub/huggingface-files-worker.js"),
    task,
    {
      what: "Embedding",
      signal,
    },
  );
  const missing: string[] = [];
  for (const [i, list] of lists.entries()) {
    const files = new Map<string, HubFile>();
    const graphs = list.filter((file) => !file.endsWith(".json"));
    for (const graph of graphs) {
      const file = path.posix.join(subfolder, path.posix.basename(graph));
      const found = await describe(file);
      if (found) files.set(file, found);
      else missing.push(file);
    }
    if (files.size === graphs.length) return { dtype: dtypes[i], files };
  }
  throw new LatentScopeError(
    "model-missing",
    `The model "${name}" has no ${quotedList(missing, "or")}. ` +
      "Choose other weights with embed.dtype, or a model that was exported to ONNX: on the hub, many are under the organisations onnx-community and Xenova.",
  );
}

/** SHA-256 of weights by their names without folders. What the hub does not tell is fetched to be seen. */
async function hashesOf(
  files: ReadonlyMap<string, HubFile>,
  { fetch }: ModelFiles,
  signal: AbortSignal | undefined,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [file, { sha256 }] of files)
    found[path.posix.basename(file)] = sha256 ?? (await fileHash(await fetch(file, signal), signal));
  return found;
}

const MB = 1e6;

/** Says how far a download is, at every megabyte. */
function downloadNote(note: (note: string) => void): OnDownload {
  let told = -1;
  return (file, bytes, total) => {
    const done = Math.floor(bytes / MB);
    if (done === told && bytes < total) return;
    told = done;
    note(`downloading ${path.posix.basename(file)}, ${done} of ${Math.ceil(total / MB)} MB`);
  };
}
