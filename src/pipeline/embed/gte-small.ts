import path from "node:path";
import { throwIfAborted } from "../../scope";
import { bundledProvider } from "./bundled";
import { encodeTexts, tokenize } from "./encoder/encoder-threads";
import type { EmbedOptions } from "./index";
import { MODELS_FOLDER, verifyModel } from "./model-files";
import type { EmbeddingProvider } from "./provider";

/**
 * The bundled gte-small (int8): sentence embeddings for English, 384 dimensions, by onnxruntime in one worker thread per core.
 * @param options `maxTokens` 3 to 512 (default 512): what is longer is cut
 * @throws LatentScopeError `bad-option`, `model-missing`
 */
export function gteSmall(
  options: EmbedOptions,
  folder = path.join(MODELS_FOLDER, "gte-small-int8"),
): EmbeddingProvider {
  return bundledProvider(
    {
      folder,
      leastTokens: 3,
      async embed(texts, job, model, maxTokens) {
        const [tokenized] = await Promise.all([
          // its own tokenizer, five times as fast as the one for any tokenizer.json
          tokenize({ tokenizer: { vocabulary: path.join(folder, "vocab.txt") }, texts, maxTokens, prompt: "" }, job),
          verifyModel(model),
        ]);
        throwIfAborted(job.signal, "Embedding");
        const setup = {
          name: model.card.name,
          worker: "onnx-worker.js",
          model: { file: path.join(folder, "model.onnx") },
          bytes: model.card.files["model.onnx"].bytes,
          pooling: { modes: ["mean"], normalise: true, skip: 0 },
          layersAfterPooling: [],
          padToken: 0,
        } as const;
        await encodeTexts(setup, tokenized, job);
      },
    },
    options,
  );
}
