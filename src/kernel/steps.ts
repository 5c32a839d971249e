import pl from "nodejs-polars";
import {
  axesOf,
  checkClusterOptions,
  checkLabelOptions,
  cluster,
  embed,
  findProvider,
  ingest as ingestTable,
  label,
  readLabels,
  readScope,
  save,
  singleStep,
  umap,
  umapOptions,
  type ClusterOptions,
  type Embedded,
  type EmbedOptions,
  type Ingested,
  type LabelOptions,
  type Parts,
  type RunContext,
  type SaveOptions,
  type StepName,
  type TableInput,
  type UmapStepOptions,
  type Vectors,
} from "../pipeline";
import { int64 } from "../store";
import { scopeOf } from "./open-scopes";
import { RunProgress } from "./run-progress";
import type { Scope } from "./scope";
import { withInterrupt } from "./with-interrupt";

/** What every step takes besides its own options. */
interface Abortable {
  /** Aborting it ends the step with the error `interrupted`; what is finished is kept. */
  signal?: AbortSignal;
}

/** What a finished step recorded: its parameters, the ids of the steps before it, version and times. */
type Metadata = Readonly<Record<string, unknown>>;

/**
 * The first step of a chain that does what {@link run} does, one step at a time: several runs of a step from the same handle live side by
 * side, and a step with the same parameters is not done again.
 *
 *     const data = await latentscope.ingest(df, "text");
 *     const umap = await (await data.embed()).umap({ nNeighbors: 40 });
 *     const scope = await (await (await umap.cluster()).label()).save();
 *
 * @throws LatentScopeError as `run`, for the table and its column
 */
export async function ingest(
  input: TableInput,
  textColumn: string,
  { signal, ...options }: { name?: string; dataDir?: string } & Abortable = {},
): Promise<Data> {
  const data = await doStep(undefined, signal, (context) => ingestTable(input, textColumn, options, context));
  return new Data(data);
}

/** A table that is ingested. */
export class Data {
  readonly #data: Ingested;

  /** @internal use `ingest` */
  constructor(data: Ingested) {
    this.#data = data;
  }

  /** Name of the dataset. */
  get id(): string {
    return this.#data.id;
  }

  /** Folder in which everything is saved. */
  get path(): string {
    return this.#data.dataset.folder;
  }

  /** `meta.json`: columns with their types, categories, counts and extents. */
  get metadata(): Metadata {
    return this.#data.meta;
  }

  /** `ls_index`, then the columns as stored. */
  get rows(): pl.DataFrame {
    const { frame } = this.#data;
    return withIndex(
      frame.height,
      frame.columns.map((name) => frame.getColumn(name)),
    );
  }

  /** A vector for each row. @throws LatentScopeError as `run`, for the option `embed` */
  async embed({ signal, ...options }: EmbedOptions & Abortable = {}): Promise<Embedding> {
    const data = this.#data;
    const embedded = await doStep({ data, step: "embed" }, signal, async (context) =>
      embed(data, await findProvider(options, context.signal), options, context),
    );
    return new Embedding(data, embedded);
  }
}

/** Vectors of the rows. */
export class Embedding {
  readonly #data: Ingested;
  readonly #embedded: Embedded;

  /** @internal use `Data.embed` */
  constructor(data: Ingested, embedded: Embedded) {
    this.#data = data;
    this.#embedded = embedded;
  }

  /** "embedding-001" */
  get id(): string {
    return this.#embedded.id;
  }

  get metadata(): Metadata {
    return this.#embedded.json;
  }

  /** The vectors: `values` has `dimensions` numbers for each of the `rows`, by ls_index. */
  async vectors(): Promise<Vectors> {
    return this.#embedded.vectors();
  }

  /** A place on the map for each row. @throws LatentScopeError as `run`, for the option `umap` */
  async umap({ signal, ...options }: UmapStepOptions & Abortable = {}): Promise<Layout> {
    const checked = umapOptions(options);
    const [data, embedded] = [this.#data, this.#embedded];
    const laidOut = await doStep({ data, step: "umap" }, signal, (context) => umap(data, embedded, checked, context));
    return new Layout({ data, embedded, laidOut }, await laidOut.places());
  }
}

/** Places of the rows. */
export class Layout {
  readonly #parts: Omit<Parts, "clustered" | "labelled">;
  readonly #places: Vectors;

