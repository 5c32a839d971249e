import path from "node:path";
import { runInWorker, workerFile } from "../../compute/worker-task";
import { checkKnown, checkNumber } from "../check-options";
import type { EmbedOptions } from "./index";
import { bundledModel, MODELS_FOLDER, verifyModel, weightsOf } from "./model-files";
import type { EmbeddingProvider } from "./provider";
import type { StaticPart, StaticTask } from "./static-worker";

/**
 * The bundled static model: the sum of token vectors distilled from gte-small, 256 dimensions, tens of thousands of texts a second and no
 * native code. For previews and very large tables: it knows words, not sentences.
 * @param options `maxTokens` 1 to 8192 (default 8192): what is longer is cut
 * @throws LatentScopeError `bad-option`, `model-missing`
 */
export function staticModel(
  options: EmbedOptions,
  folder = path.join(MODELS_FOLDER, "static-gte-256"),
): EmbeddingProvider {
  checkKnown('embed with the model "static"', options, ["model", "maxTokens", "prefix"]);
  const model = bundledModel(folder);
  const { card } = model;
  const maxTokens = checkNumber("embed.maxTokens", options.maxTokens ?? card.maxTokens, {
    least: 1,
    greatest: card.maxTokens,
    whole: true,
  });
  return {
    name: card.name,
    modelId: card.modelId,
    identity: { model: card.name, weights: weightsOf(model), maxTokens },
    maxTokens,
    englishOnly: true,
    dimensions: card.dimensions,
    async embed(texts, { known, signal, deliver }) {
      await verifyModel(model);
      const positions = texts.map((_, position) => position).filter((position) => !known(position));
      const task: StaticTask = {
        folder,
        texts: positions.map((p) => texts[p]),
        dimensions: card.dimensions,
        maxTokens,
      };
      await runInWorker<StaticTask, null>(workerFile(__dirname, "static-worker.js"), task, {
        what: "Embedding",
        signal,
        onMessage: (message) => {
          const { from, vectors } = message as StaticPart;
          deliver(positions.slice(from, from + vectors.length / card.dimensions), vectors);
        },
      });
    },
  };
}
