import { stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { throwIfAborted } from "../../../scope";
import { checkNumber } from "../../check-options";
import { encodeTexts, tokenize, type EncoderSetup } from "./encoder-threads";
import { fileHash } from "../file-hash";
import type { EmbedOptions } from "..";
import { promptsOf } from "../prompts";
import type { EmbeddingProvider, EmbedJob } from "../provider";
import type { TokenizerFiles } from "./tokenizer-json";
import type { TransformerConfig } from "./transformer-config";

/** A model of files in the layout of Hugging Face. */
export interface EncoderSource<Model> {
  readonly name: string;
  readonly modelId: string;
  /** What runs it, a part of the model's identity. */
  readonly runtime: "onnx" | "huggingface";
  readonly config: TransformerConfig;
  readonly tokenizer: TokenizerFiles;
  /** SHA-256 of each file of the graph and its weights, by its name without folders. */
  readonly weights: Readonly<Record<string, string>>;
  /** Has the files ready. */
  readonly load: (job: EmbedJob) => Promise<Pick<EncoderSetup<Model>, "worker" | "model" | "bytes">>;
}

/** A larger share of tokens that the tokenizer does not know makes vectors of what is left out. */
const MOST_UNKNOWN = 0.2;

/**
 * The provider of a model of files. Its identity is made of what is in the files that matter and of the options, wherever the files are.
 * @throws LatentScopeError `bad-option`, `interrupted`
 */
export async function encoderProvider<Model>(
  { name, modelId, runtime, config, tokenizer, weights, load }: EncoderSource<Model>,
  options: EmbedOptions,
  signal: AbortSignal | undefined,
): Promise<EmbeddingProvider> {
  const maxTokens = checkNumber("embed.maxTokens", options.maxTokens ?? config.maxTokens, {
    least: 1,
    greatest: config.maxTokens,
    whole: true,
  });
  const prompts = promptsOf(options, config.prompts);
  const { pooling: modes, normalise, poolsPrompt, layersAfterPooling, padToken } = config;
  return {
    name,
    modelId,
    identity: {
      model: runtime,
      weights,
      tokenizer: await hashes([tokenizer.tokenizer, tokenizer.config], signal),
      pooling: modes,
      normalise,
      poolsPrompt,
      maxTokens,
    },
    maxTokens,
    englishOnly: false,
    dimensions: undefined,
    prompts,
    async embed(texts, job) {
      const prompt = poolsPrompt ? "" : prompts.text;
      const { worker, model, bytes } = await load(job);
      const tokenized = await tokenize({ tokenizer, texts, maxTokens, prompt }, job);
      throwIfAborted(job.signal, "Embedding");
      if (tokenized.unknownShare > MOST_UNKNOWN)
        job.warn(
          `More than a fifth of what the texts are made of is unknown to the tokenizer of "${name}": it is for other languages or scripts, and the map will say little. ` +
            "Give a model that knows these, such as a multilingual one.",
        );
      const pooling = { modes, normalise, skip: tokenized.promptTokens };
      await encodeTexts({ name, worker, model, bytes, pooling, layersAfterPooling, padToken }, tokenized, job);
      return undefined;
    },
  };
}

/** SHA-256 of files by their names without folders. @throws LatentScopeError `interrupted`; what reading throws */
export async function hashes(
  files: readonly (string | undefined)[],
  signal: AbortSignal | undefined,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const file of files) if (file !== undefined) found[path.basename(file)] = await fileHash(file, signal);
  return found;
}

/** A path that a person wrote, from the working folder or with ~ for the home folder. */
export function absolutePath(written: string): string {
  return path.resolve(written.replace(/^~(?=$|[/\\])/, os.homedir()));
}

/** What a path leads to; undefined when there is nothing. */
export async function kindOfPath(file: string): Promise<"file" | "folder" | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found && (found.isDirectory() ? "folder" : "file");
}

/** Size of files together, in bytes. */
export async function sizeOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
