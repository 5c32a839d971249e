import { availableParallelism } from "node:os";
import path from "node:path";
import { runInWorker, workerFile } from "../../compute/worker-task";
import { throwIfAborted } from "../../scope";
import { makeBatches } from "./batches";
import { bundledProvider } from "./bundled";
import { runThreads, threadControl } from "../native-threads";
import type { EmbedOptions } from "./index";
import { MODELS_FOLDER, verifyModel } from "./model-files";
import type { OnnxBatch, OnnxTask } from "./onnx-worker";
import type { EmbeddingProvider, EmbedJob } from "./provider";
import { sharedInt32, sharedUint32 } from "./shared";
import type { TokenizedTexts, TokenizeTask } from "./tokenize-worker";

/** Each thread holds the weights and its working memory, some 150 MB. */
const MOST_THREADS = 8;

/**
 * onnxruntime from 1.30 on reports its use to its makers and leaves a device id in the home folder. Nothing is sent that the user did not
 * name, so it is turned off, before the library is loaded in any thread.
 */
function keepToThisMachine(): void {
  process.env["ORT_DISABLE_TELEMETRY"] = "1";
}

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
        keepToThisMachine();
        const file = path.join(folder, "vocab.txt");
        const [tokenized] = await Promise.all([
          tokenize({ vocabularyFile: file, texts, maxTokens }, job),
          verifyModel(model),
        ]);
        throwIfAborted(job.signal, "Embedding");
        await runBatches(path.join(folder, "model.onnx"), model.card.dimensions, tokenized, job);
      },
    },
    options,
  );
}

function tokenize(task: TokenizeTask, { signal }: EmbedJob): Promise<TokenizedTexts> {
  return runInWorker(workerFile(__dirname, "tokenize-worker.js"), task, { what: "Embedding", signal });
}

async function runBatches(
  modelFile: string,
  dimensions: number,
  tokenized: TokenizedTexts,
  job: EmbedJob,
): Promise<void> {
  const lengths = Uint32Array.from(
    { length: tokenized.starts.length - 1 },
    (_, i) => tokenized.starts[i + 1] - tokenized.starts[i],
  );
  const { positions, starts } = makeBatches(lengths, job.known);
  const batches = starts.length - 1;
  const threads = Math.min(availableParallelism(), MOST_THREADS, batches);
  const task: OnnxTask = {
    modelFile,
    dimensions,
    ids: tokenized.ids,
    textStarts: tokenized.starts,
    positions: sharedUint32(positions),
    batchStarts: sharedUint32(starts),
    next: sharedInt32([0]),
    control: threadControl(threads),
  };
  const onMessage = (message: unknown): void => {
    const { batch, vectors } = message as OnnxBatch;
    job.deliver(positions.subarray(starts[batch], starts[batch + 1]), vectors);
  };
  const run = (): Promise<null> =>
    runInWorker<OnnxTask, null>(workerFile(__dirname, "onnx-worker.js"), task, { what: "Embedding", onMessage });
  await runThreads(task.control, () => Array.from({ length: threads }, run), { what: "Embedding", signal: job.signal });
}
