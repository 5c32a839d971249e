import { statSync } from "node:fs";
import path from "node:path";
import { LatentScopeError } from "../../scope";
import { checkKnown } from "../check-options";
import { fileHash } from "../embed/file-hash";
import { NAMING } from "../naming";
import { openGguf } from "./gguf-model";
import type { LabelOptions } from "./index";
import type { Labeller } from "./labeller";
import { modelLabeller } from "./model-labeller";
import { promptOptionsOf, PROMPTING } from "./prompt-options";

const INSTALL = "npm install node-llama-cpp@3";

/**
 * Checks what can be checked of a model of llama.cpp without loading it.
 * @throws LatentScopeError `bad-option`; `model-missing` when there is no such file, or the package that runs it is not installed
 */
export function checkGguf(file: string, options: LabelOptions): void {
  checkKnown(`label with the model "gguf:${file}"`, options, ["model", ...PROMPTING, ...NAMING]);
  promptOptionsOf(options);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new LatentScopeError(
      "model-missing",
      `There is no file ${path.resolve(file)}. Give the path of a model in the GGUF format: label: { model: "gguf:models/name.gguf" }.`,
    );
  const folders = require.resolve.paths("node-llama-cpp") ?? [];
  if (!folders.some((folder) => statSync(path.join(folder, "node-llama-cpp"), { throwIfNoEntry: false })))
    throw new LatentScopeError(
      "model-missing",
      `Models of the form gguf:… need the package node-llama-cpp, which is not installed: ${INSTALL}. ` +
        "It brings along libraries for graphics cards, 700 MB; without them: npm install node-llama-cpp@3 @node-llama-cpp/linux-x64@3 --omit=optional --ignore-scripts.",
    );
}

/**
 * A model in a GGUF file, run on this machine by llama.cpp. The same content is the same model, wherever the file is.
 * @throws LatentScopeError as {@link checkGguf}
 */
export async function ggufLabeller(file: string, options: LabelOptions, signal?: AbortSignal): Promise<Labeller> {
  checkGguf(file, options);
  const prompting = promptOptionsOf(options);
  const name = path.basename(file, ".gguf");
  return modelLabeller({
    ...prompting,
    modelId: `gguf-${name}`,
    title: `gguf:${name}`,
    identity: { model: "gguf", sha256: await fileHash(file, signal) },
    open: (run) => openGguf(path.resolve(file), prompting.maxPromptTokens, run),
  });
}
