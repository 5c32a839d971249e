import { serveTask } from "../../../compute/worker-task";
import { LatentScopeError } from "../../../scope";
import { inThread, stopAsked, type ThreadControl } from "../../native-threads";
import { pool, type Pooling } from "./pooling";
import { normalise } from "../shared";

/** What every thread of one embedding gets: the same memory, from which each takes the next batch until none is left. */
export interface EncoderTask<Model> {
  /** The model, for messages. */
  name: string;
  /** What the thread makes its encoder from. */
  model: Model;
  pooling: Pooling;
  /** Layers after the pooling that only the model's own graph can apply. */
  layersAfterPooling: readonly string[];
  padToken: number;
  /** Token ids of all texts, one after the other, and where each text starts. */
  ids: Int32Array;
  textStarts: Uint32Array;
  /** Positions of the texts of all batches, and where each batch starts. */
  positions: Uint32Array;
  batchStarts: Uint32Array;
  /** One number: the batch that comes next. */
  next: Int32Array;
  control: ThreadControl;
  /** Cores for this thread's encoder. */
  cores: number;
}

/** Vectors of one batch. */
export interface EncodedBatch {
  batch: number;
  vectors: Float32Array;
}

/** Texts of one batch, padded at the right: one row of `width` token ids for each. */
export interface PaddedBatch {
  readonly lengths: readonly number[];
  readonly width: number;
  readonly ids: BigInt64Array;
  /** 1 for tokens, 0 for padding. */
  readonly mask: BigInt64Array;
}

/** A tensor of numbers: 2 dimensions for vectors of texts, 3 for vectors of tokens. */
export interface EncoderOutput {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** A model that is loaded. */
export interface Encoder {
  run(batch: PaddedBatch): Promise<EncoderOutput>;
  close(): Promise<unknown>;
}

/** The output of a graph that is the vectors of whole texts, ready made. */
const SENTENCE_OUTPUT = "sentence_embedding";

/**
 * The output of a graph to use: the vectors of whole texts, else those of tokens, by their usual names or else the first of that shape.
 * @param outputs names with the number of dimensions
 * @throws LatentScopeError `bad-option` when there is none
 */
export function chooseOutput(
  model: string,
  outputs: readonly { readonly name: string; readonly rank: number | undefined }[],
): string {
  const names = outputs.map(({ name }) => name);
  const usual = [SENTENCE_OUTPUT, "last_hidden_state", "token_embeddings"].find((name) => names.includes(name));
  // one number for each word of the vocabulary is no vector of a token
  const chosen = usual ?? outputs.find(({ name, rank }) => rank === 3 && name !== "logits")?.name;
  if (chosen !== undefined) return chosen;
  throw new LatentScopeError(
    "bad-option",
    `The model "${model}" has no vectors of texts or tokens among its outputs (${names.join(", ")}). Export it for feature extraction.`,
  );
}

/** The thread's side of an embedding. Call it once, at the top level of the thread's module. */
export function serveEncoder<Model>(load: (task: EncoderTask<Model>) => Promise<Encoder>): void {
  serveTask<EncoderTask<Model>, null>((task, post) =>
    inThread(task.control, async () => {
      const { batchStarts, next, control } = task;
      if (stopAsked(control)) return null;
      const encoder = await load(task);
      try {
        while (!stopAsked(control)) {
          const batch = Atomics.add(next, 0, 1);
          if (batch >= batchStarts.length - 1) break;
          post({ batch, vectors: await encode(encoder, task, batch) } satisfies EncodedBatch);
        }
      } finally {
        await encoder.close();
      }
      return null;
    }),
  );
}

async function encode(encoder: Encoder, task: EncoderTask<unknown>, batch: number): Promise<Float32Array> {
  const padded = padBatch(task, batch);
  const output = await run(encoder, task, padded);
  const vectors = vectorsOf(task, padded, output);
  if (!vectors.every(Number.isFinite))
    throw new LatentScopeError(
      "bad-vectors",
      `The model "${task.name}" returned vectors with values that are no numbers. A model of less precision (fp16) may need weights of another: fp32 or q8.`,
    );
  return vectors;
}

function padBatch(
  { ids, textStarts, positions, batchStarts, padToken }: EncoderTask<unknown>,
  batch: number,
): PaddedBatch {
  const texts = positions.subarray(batchStarts[batch], batchStarts[batch + 1]);
  const lengths = Array.from(texts, (text) => textStarts[text + 1] - textStarts[text]);
  const width = Math.max(...lengths);
  const padded = new BigInt64Array(texts.length * width);
  const mask = new BigInt64Array(texts.length * width);
  if (padToken) padded.fill(BigInt(padToken));
  // the low halves of the int64s: ids are small and not negative
  const low = new Int32Array(padded.buffer);
  texts.forEach((text, i) => {
    for (let k = 0; k < lengths[i]; k++) low[(i * width + k) * 2] = ids[textStarts[text] + k];
    mask.fill(1n, i * width, i * width + lengths[i]);
  });
  return { lengths, width, ids: padded, mask };
}

async function run(encoder: Encoder, { name }: EncoderTask<unknown>, batch: PaddedBatch): Promise<EncoderOutput> {
  try {
    return await encoder.run(batch);
  } catch (error) {
    if (error instanceof LatentScopeError) throw error;
    throw new LatentScopeError(
      "embedding-failed",
      `The model "${name}" failed at texts of up to ${batch.width} tokens: ${(error as Error).message} Its tokenizer.json may be of another model, or embed.maxTokens too large.`,
      { cause: error },
    );
  }
}

function vectorsOf(task: EncoderTask<unknown>, { lengths, width }: PaddedBatch, output: EncoderOutput): Float32Array {
  const { name, pooling, layersAfterPooling } = task;
  const { values, dims } = output;
  const size = dims[dims.length - 1];
  if (dims[0] !== lengths.length || (dims.length === 3 ? dims[1] !== width : dims.length !== 2))
    throw new LatentScopeError(
      "bad-vectors",
      `The model "${name}" returned "${output.name}" of the shape ${dims.join(" x ")} for ${lengths.length} texts of ${width} tokens.`,
    );
  if (dims.length === 2) {
    const vectors = Float32Array.from(values);
    if (pooling.normalise)
      for (let text = 0; text < lengths.length; text++) normalise(vectors.subarray(text * size, (text + 1) * size));
    return vectors;
  }
  if (layersAfterPooling.length)
    throw new LatentScopeError(
      "bad-option",
      `The model "${name}" has the layer ${layersAfterPooling.join(", ")} after its pooling, which is not part of its ONNX graph. ` +
        `Export it with all its layers, so that the graph has an output "${SENTENCE_OUTPUT}" (optimum-cli export onnx --library sentence_transformers).`,
    );
  return pool({ values, lengths, width, size }, pooling);
}
