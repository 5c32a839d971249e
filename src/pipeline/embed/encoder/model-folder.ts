import { readFile } from "node:fs/promises";
import path from "node:path";
import { LatentScopeError } from "../../../scope";
import { kindOfPath } from "./encoder-provider";
import type { TokenizerFiles } from "./tokenizer-json";
import type { ReadConfig } from "./transformer-config";

/** Gives the path of one of a model's files; undefined when it has none of this name. */
export type FindFile = (file: string) => Promise<string | undefined>;

/** The files of a folder on disk. */
export function filesOfFolder(folder: string): FindFile {
  return async (file) => {
    const found = path.join(folder, file);
    return (await kindOfPath(found)) === "file" ? found : undefined;
  };
}

/** Reads JSON files. @throws LatentScopeError `model-damaged`, from the function it returns */
export function configReader(find: FindFile): ReadConfig {
  return async (name) => {
    const file = await find(name);
    if (file === undefined) return undefined;
    try {
      return JSON.parse(await readFile(file, "utf8")) as unknown;
    } catch (error) {
      throw new LatentScopeError(
        "model-damaged",
        `The model file ${file} cannot be read: ${(error as Error).message}. Get the model's files again.`,
        { cause: error },
      );
    }
  };
}

/**
 * @param where the model's files are, for messages
 * @throws LatentScopeError `model-missing` without a `tokenizer.json`
 */
export async function tokenizerFiles(where: string, find: FindFile): Promise<TokenizerFiles> {
  const [tokenizer, config] = await Promise.all([find("tokenizer.json"), find("tokenizer_config.json")]);
  if (tokenizer === undefined)
    throw new LatentScopeError(
      "model-missing",
      `${where} has no tokenizer.json, which says how texts are split into tokens. Add it from where the model comes from; in Python, ` +
        'AutoTokenizer.from_pretrained("<model>").save_pretrained("<folder>") writes it.',
    );
  return { tokenizer, config };
}
