import { serveTask } from "../../../compute/worker-task";
import { loadTransformers } from "./transformers-library";

export interface ModelFilesTask {
  /** Holds `config.json`. */
  folder: string;
  /** Kinds of weights: "q8", "fp32" … */
  dtypes: readonly string[];
}

/** For each kind, the files that transformers.js loads for this model, with their folder "onnx". */
serveTask<ModelFilesTask, string[][]>(async ({ folder, dtypes }) => {
  const { ModelRegistry } = await loadTransformers();
  type Options = NonNullable<Parameters<typeof ModelRegistry.get_model_files>[1]>;
  return Promise.all(
    dtypes.map((dtype) => ModelRegistry.get_model_files(folder, { dtype: dtype as Options["dtype"], device: "cpu" })),
  );
});
