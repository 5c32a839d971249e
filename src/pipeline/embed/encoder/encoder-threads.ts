import { availableParallelism, totalmem } from "node:os";
import { runInWorker, workerFile } from "../../../compute/worker-task";
import { runThreads, threadControl } from "../../native-threads";
import { makeBatches } from "./batches";
import type { EncodedBatch, EncoderTask } from "./encoder-thread";
import type { EmbedJob } from "../provider";
import { sharedInt32, sharedUint32 } from "../shared";
import type { TokenizedTexts, TokenizeTask } from "./tokenize-worker";

/** How texts that are split into tokens become vectors. */
export interface EncoderSetup<Model> extends Pick<
  EncoderTask<Model>,
  "name" | "model" | "pooling" | "layersAfterPooling" | "padToken"
> {
  /** The compiled module of the threads, in this folder. */
  readonly worker: "onnx-worker.js" | "../hub/huggingface-worker.js";
  /** Size of the weights: each thread holds a copy. */
  readonly bytes: number;
}

const MOST_THREADS = 8;
/** What a thread needs besides the weights, and how often it holds these: as they are stored, and as they are computed with. */
const THREAD_BYTES = 150e6;
const COPIES = 2;

/**
 * onnxruntime from 1.30 on reports its use to its makers and leaves a device id in the home folder. Nothing is sent that the user did not
 * name, so it is turned off, before the library is loaded in any thread: in a thread, the environment of the process cannot be set.
 */
export function keepToThisMachine(): void {
  process.env["ORT_DISABLE_TELEMETRY"] = "1";
}

/** Splits texts into tokens, in a thread of its own. @throws LatentScopeError `bad-option`, `model-damaged`, `interrupted` */
export function tokenize(task: TokenizeTask, { signal }: EmbedJob): Promise<TokenizedTexts> {
  return runInWorker(workerFile(__dirname, "tokenize-worker.js"), task, { what: "Embedding", signal });
}

/**
 * Makes vectors of texts in batches of similar length, in several threads with a model each: faster than one model in several threads, and
 * steady on a busy machine. Only a model that is large for this machine's memory gets fewer threads of more cores.
 * @throws LatentScopeError `model-missing`, `model-damaged`, `bad-option`, `bad-vectors`, `embedding-failed`, `interrupted`
 */
export async function encodeTexts<Model>(
  { worker, bytes, ...setup }: EncoderSetup<Model>,
  tokenized: TokenizedTexts,
  job: EmbedJob,
): Promise<void> {
  keepToThisMachine();
  const lengths = Uint32Array.from(
    { length: tokenized.starts.length - 1 },
    (_, i) => tokenized.starts[i + 1] - tokenized.starts[i],
  );
  const { positions, starts } = makeBatches(lengths, job.known);
  const { threads, cores } = threadsFor(bytes, starts.length - 1);
  const task: EncoderTask<Model> = {
    ...setup,
    ids: tokenized.ids,
    textStarts: tokenized.starts,
    positions: sharedUint32(positions),
    batchStarts: sharedUint32(starts),
    next: sharedInt32([0]),
    control: threadControl(threads),
    cores,
  };
  const onMessage = (message: unknown): void => {
    const { batch, vectors } = message as EncodedBatch;
    job.deliver(positions.subarray(starts[batch], starts[batch + 1]), vectors);
  };
  const run = (): Promise<null> =>
    runInWorker<EncoderTask<Model>, null>(workerFile(__dirname, worker), task, { what: "Embedding", onMessage });
  await runThreads(task.control, () => Array.from({ length: threads }, run), { what: "Embedding", signal: job.signal });
}

/** At most half of the memory is for models. */
function threadsFor(bytes: number, batches: number): { threads: number; cores: number } {
  const wanted = Math.min(availableParallelism(), MOST_THREADS);
  // a container may have less than the machine; without a limit the number is 0 or beyond all memory
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  const fitting = Math.max(1, Math.floor(memory / 2 / (bytes * COPIES + THREAD_BYTES)));
  const threads = Math.min(wanted, fitting);
  return { threads: Math.min(threads, batches), cores: Math.max(1, Math.floor(wanted / threads)) };
}
