import type * as OnnxRuntime from "onnxruntime-node";
import { LatentScopeError } from "../../../scope";
import { chooseOutput, serveEncoder, type Encoder, type EncoderTask, type PaddedBatch } from "./encoder-thread";
import { floatsOf } from "./float16";

/** What a thread loads. */
export interface OnnxModel {
  /** The `.onnx` file. */
  file: string;
}

serveEncoder<OnnxModel>(load);

/** Its remarks about a graph would come into the notebook; what goes wrong is thrown, too. */
const QUIET = { logSeverityLevel: 4 } as const;

type Runtime = typeof OnnxRuntime;

async function load(task: EncoderTask<OnnxModel>): Promise<Encoder> {
  const runtime = await loadRuntime();
  const session = await createSession(runtime, task);
  const inputs = inputsOf(task.name, session);
  const output = chooseOutput(
    task.name,
    session.outputMetadata.map(({ name, ...value }) => ({
      name,
      rank: value.isTensor ? value.shape.length : undefined,
    })),
  );
  return {
    async run(batch) {
      const shape = [batch.lengths.length, batch.width];
      const feeds = Object.fromEntries(
        inputs.map(({ name, type }) => {
          const values = INPUTS[name](batch);
          const tensor =
            type === "int32"
              ? new runtime.Tensor("int32", Int32Array.from(values, Number), shape)
              : new runtime.Tensor("int64", values, shape);
          return [name, tensor];
        }),
      );
      const { [output]: tensor } = await session.run(feeds, [output], QUIET);
      return { name: output, dims: tensor.dims, values: floatsOf(tensor) };
    },
    close: () => session.release(),
  };
}

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

async function createSession(
  { InferenceSession }: Runtime,
  { model, cores }: EncoderTask<OnnxModel>,
): Promise<OnnxRuntime.InferenceSession> {
  try {
    return await InferenceSession.create(model.file, {
      intraOpNumThreads: cores,
      interOpNumThreads: 1,
      executionMode: "sequential",
      ...QUIET,
    });
  } catch (error) {
    throw new LatentScopeError(
      "model-damaged",
      `The model file ${model.file} cannot be loaded: ${(error as Error).message} It is damaged, lacks the files with its weights beside it, or is for a newer onnxruntime. Get the model's files again.`,
      { cause: error },
    );
  }
}

/** What a graph may ask for about a batch. */
const INPUTS: Readonly<Record<string, (batch: PaddedBatch) => BigInt64Array>> = {
  input_ids: ({ ids }) => ids,
  attention_mask: ({ mask }) => mask,
  token_type_ids: ({ ids }) => new BigInt64Array(ids.length),
  position_ids: ({ ids, width }) => ids.map((_, i) => BigInt(i % width)),
};

/** The inputs to give. @throws LatentScopeError `bad-option` when the graph wants others */
function inputsOf(model: string, session: OnnxRuntime.InferenceSession): { name: string; type: string }[] {
  const others = session.inputNames.filter((name) => !Object.hasOwn(INPUTS, name));
  if (others.length)
    throw new LatentScopeError(
      "bad-option",
      `The model "${model}" wants inputs that an encoder of texts has not: ${others.slice(0, 5).join(", ")}${others.length > 5 ? `, and ${others.length - 5} more` : ""}. ` +
        (others.some((name) => name.startsWith("past_key_values"))
          ? "It is a decoder: use hf:<folder>, which knows how to run one."
          : `Export it for feature extraction, with the inputs ${Object.keys(INPUTS).join(", ")} only.`),
    );
  return session.inputMetadata.map(({ name, ...value }) => ({ name, type: value.isTensor ? value.type : "int64" }));
}
