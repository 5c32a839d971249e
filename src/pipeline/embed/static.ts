import path from "node:path";
import { runInWorker, workerFile } from "../../compute/worker-task";
import { bundledProvider } from "./bundled";
import type { EmbedOptions } from "./index";
import { MODELS_FOLDER, verifyModel } from "./model-files";
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
  return bundledProvider(
    {
      folder,
      leastTokens: 1,
      async embed(texts, { known, signal, deliver }, model, maxTokens) {
        await verifyModel(model);
        const { dimensions } = model.card;
        const positions = texts.map((_, position) => position).filter((position) => !known(position));
        const task: StaticTask = { folder, texts: positions.map((p) => texts[p]), dimensions, maxTokens };
        await runInWorker<StaticTask, null>(workerFile(__dirname, "static-worker.js"), task, {
          what: "Embedding",
          signal,
          onMessage: (message) => {
            const { from, vectors } = message as StaticPart;
            deliver(positions.slice(from, from + vectors.length / dimensions), vectors);
          },
        });
      },
    },
    options,
  );
}
