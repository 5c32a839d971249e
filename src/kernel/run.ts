import path from "node:path";
import pl from "nodejs-polars";
import {
  listScopes,
  openScope,
  remove as removeRuns,
  runPipeline,
  type FirstLook,
  type OpenOptions,
  type RemoveOptions,
  type RunOptions,
  type ScopeInfo,
  type TableInput,
} from "../pipeline";
import { FirstLookMap } from "./first-look-map";
import { jupyter } from "./notebook";
import { RunProgress } from "./run-progress";
import { scopeOf } from "./open-scopes";
import { DEFAULT_HEIGHT, type Scope } from "./scope";
import { withInterrupt } from "./with-interrupt";

/**
 * From a column of text to a labelled map: ingests the table, embeds the texts, lays them out with UMAP, clusters them with HDBSCAN, labels the
 * clusters, and saves everything as flat files. Finished steps are reused: the same call again takes moments, a changed cluster option
 * re-runs clustering, labelling and saving only. Jupyter's interrupt (or `options.signal`) cancels within a second and keeps what is done.
 *
 * @param input a nodejs-polars DataFrame, an array of objects, an object of columns, or a path to .csv, .parquet, .jsonl or .json
 * @param textColumn the column to map
 * @throws LatentScopeError with a stable `code`: "no-such-column", "not-a-text-column", "empty-input", "too-few-rows", "no-text",
 *   "all-texts-equal", "data-dir-not-writable", "model-missing", "model-damaged", "interrupted", …
 */
export async function run(
  input: TableInput,
  textColumn: string,
  options: RunOptions & { signal?: AbortSignal } = {},
): Promise<Scope> {
  const { signal, ...steps } = options;
  const progress = new RunProgress();
  const firstLook = jupyter() ? new FirstLookMap(DEFAULT_HEIGHT) : undefined;
  return withInterrupt(progress, signal, async (aborted) => {
    const running = runPipeline(input, textColumn, steps, {
      signal: aborted,
      onProgress: (p) => progress.progress(p),
      onStep: (s) => progress.step(s),
      ...(firstLook ? { onFirstLook: (look: FirstLook) => firstLook.show(look) } : {}),
    });
    const result = await running.catch(async (error: unknown) => {
      await firstLook?.end();
      throw error;
    });
    progress.finish(result, shortest(result.dataset.folder));
    const [scope, looked] = await Promise.all([scopeOf(result), firstLook?.end()]);
    if (looked) scope.lookedAt(looked);
    return scope;
  });
}

/**
 * A saved scope with its edits, from its files alone: nothing is computed.
 * @param name name of the dataset
 * @param options.scope id of the scope; the newest by default
 * @throws LatentScopeError `not-found`, `damaged-file`
 */
export async function open(name: string, options: OpenOptions = {}): Promise<Scope> {
  return scopeOf(await openScope(name, options));
}

/**
 * The saved scopes of a data folder, by dataset and then oldest first: `dataset`, `scope`, `label`, `rows`, `clusters`, `created`.
 * @param options.dataDir as the option of {@link run}
 */
export async function list(options: { dataDir?: string } = {}): Promise<pl.DataFrame> {
  const scopes = await listScopes(options.dataDir);
  const column = (name: string, value: (scope: ScopeInfo) => string | number, type: typeof pl.Utf8 | typeof pl.Int64) =>
    pl.Series(name, scopes.map(value), type);
  return pl.DataFrame([
    column("dataset", (s) => s.dataset, pl.Utf8),
    column("scope", (s) => s.id, pl.Utf8),
    column("label", (s) => s.label, pl.Utf8),
    column("rows", (s) => s.rows, pl.Int64),
    column("clusters", (s) => s.clusters, pl.Int64),
    column("created", (s) => s.created, pl.Utf8),
  ]);
}

/**
 * Removes a dataset ("sotu") or a run of a step in it ("sotu/umap-002"), for good: `id`, `kind` and `bytes` of all that went. What others were
 * made from is only removed together with them: `{ dependents: true }`.
 * @throws LatentScopeError `has-dependents`, which says what else would go; `not-found`, `bad-name`, `data-dir-not-writable`
 */
export async function remove(target: string, options: RemoveOptions = {}): Promise<pl.DataFrame> {
  const removed = await removeRuns(target, options);
  return pl.DataFrame([
    pl.Series(
      "id",
      removed.map(({ id }) => id),
      pl.Utf8,
    ),
    pl.Series(
      "kind",
      removed.map(({ kind }) => kind),
      pl.Utf8,
    ),
    pl.Series(
      "bytes",
      removed.map(({ bytes }) => bytes),
      pl.Int64,
    ),
  ]);
}

function shortest(folder: string): string {
  const relative = path.relative(process.cwd(), folder);
  return relative.length < folder.length ? `./${relative}` : folder;
}
