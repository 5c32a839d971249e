import path from "node:path";
import { LatentScopeError } from "../../../scope";
import { isObject, type JsonObject } from "../../../store";
import { POOLING_MODES, type PoolingMode } from "./pooling";
import type { Prompts } from "../provider";

/** What the files of a model say about how it is to be used. */
export interface TransformerConfig {
  readonly pooling: readonly PoolingMode[];
  readonly normalise: boolean;
  /** False for models whose prompt takes no part in the pooling. */
  readonly poolsPrompt: boolean;
  /** Layers after the pooling ("Dense") that have weights of their own: token vectors alone do not make the model's vectors. */
  readonly layersAfterPooling: readonly string[];
  /** Longest text in tokens. */
  readonly maxTokens: number;
  readonly prompts: Prompts;
  /** The token that fills up shorter texts. The attention mask hides it, so that any will do where the model names none. */
  readonly padToken: number;
}

/** Reads a JSON file by its name in the model's folder; undefined when there is none. */
export type ReadConfig = (file: string) => Promise<unknown>;

/** Where nothing says how long a text may be. */
const DEFAULT_MAX_TOKENS = 512;
/** Tokenizers without a limit say 1e30. */
const GREATEST_MAX_TOKENS = 1_000_000;

/**
 * What the files of a model say, with the meaning they have for sentence-transformers: `modules.json` and the pooling file it names (else
 * `1_Pooling/config.json`), `sentence_bert_config.json`, `tokenizer_config.json`, `config.json`, `config_sentence_transformers.json`. A model without
 * `modules.json` has its tokens averaged and its vectors brought to length 1.
 * @param name the model, for messages
 * @throws LatentScopeError `model-damaged`
 */
export async function readTransformerConfig(name: string, read: ReadConfig): Promise<TransformerConfig> {
  const object = async (file: string): Promise<JsonObject> => objectOf(await read(file));
  const modules = modulesOf(name, await read("modules.json"));
  const at = modules?.findIndex(({ kind }) => kind === "Pooling") ?? -1;
  const transformer = modules?.[0].path ?? "";
  const poolingFile = path.posix.join(modules?.[at]?.path ?? "1_Pooling", "config.json");
  const [pooling, limits, tokenizer, config, prompts] = await Promise.all([
    object(poolingFile),
    object(path.posix.join(transformer, "sentence_bert_config.json")),
    object("tokenizer_config.json"),
    object("config.json"),
    object("config_sentence_transformers.json"),
  ]);
  const after = modules?.slice(at + 1).map(({ kind }) => kind) ?? ["Normalize"];
  return {
    pooling: poolingModes(name, poolingFile, pooling),
    normalise: after.includes("Normalize"),
    poolsPrompt: pooling["include_prompt"] !== false,
    layersAfterPooling: at < 0 ? [] : after.filter((kind) => !WEIGHTLESS.includes(kind)),
    maxTokens: maxTokensOf(limits, tokenizer, config),
    prompts: promptsIn(prompts),
    padToken: whole(config["pad_token_id"]) ?? 0,
  };
}

const WEIGHTLESS = ["Normalize", "Dropout"];

interface Module {
  /** "Transformer", "Pooling", "Dense", "Normalize" */
  readonly kind: string;
  /** Its folder, in the model's. */
  readonly path: string;
}

function modulesOf(name: string, json: unknown): readonly Module[] | undefined {
  if (json === undefined) return undefined;
  const modules = Array.isArray(json) ? json.map(objectOf) : [];
  if (!modules.length) throw damaged(name, "modules.json lists no modules");
  return modules.map(({ type, path: folder }) => {
    // a file from the network must not name a place outside its folder
    if (typeof type !== "string" || typeof folder !== "string" || !isInside(folder))
      throw damaged(name, "modules.json has a module without a type or with a path that leads out of the folder");
    return { kind: type.slice(type.lastIndexOf(".") + 1), path: folder };
  });
}

function isInside(folder: string): boolean {
  return !path.posix.isAbsolute(folder) && !/[\\:]/.test(folder) && !folder.split("/").includes("..");
}

/** The switches of `1_Pooling/config.json`. */
const SWITCHES: Readonly<Record<PoolingMode, string>> = {
  cls: "pooling_mode_cls_token",
  max: "pooling_mode_max_tokens",
  mean: "pooling_mode_mean_tokens",
  mean_sqrt_len: "pooling_mode_mean_sqrt_len_tokens",
  weightedmean: "pooling_mode_weightedmean_tokens",
  lasttoken: "pooling_mode_lasttoken",
};

function poolingModes(name: string, file: string, json: JsonObject): PoolingMode[] {
  const { pooling_mode: named } = json;
  const wanted: unknown[] =
    named !== undefined
      ? [named].flat()
      : Object.values(SWITCHES).some((key) => key in json)
        ? POOLING_MODES.filter((mode) => json[SWITCHES[mode]] === true)
        : ["mean"];
  const unknown = wanted.filter((mode) => !(POOLING_MODES as readonly unknown[]).includes(mode));
  if (!wanted.length || unknown.length)
    throw damaged(
      name,
      `${file} asks for ${unknown.length ? `the pooling ${JSON.stringify(unknown[0])}` : "no pooling"}; there is ${POOLING_MODES.join(", ")}`,
    );
  return POOLING_MODES.filter((mode) => wanted.includes(mode));
}

/** Models that count positions from the number of the padding token on, so that so many places are never used. */
const OFFSET_POSITIONS = ["roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "longformer"];

function maxTokensOf(limits: JsonObject, tokenizer: JsonObject, config: JsonObject): number {
  const places = whole(config["max_position_embeddings"]);
  const offset = OFFSET_POSITIONS.includes(String(config["model_type"])) ? (whole(config["pad_token_id"]) ?? 1) + 1 : 0;
  const positions = places === undefined ? undefined : places - offset;
  const said = whole(limits["max_seq_length"], 1) ?? whole(tokenizer["model_max_length"], 1);
  return Math.min(said ?? positions ?? DEFAULT_MAX_TOKENS, positions ?? Infinity);
}

function promptsIn({ prompts, default_prompt_name: standard }: JsonObject): Prompts {
  const named = objectOf(prompts);
  const first = (...names: unknown[]): string => {
    const found = names.map((key) => (typeof key === "string" ? named[key] : undefined));
    return found.find((prompt): prompt is string => typeof prompt === "string") ?? "";
  };
  return {
    text: first("document", "passage", standard),
    query: first("query", standard),
  };
}

function whole(value: unknown, least = 0): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= GREATEST_MAX_TOKENS
    ? value
    : undefined;
}

function objectOf(json: unknown): JsonObject {
  return isObject(json) ? json : {};
}

function damaged(name: string, what: string): LatentScopeError {
  return new LatentScopeError(
    "model-damaged",
    `The model "${name}" cannot be used: its ${what}. Get the model's files again.`,
  );
}
