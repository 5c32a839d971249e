import { LatentScopeError } from "../../../scope";
import { chooseOutput, serveEncoder, type Encoder, type EncoderTask } from "../encoder/encoder-thread";
import { floatsOf } from "../encoder/float16";
import { loadTransformers } from "./transformers-library";

/** What a thread loads. */
export interface HuggingFaceModel {
  folder: string;
  /** Folder of the graphs in it: "onnx", or "" for the folder itself. */
  subfolder: string;
  /** Kind of weights: "q8", "fp32" … */
  dtype: string;
}

serveEncoder<HuggingFaceModel>(load);

type Library = Awaited<ReturnType<typeof loadTransformers>>;
type Options = NonNullable<Parameters<Library["AutoModel"]["from_pretrained"]>[1]>;
type Run = (inputs: object) => Promise<Record<string, InstanceType<Library["Tensor"]>>>;

async function load(task: EncoderTask<HuggingFaceModel>): Promise<Encoder> {
  const library = await loadTransformers();
  const { Tensor } = library;
  const model = await loadModel(library, task);
  return {
    async run({ ids, mask, lengths, width }) {
      const shape = [lengths.length, width];
      const outputs = await (model as unknown as Run)({
        input_ids: new Tensor("int64", ids, shape),
        attention_mask: new Tensor("int64", mask, shape),
      });
      const tensors = Object.entries(outputs).filter(([, value]) => value instanceof Tensor);
      const name = chooseOutput(
        task.name,
        tensors.map(([key, { dims }]) => ({ name: key, rank: dims.length })),
      );
      return { name, dims: outputs[name].dims, values: floatsOf(outputs[name]) };
    },
    close: () => model.dispose(),
  };
}

async function loadModel({ AutoModel }: Library, { name, model, cores }: EncoderTask<HuggingFaceModel>) {
  try {
    return await AutoModel.from_pretrained(model.folder, {
      subfolder: model.subfolder,
      dtype: model.dtype as Options["dtype"],
      device: "cpu",
      local_files_only: true,
      session_options: { intraOpNumThreads: cores, interOpNumThreads: 1, executionMode: "sequential" },
    });
  } catch (error) {
    throw new LatentScopeError(
      "model-damaged",
      `The model "${name}" in ${model.folder} cannot be loaded: ${(error as Error).message} Its files are damaged or incomplete, or for another version of @huggingface/transformers.`,
      { cause: error },
    );
  }
}
