import type pl from "nodejs-polars";
import type { ClusterTheme, ContentEdit, SavedContent } from "../scope";
import type { Dataset } from "../store";
import type { ClusterOptions } from "./cluster";
import type { ArrowTable } from "./ingest/arrow-table";
import type { EmbedOptions } from "./embed";
import type { FirstLook } from "./first-look";
import type { LabelOptions } from "./label";
import type { UmapStepOptions } from "./umap";

/**
 * A table: a nodejs-polars DataFrame, an apache-arrow Table, an array of objects, an object of columns, or the path of a .csv, .tsv, .parquet,
 * .jsonl, .ndjson, .json, .arrow, .feather or .ipc file, which may be compressed (.gz, .zst). A path may be a pattern, as "logs/2026-*.csv.gz":
 * then it stands for the tables of all files, one after the other.
 */
export type TableInput =
  | pl.DataFrame
  | ArrowTable
  | readonly Readonly<Record<string, unknown>>[]
  | Readonly<Record<string, ArrayLike<unknown>>>
  | string;

export interface RunOptions {
  /** Name of the dataset, which is its folder. Default: "<text column>-<8 hex of the content hash>", so that the same table finds its own work again. */
  name?: string;
  /** Folder of all datasets. Default: the environment variable LATENT_SCOPE_DATA, else `./latentscope-data`. */
  dataDir?: string;
  embed?: EmbedOptions;
  umap?: UmapStepOptions;
  cluster?: ClusterOptions;
  label?: LabelOptions;
}

/** Where to look for a saved scope. */
export interface OpenOptions {
  /** As {@link RunOptions.dataDir}. */
  dataDir?: string;
  /** Id of the scope, as "scopes-001". Default: the newest. */
  scope?: string;
}

/** The six steps of a run, in order. */
export type StepName = "ingest" | "embed" | "umap" | "cluster" | "label" | "save";

/** How far a step is. Comes at any rate; who shows it slows it down. */
export interface StepProgress {
  step: StepName;
  done: number;
  total: number;
  /** "rows", "texts", "epochs", … */
  unit: string;
  note?: string;
}

/** What a finished step did. */
export interface StepReport {
  step: StepName;
  /** Id of its output: a dataset, "embedding-001", … */
  id: string;
  /** True when an earlier run had done it already. */
  reused: boolean;
  seconds: number;
  /** For people: "4,981 distinct texts, 312 texts/s". */
  summary: string;
  /** What was sent where, when anything left this machine: "60 texts to api.openai.com/v1 in 6 prompts". */
  sent?: string;
}

/** A scope and all that it stands on. */
export interface RunResult {
  dataset: Dataset;
  /** "scopes-001" */
  scopeId: string;
  /** The text column as stored. */
  textColumn: string;
  /** The input's columns as stored: renamed where a name is reserved; without ls_index. */
  input: pl.DataFrame;
  /** x and y of each row in turn, per axis in [-1, 1]. Rows without text are at -1, -1. */
  coordinates: Float32Array;
  /** The third number of each place; undefined in the plane. */
  z: Float32Array | undefined;
  /** HDBSCAN's labels by row; -1 is noise. */
  rawClusters: Int32Array;
  /** The scope before any edit. */
  saved: SavedContent;
  /** Groups of the clusters as saved, the largest first; none where there are few clusters. */
  themes: readonly ClusterTheme[];
  /** What other programs have done to the files of the scope since its edits were written into them. */
  outside: readonly ContentEdit[];
  /** Whether it is kept how the scope was before any edit: then `saved` is that, else it is what the files show. */
  hasBase: boolean;
  /** The steps of this run in order; none for a scope that was opened. */
  steps: StepReport[];
  /** What a person should know: renamed columns, texts in another language, … */
  warnings: string[];
  /** Every parameter, id, version and time of each step, as saved. `created` is when the scope was saved. */
  metadata: Record<string, unknown> & { created: string };
}

/** What a run tells while it goes on. */
export interface RunHooks {
  /** Aborting it ends the run with the error `interrupted`, within a second; what is finished is kept. */
  signal?: AbortSignal;
  onProgress?(progress: StepProgress): void;
  onStep?(report: StepReport): void;
  /** A map of the same rows that is there while their texts are still being embedded; never called when that takes only a moment. */
  onFirstLook?(look: FirstLook): void;
}
