import { LatentScopeError } from "../../../scope";

/**
 * The library transformers.js, which reads local files only from here on.
 * @throws LatentScopeError `model-missing` when it is not installed; `worker-failed` when it cannot be loaded
 */
export async function loadTransformers() {
  const library = await importTransformers();
  if (!("ModelRegistry" in library))
    throw notInstalled("The installed version of @huggingface/transformers is too old");
  const { env, LogLevel } = library;
  // what a model needs is there before: nothing is fetched, or kept, behind the back of the one who asked
  env.allowRemoteModels = false;
  env.useFSCache = false;
  // its messages would come into the notebook; what goes wrong is thrown, too
  env.logLevel = LogLevel.NONE;
  return library;
}

async function importTransformers() {
  try {
    return await import("@huggingface/transformers");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_MODULE_NOT_FOUND" && message.includes("'@huggingface/transformers'"))
      throw notInstalled(
        "Models of the form hf:… need the package @huggingface/transformers, which is not installed",
        error,
      );
    throw new LatentScopeError(
      "worker-failed",
      `The package @huggingface/transformers cannot be loaded: ${message} Install it again. ${REMEDY}`,
      { cause: error },
    );
  }
}

const REMEDY =
  "Behind a firewall its install script needs the environment variable ONNXRUNTIME_NODE_INSTALL=skip. Encoders that are ONNX files on disk need no " +
  "other package: onnx:<folder>.";

function notInstalled(what: string, cause?: unknown): LatentScopeError {
  return new LatentScopeError("model-missing", `${what}: npm install @huggingface/transformers@4. ${REMEDY}`, {
    cause,
  });
}
