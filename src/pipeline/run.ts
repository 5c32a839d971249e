import { checkKnown } from "./check-options";
import { checkClusterOptions, cluster } from "./cluster";
import { RunContext } from "./context";
import { embed, findProvider } from "./embed";
import { FirstLookWatch } from "./first-look";
import { ingest } from "./ingest";
import { checkLabelOptions, label } from "./label";
import { readScope } from "./open";
import { save } from "./save";
import type { RunHooks, RunOptions, RunResult, TableInput } from "./types";
import { umap, umapOptions } from "./umap";

/**
 * The six steps, from a table to a saved scope. A step whose inputs and parameters are those of a finished run is not done again.
 *
 * All options are checked before anything is done.
 * @throws LatentScopeError for options, tables and columns that make no map; `data-dir-not-writable`; `model-missing`, `model-damaged`;
 * `interrupted` (what is finished is kept); `worker-failed`
 */
export async function runPipeline(
  input: TableInput,
  textColumn: string,
  options: RunOptions = {},
  hooks: RunHooks = {},
): Promise<RunResult> {
  checkKnown("run", options, ["name", "dataDir", "embed", "umap", "cluster", "label"]);
  const provider = await findProvider(options.embed ?? {}, hooks.signal);
  const layout = umapOptions(options.umap);
  const clustering = checkClusterOptions(options.cluster);
  const labelling = checkLabelOptions(options.label);
  let watch: FirstLookWatch | undefined;
  const context = new RunContext({
    ...hooks,
    onProgress: (progress) => {
      hooks.onProgress?.(progress);
      watch?.progress(progress);
    },
  });

  try {
    const data = await ingest(input, textColumn, options, context);
    if (hooks.onFirstLook && "embed" in provider)
      watch = new FirstLookWatch(data, context, (look) => hooks.onFirstLook?.(look));
    const embedded = await embed(data, provider, options.embed ?? {}, context).finally(() => watch?.end());
    const laidOut = await umap(data, embedded, layout, context);
    const clustered = await cluster(data, embedded, laidOut, clustering, context);
    const labelled = await label(data, laidOut, clustered, labelling, context);
    const saved = await save({ data, embedded, laidOut, clustered, labelled }, context);
    const scope = await readScope(data.dataset, saved.run, data.frame);
    return { ...scope, steps: context.steps, warnings: context.warnings };
  } finally {
    await context.unlock();
  }
}
