/** What kernel and map say to each other, message by message. Binary values are little-endian. */
import type { ContentEdit, Edit, LogEntry } from "./edits";
import type { ErrorCode } from "./errors";
import type { ClusterId } from "./ids";
import type { RowSet } from "./rows";

/** From the map to the kernel. */
export type MapMessage =
  /**
   * An edit made on the map when it was at `revision`. `made` says which of the clusters that it names are made by edits that were not confirmed
   * by then, and may have got another id. Answered by "entry" with this id, or "refused".
   */
  | { type: "edit"; id: string; revision: number; edit: Edit; made?: readonly MadeCluster[] }
  /** A selection made on the map; one buffer of Uint32 rows. Answered by "selection" with this id, or "refused". */
  | { type: "select"; id: string }
  /** Asks for a split of a cluster, which is not made by that. Answered by "proposal" with this id, or "refused". */
  | { type: "propose-split"; id: string; cluster: ClusterId; options: SplitOptions }
  /** Asks where each outlier belongs. Answered by "outliers" with this id, or "refused". */
  | { type: "propose-outliers"; id: string }
  /** Asks for new labels: of these clusters, or of those whose labels are stale. Answered by "entry" with this id, or "refused". */
  | { type: "relabel"; id: string; clusters: readonly ClusterId[] | null }
  /** Asks for the sets of labels that were made for the clusters. Answered by "label-sets" with this id, or "refused". */
  | { type: "label-sets"; id: string }
  /** Gives the clusters the labels of a set. Answered by "entry" with this id, or "refused". */
  | { type: "use-labels"; id: string; set: string }
  /** Texts and columns of some rows. Answered by "rows" with this id. */
  | { type: "rows"; id: string; rows: readonly number[] }
  /** The columns of the input. Answered by "columns" with this id. */
  | { type: "columns"; id: string }
  /** The values of a column. Answered by "column" parts with this id, or "refused". */
  | { type: "column"; id: string; name: string }
  /** The rows in the order of a column's values, those without one last. Answered by "order" parts with this id, or "refused". */
  | { type: "order"; id: string; name: string; descending: boolean }
  /** Rows whose text contains this, whatever its case. Answered by "found" parts with this id. */
  | { type: "find"; id: string; text: string }
  /** How near each row is to a text in meaning. Answered by "similarities" parts with this id, or "refused". */
  | { type: "search"; id: string; query: string }
  /** The `k` rows nearest to a row by their vectors. Answered by "neighbors" with this id, or "refused". */
  | { type: "neighbors"; id: string; row: number; k: number }
  /** How a person looks at the map from now on. Answered by "look", to every view. */
  | { type: "look"; look: Look }
  /** Rows as a file; one buffer of Uint32 rows in the order wanted. Answered by "file" parts with this id, or "refused". */
  | { type: "export"; id: string; format: TableFormat }
  /** The application. Answered by "app" parts. */
  | { type: "app"; id: string }
  /** Entries after `revision`: asked by a page that has missed some. Answered by "entry" for each. */
  | { type: "entries"; revision: number }
  /** Heartbeat. Answered by "pong". */
  | { type: "ping"; id: string };

/** From the kernel to every view of the scope. */
export type KernelMessage =
  | { type: "entry"; entry: LogEntry }
  | { type: "refused"; id: string; code: ErrorCode; message: string }
  /** One buffer of Uint32 rows. `id` is that of the "select" it answers, or null when the selection was made in a cell. */
  | { type: "selection"; id: string | null; revision: number }
  | { type: "proposal"; id: string; edit: ContentEdit }
  /** Three buffers, of the same length: Uint32 rows, Int32 clusters, Float32 probabilities (0 to 1), the most probable first. */
  | { type: "outliers"; id: string }
  | { type: "label-sets"; id: string; sets: readonly LabelSet[] }
  | { type: "rows"; id: string; rows: readonly RowDetail[] }
  | { type: "columns"; id: string; columns: readonly ColumnInfo[] }
  | ({ type: "column"; id: string; column: ColumnMeta } & Part)
  /** Uint32 rows, each once. */
  | ({ type: "order"; id: string } & Part)
  /** Uint32 rows, ascending. */
  | ({ type: "found"; id: string } & Part)
  /** A Float32 for each row: the cosine, -1 to 1; NaN for rows without text. */
  | ({ type: "similarities"; id: string } & Part)
  /** Best first, without the row itself. */
  | { type: "neighbors"; id: string; rows: readonly number[]; similarities: readonly number[] }
  | { type: "look"; look: Look }
  /** Asked for in a cell: these rows fill the view. */
  | { type: "zoom"; rows: RowSet }
  /** The bytes of a file. */
  | ({ type: "file"; id: string } & Part)
  /** The application, gzipped. */
  | ({ type: "app"; id: string; hash: string } & Part)
  | { type: "pong"; id: string; revision: number };

/** A cluster that an edit names, made as the `part`th (from 0) of those of another edit. */
export interface MadeCluster {
  readonly cluster: ClusterId;
  /** Id of that edit. */
  readonly by: string;
  readonly part: number;
}

/** How a cluster is split. Neither: into as many parts, up to 6, as tell best from each other. */
export interface SplitOptions {
  /** Into so many parts, around means (k-means). */
  readonly parts?: number;
  /** By density (HDBSCAN), into parts of at least so many rows. */
  readonly minClusterSize?: number;
}

/** Labels that one model made for the clusters, at one time. */
export interface LabelSet {
  /** "cluster-001-labels-002" */
  readonly id: string;
  /** As in the files: "latentscope-keywords", "openai-gpt-4o-mini". */
  readonly model: string;
  /** Number of clusters that it has a label for, those aside for which the model failed. */
  readonly labels: number;
  /** When it was made, ISO 8601; empty for sets of other tools. */
  readonly created: string;
}

/** One row as the hover card shows it. Values are already text; they are never markup. */
export interface RowDetail {
  readonly row: number;
  readonly text: string | null;
  /** The input's other columns: name and value. */
  readonly columns: readonly (readonly [string, string | null])[];
}

/** Part `part` (from 0) of the `parts` in which an answer's bytes travel; one buffer. */
export interface Part {
  part: number;
  parts: number;
}

/** What can be done with the values of a column: "category" for few different ones, "text" for those that are only read. */
export type ColumnKind = "number" | "date" | "category" | "text";

/** A column of the input. */
export interface ColumnInfo {
  readonly name: string;
  readonly kind: ColumnKind;
  /** True for the column whose texts are on the map. */
  readonly mapped?: boolean;
}

/** How the bytes of a column are read. */
export type ColumnMeta =
  /** Float64 for each row, NaN for none; dates are milliseconds since 1970 (UTC). */
  | { readonly name: string; readonly kind: "number" | "date" }
  /** Uint16 for each row: an index into the categories, which come the most frequent first; {@link NO_CATEGORY} for none. */
  | { readonly name: string; readonly kind: "category"; readonly categories: readonly string[] };

/** In a column of categories: no value. */
export const NO_CATEGORY = 65535;

/** What the colours of the points say. */
export type ColorBy = "cluster" | "tags" | { readonly column: string };

/** How the map is looked at, in every view of a scope. */
export interface Look {
  readonly colorBy: ColorBy;
  /** The rows that a cell has asked for; null for all. */
  readonly filter: RowSet | null;
}

export const DEFAULT_LOOK: Look = { colorBy: "cluster", filter: null };

/** Formats in which the map gives out rows. */
export type TableFormat = "csv" | "parquet";
