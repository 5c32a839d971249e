import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { LatentScopeError } from "../../scope";
import { packageRoot } from "../version";
import { fileHash } from "./file-hash";

/** `model.json` of a bundled model. */
export interface ModelCard {
  readonly name: string;
  /** As Latent Scope names the model, so that it can embed queries with the same. */
  readonly modelId: string;
  readonly languages: readonly string[];
  readonly dimensions: number;
  readonly maxTokens: number;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** A bundled model in its folder. */
export interface BundledModel {
  readonly folder: string;
  readonly card: ModelCard;
}

/** Folder of the bundled models. */
export const MODELS_FOLDER = path.join(packageRoot, "models");

const REINSTALL =
  "Install the package latentscope again (npm install), or choose another model with the option embed.model.";

/** Reads the card of a model. @throws LatentScopeError `model-missing` */
export function bundledModel(folder: string): BundledModel {
  const file = path.join(folder, "model.json");
  try {
    return { folder, card: JSON.parse(readFileSync(file, "utf8")) as ModelCard };
  } catch (error) {
    throw new LatentScopeError(
      "model-missing",
      `The model card ${file} cannot be read: ${(error as Error).message}. ${REINSTALL}`,
      {
        cause: error,
      },
    );
  }
}

/** SHA-256 of each file of a model, as its card has them: which weights these are. */
export function weightsOf({ card }: BundledModel): Record<string, string> {
  return Object.fromEntries(Object.entries(card.files).map(([name, { sha256 }]) => [name, sha256]));
}

/**
 * Checks every file of a model against its SHA-256, once per process as long as the file does not change.
 * @throws LatentScopeError `model-missing`, `model-damaged`
 */
export async function verifyModel({ folder, card }: BundledModel): Promise<void> {
  await Promise.all(
    Object.entries(card.files).map(([name, expected]) => verifyFile(path.join(folder, name), expected)),
  );
}

async function verifyFile(file: string, expected: { bytes: number; sha256: string }): Promise<void> {
  let size: number;
  try {
    ({ size } = await stat(file));
  } catch (error) {
    throw new LatentScopeError(
      "model-missing",
      `The model file ${file} is missing (${(error as NodeJS.ErrnoException).code ?? "?"}). ${REINSTALL}`,
      {
        cause: error,
      },
    );
  }
  const found = await fileHash(file);
  if (found !== expected.sha256)
    throw new LatentScopeError(
      "model-damaged",
      `The model file ${file} is damaged: expected ${expected.bytes} bytes with the SHA-256 ${expected.sha256}, found ${size} bytes with ${found}. ${REINSTALL}`,
    );
}
