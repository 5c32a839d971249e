import type * as OnnxRuntime from "onnxruntime-node";
import { serveTask } from "../../compute/worker-task";
import { LatentScopeError } from "../../scope";
import { inThread, stopAsked, type ThreadControl } from "../native-threads";
import { normalise } from "./shared";

/** What every thread of one embedding gets: the same memory, from which each takes the next batch until none is left. */
export interface OnnxTask {
  modelFile: string;
  dimensions: number;
  /** Token ids of all texts, one after the other, and where each text starts. */
  ids: Int32Array;
  textStarts: Uint32Array;
  /** Positions of the texts of all batches, and where each batch starts. */
  positions: Uint32Array;
  batchStarts: Uint32Array;
  /** One number: the batch that comes next. */
  next: Int32Array;
  control: ThreadControl;
}

/** Vectors of one batch. */
export interface OnnxBatch {
  batch: number;
  vectors: Float32Array;
}

serveTask<OnnxTask, null>((task, post) =>
  inThread(task.control, async () => {
    const { modelFile, batchStarts, next, control } = task;
    if (stopAsked(control)) return null;
    // one thread a session, several sessions: faster than one session of several threads, and steady on a busy machine
    const runtime = await loadRuntime();
    const session = await runtime.InferenceSession.create(modelFile, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: "sequential",
    });
    while (!stopAsked(control)) {
      const batch = Atomics.add(next, 0, 1);
      if (batch >= batchStarts.length - 1) break;
      post({ batch, vectors: await embedBatch(runtime, session, task, batch) } satisfies OnnxBatch);
    }
    await session.release();
    return null;
  }),
);

type Runtime = typeof OnnxRuntime;

async function loadRuntime(): Promise<Runtime> {
  try {
    return await import("onnxruntime-node");
  } catch (error) {
    throw new LatentScopeError(
      "worker-failed",
      `The native library onnxruntime-node cannot be loaded: ${(error as Error).message}. Install it again (its install script needs the ` +
        'environment variable ONNXRUNTIME_NODE_INSTALL=skip behind a firewall), or use embed: { model: "static" }, which needs no native code.',
      { cause: error },
    );
  }
}

async function embedBatch(
  runtime: Runtime,
  session: OnnxRuntime.InferenceSession,
  task: OnnxTask,
  batch: number,
): Promise<Float32Array> {
  const { Tensor } = runtime;
  const { ids, textStarts, positions, batchStarts, dimensions } = task;
  const texts = positions.subarray(batchStarts[batch], batchStarts[batch + 1]);
  const lengths = Array.from(texts, (text) => textStarts[text + 1] - textStarts[text]);
  const width = Math.max(...lengths);
  const inputIds = new BigInt64Array(texts.length * width);
  const mask = new BigInt64Array(texts.length * width);
  // the low halves of the int64s: ids are small and not negative
  const lowIds = new Int32Array(inputIds.buffer);
  texts.forEach((text, i) => {
    for (let k = 0; k < lengths[i]; k++) lowIds[(i * width + k) * 2] = ids[textStarts[text] + k];
    mask.fill(1n, i * width, i * width + lengths[i]);
  });
  const shape = [texts.length, width];
  const output = await session.run({
    input_ids: new Tensor("int64", inputIds, shape),
    attention_mask: new Tensor("int64", mask, shape),
    token_type_ids: new Tensor("int64", new BigInt64Array(texts.length * width), shape),
  });
  const hidden = output["last_hidden_state"].data as Float32Array;
  return meanPool(hidden, lengths, width, dimensions);
}

/** The mean of the token vectors of each text, padding aside, at length 1. */
function meanPool(hidden: Float32Array, lengths: readonly number[], width: number, dimensions: number): Float32Array {
  const pooled = new Float32Array(lengths.length * dimensions);
  lengths.forEach((length, text) => {
    const vector = pooled.subarray(text * dimensions, (text + 1) * dimensions);
    for (let token = 0; token < length; token++) {
      const offset = (text * width + token) * dimensions;
      for (let d = 0; d < dimensions; d++) vector[d] += hidden[offset + d];
    }
    normalise(vector);
  });
  return pooled;
}
