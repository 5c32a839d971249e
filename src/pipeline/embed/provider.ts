import type { Ingested } from "../ingest";
import type { Vectors } from "../vectors";
import type { EmbedOptions } from "./index";
import { gteSmall } from "./gte-small";
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
  /** True when the model knows only English. */
  readonly englishOnly: boolean;
}

/** Vectors that came with the table. */
export interface ImportedVectors extends VectorSource {
  /** Those of its rows. @throws LatentScopeError `no-such-column`, `bad-vectors` */
  vectorsOf(data: Ingested): Vectors;
}

/** What turns texts into vectors. */
export interface EmbeddingProvider extends VectorSource {
  /** Length of the vectors; undefined until the first of them is there. */
  readonly dimensions: number | undefined;
  /** Embeds texts, in any order. @throws LatentScopeError `model-missing`, `model-damaged`, `bad-vectors`, `interrupted` */
  embed(texts: readonly string[], job: EmbedJob): Promise<void>;
}

/** One embedding of many texts. */
export interface EmbedJob {
  /** Positions of texts whose vectors are known already: they are left out. */
  readonly known: (position: number) => boolean;
  readonly signal?: AbortSignal;
  /** Takes the vectors of some texts: those of `positions`, one after the other. Embedding goes on meanwhile. */
  readonly deliver: (positions: ArrayLike<number>, vectors: Float32Array) => void;
}

/** The models by name: a new one is a file of its own and one line here. */
export const providers: Readonly<Record<string, (options: EmbedOptions) => EmbeddingProvider>> = {
  "gte-small": gteSmall,
  static: staticModel,
};
