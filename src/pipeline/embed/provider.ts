import type { LatentScopeError } from "../../scope";
import type { Ingested } from "../ingest";
import type { Vectors } from "../vectors";
import type { EmbedOptions } from "./index";
import { columnVectors } from "./column";
import { gteSmall } from "./gte-small";
import { huggingFaceModel } from "./huggingface";
import { onnxModel } from "./onnx";
import { openaiModel } from "./openai";
import { staticModel } from "./static";

/** Where vectors come from. */
export interface VectorSource {
  /** The model's name for people and in keys: "gte-small". */
  readonly name: string;
  /** The model as Latent Scope names it in its files. */
  readonly modelId: string;
  /** All that decides which vector a text gets, as plain data: weights, options. Vectors are reused where it is the same. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Longest text in tokens; null where the model says nothing about it. */
  readonly maxTokens: number | null;
  /** Length of the vectors; undefined until the first of them is there. */
  readonly dimensions: number | undefined;
  /** True when the model knows only English. */
  readonly englishOnly: boolean;
  /** What the model wants before every text, and before a query that texts are searched by. */
  readonly prompts: Prompts;
}

/** What is put before texts: "passage: " and "query: " for some models, nothing for most. */
export interface Prompts {
  readonly text: string;
  readonly query: string;
}

/** Vectors that came with the table. */
export interface ImportedVectors extends VectorSource {
  /** Those of its rows. @throws LatentScopeError `no-such-column`, `bad-vectors` */
  vectorsOf(data: Ingested): Promise<Vectors>;
}

/** What turns texts into vectors. */
export interface EmbeddingProvider extends VectorSource {
  /** True when the model runs on this machine, so that trying it costs nothing. */
  readonly local?: boolean;
  /** Who gets the texts, "api.openai.com/v1"; undefined where they stay on this machine, or where that is not known. */
  readonly sendsTo?: string;
  /** What embedding so many texts like some others would take, for models that are paid for. Nothing is sent. */
  readonly estimate?: (sample: readonly string[], texts: number) => EmbeddingUsage;
  /**
   * Embeds texts, in any order; their prompt is part of them.
   * @returns what it took, where that is known
   * @throws LatentScopeError `model-missing`, `model-damaged`, `bad-vectors`, `interrupted`, `endpoint-unreachable`, `endpoint-refused`,
   * `cost-limit`, `unknown-model`, `embedding-failed`; FailedTexts
   */
  embed(texts: readonly string[], job: EmbedJob): Promise<EmbeddingUsage | undefined>;
}

/** What an embedding took, for the record. */
export interface EmbeddingUsage {
  readonly tokens?: number;
  /** US dollars. */
  readonly cost?: number;
}

/** Some texts that a model did not take; others of the same job may be there. */
export class FailedTexts extends Error {
  /** @param positions of the texts */
  constructor(
    readonly positions: readonly number[],
    readonly reason: LatentScopeError,
  ) {
    super(reason.message, { cause: reason });
  }
}

/** One embedding of many texts. */
export interface EmbedJob {
  /** Positions of texts whose vectors are known already: they are left out. */
  readonly known: (position: number) => boolean;
  /** Number of texts that are not known yet, of these and of jobs that follow for the same table; undefined when these are all. */
  readonly left?: number;
  readonly signal?: AbortSignal;
  /** Tells a person what they should know: texts that were cut, … */
  readonly warn: (message: string) => void;
  /** Says what goes on beside the count: "waiting for the endpoint". */
  readonly note: (note: string) => void;
  /** Takes the vectors of some texts: those of `positions`, one after the other. Embedding goes on meanwhile. */
  readonly deliver: (positions: ArrayLike<number>, vectors: Float32Array) => void;
}

/** What a model is made from. */
export interface ProviderSetup {
  /** What follows the colon of its name: "text-embedding-3-small" of "openai:text-embedding-3-small". */
  readonly of: string;
  readonly options: EmbedOptions;
  readonly signal?: AbortSignal;
}

type MakeProvider = (
  setup: ProviderSetup,
) => EmbeddingProvider | ImportedVectors | Promise<EmbeddingProvider | ImportedVectors>;

/** The models by name, or by the part of it up to the colon: a new one is a file of its own and one line here. */
export const providers: Readonly<Record<string, MakeProvider>> = {
  "gte-small": ({ options }) => gteSmall(options),
  static: ({ options }) => staticModel(options),
  "column:": columnVectors,
  "openai:": openaiModel,
  "onnx:": onnxModel,
  "hf:": huggingFaceModel,
};