  /** @internal use `Embedding.umap` */
  constructor(parts: Omit<Parts, "clustered" | "labelled">, places: Vectors) {
    this.#parts = parts;
    this.#places = places;
  }

  /** "umap-001" */
  get id(): string {
    return this.#parts.laidOut.id;
  }

  get metadata(): Metadata {
    return this.#parts.laidOut.json;
  }

  /** `ls_index`, `x`, `y` and, in space, `z`: all in [-1, 1]. */
  get rows(): pl.DataFrame {
    const { values, rows, dimensions } = this.#places;
    const axes = axesOf(values, dimensions);
    return withIndex(
      rows,
      axes.map((axis, i) => pl.Series("xyz"[i], axis)),
    );
  }

  /** Groups of rows. @throws LatentScopeError as `run`, for the option `cluster` */
  async cluster({ signal, ...options }: ClusterOptions & Abortable = {}): Promise<Clustering> {
    const checked = checkClusterOptions(options);
    const parts = this.#parts;
    const { data, embedded, laidOut } = parts;
    const clustered = await doStep({ data, step: "cluster" }, signal, (context) =>
      cluster(data, embedded, laidOut, checked, context),
    );
    const [labels, raw] = [await clustered.labels(), await clustered.rawLabels()];
    return new Clustering(
      { ...parts, clustered },
      withIndex(labels.length, [int64("cluster", labels), int64("raw_cluster", raw)]),
    );
  }
}

/** Groups of rows. */
export class Clustering {
  readonly #parts: Omit<Parts, "labelled">;

  /** @internal use `Layout.cluster` */
  constructor(
    parts: Omit<Parts, "labelled">,
    /** `ls_index`, `cluster`, `raw_cluster`; -1 is no cluster. */
    readonly rows: pl.DataFrame,
  ) {
    this.#parts = parts;
  }

  /** "cluster-001" */
  get id(): string {
    return this.#parts.clustered.id;
  }

  get metadata(): Metadata {
    return this.#parts.clustered.json;
  }

  /** A label and a description for each cluster. @throws LatentScopeError as `run`, for the option `label` */
  async label({ signal, ...options }: LabelOptions & Abortable = {}): Promise<Labels> {
    const checked = checkLabelOptions(options);
    const parts = this.#parts;
    const { data, laidOut, clustered } = parts;
    const labelled = await doStep({ data, step: "label" }, signal, (context) =>
      label(data, laidOut, clustered, checked, context),
    );
    return new Labels({ ...parts, labelled }, await readLabels(data.dataset, labelled));
  }
}

/** Labels of clusters. */
export class Labels {
  readonly #parts: Parts;

  /** @internal use `Clustering.label` */
  constructor(
    parts: Parts,
    /** `cluster`, `label`, `description`, `size`. */
    readonly clusters: pl.DataFrame,
  ) {
    this.#parts = parts;
  }

  /** "cluster-001-labels-001" */
  get id(): string {
    return this.#parts.labelled.id;
  }

  get metadata(): Metadata {
    return this.#parts.labelled.json;
  }

  /** A scope of all steps. @throws LatentScopeError `bad-option`, `data-dir-not-writable`, `interrupted` */
  async save({ signal, ...options }: SaveOptions & Abortable = {}): Promise<Scope> {
    const parts = this.#parts;
    const { data } = parts;
    const saved = await doStep({ data, step: "save" }, signal, (context) => save(parts, context, options));
    return scopeOf({ ...(await readScope(data.dataset, saved.run, data.frame)), steps: [], warnings: [] });
  }
}

/** One step with its progress in the cell; what remains of it is one line. */
async function doStep<Output>(
  where: { data: Ingested; step: StepName } | undefined,
  signal: AbortSignal | undefined,
  work: (context: RunContext) => Promise<Output>,
): Promise<Output> {
  const progress = new RunProgress();
  return withInterrupt(progress, signal, async (aborted) => {
    const hooks = { signal: aborted, onProgress: progress.progress.bind(progress) };
    const dataset = where && { dataset: where.data.dataset, step: where.step };
    const { output, report, warnings } = await singleStep(dataset, hooks, work);
    progress.finishStep(report, warnings);
    return output;
  });
}

function withIndex(rows: number, columns: readonly pl.Series[]): pl.DataFrame {
  return pl.DataFrame([
    int64(
      "ls_index",
      Int32Array.from({ length: rows }, (_, row) => row),
    ),
    ...columns,
  ]);
}
