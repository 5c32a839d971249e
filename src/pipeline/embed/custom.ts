import { LatentScopeError, throwIfAborted } from "../../scope";
import { checkKnown, checkNumber } from "../check-options";
import { unlessAborted } from "../native-threads";
import type { CustomModel, EmbedOptions } from "./index";
import { promptsOf } from "./prompts";
import { FailedTexts, type EmbeddingProvider } from "./provider";

const DEFAULT_BATCH_SIZE = 64;

/**
 * A model that the caller brings. Its vectors are used as they are; only their direction counts for the layout.
 * @throws LatentScopeError `bad-option`
 */
export function customModel(model: CustomModel, options: EmbedOptions): EmbeddingProvider {
  if (typeof model.id !== "string" || !model.id.trim() || typeof model.embed !== "function")
    throw new LatentScopeError(
      "bad-option",
      "A model of your own has an id (a string that names it and its version) and a function embed(texts, { signal }) that resolves to one Float32Array a text.",
    );
  checkKnown("embed with a model of your own", options, ["model", "batchSize", "prefix", "queryPrefix", "dimensions"]);
  const batchSize = checkNumber("embed.batchSize", options.batchSize ?? DEFAULT_BATCH_SIZE, { least: 1, whole: true });
  return {
    name: model.id,
    modelId: model.id,
    identity: { model: model.id },
    maxTokens: null,
    englishOnly: false,
    dimensions: undefined,
    prompts: promptsOf(options),
    async embed(texts, { known, signal, deliver }) {
      const positions = texts.map((_, position) => position).filter((position) => !known(position));
      let dimensions: number | undefined;
      for (let from = 0; from < positions.length; from += batchSize) {
        throwIfAborted(signal, "Embedding");
        const part = positions.slice(from, from + batchSize);
        try {
          const answer = model.embed(
            part.map((p) => texts[p]),
            { signal },
          );
          const vectors = await unlessAborted(answer, signal, "Embedding");
          dimensions ??= vectors?.[0]?.length;
          deliver(part, flatten(model.id, vectors, part.length, dimensions));
        } catch (error) {
          throwIfAborted(signal, "Embedding");
          throw new FailedTexts(part, reasonOf(model.id, error));
        }
      }
      return undefined;
    },
  };
}

function reasonOf(id: string, error: unknown): LatentScopeError {
  if (error instanceof LatentScopeError) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new LatentScopeError("embedding-failed", `The model "${id}" failed: ${what}`, { cause: error });
}

function flatten(id: string, vectors: unknown, expected: number, dimensions: number | undefined): Float32Array {
  const bad = (what: string): LatentScopeError => new LatentScopeError("bad-vectors", `The model "${id}" ${what}.`);
  if (!Array.isArray(vectors)) throw bad("returned no array of vectors");
  if (vectors.length !== expected) throw bad(`returned ${vectors.length} vectors for ${expected} texts`);
  if (!dimensions) throw bad("returned an empty vector");
  const flat = new Float32Array(expected * dimensions);
  (vectors as unknown[]).forEach((vector, i) => {
    if (!(Array.isArray(vector) || ArrayBuffer.isView(vector)))
      throw bad(`returned no vector for text ${i} of a batch`);
    const values = vector as ArrayLike<number>;
    if (values.length !== dimensions) throw bad(`returned vectors of ${dimensions} and of ${values.length} dimensions`);
    for (let d = 0; d < dimensions; d++) {
      if (!Number.isFinite(values[d])) throw bad(`returned a vector with ${String(values[d])} at dimension ${d}`);
      flat[i * dimensions + d] = values[d];
    }
  });
  return flat;
}
