import type { Change } from "./change";
import type { EditSummary, LogEntry } from "./edits";
import { UNCLUSTERED, UNCLUSTERED_LABEL, type ClusterId } from "./ids";

/** Where a label came from. A label whose source is "user" is never overwritten by a model. */
export type LabelSource = "keywords" | "llm" | "user" | "column" | "none";

/** How a model made a label: what it saw, and what it took. */
export interface LabelOrigin {
  /** When it was made, ISO 8601. */
  readonly time: string;
  /** `ls_index` of the rows whose texts it was shown, or quotes, in that order. */
  readonly rows: readonly number[];
  /** Options of the labelling. */
  readonly parameters: Readonly<Record<string, string | number>>;
  /** SHA-256 of the prompt, hexadecimal; null for a model without one. */
  readonly promptHash: string | null;
  /** Tokens of the prompt and the answer, all tries together; null where nobody counts them. */
  readonly tokens: number | null;
}

/** One cluster of a scope. Plain data: it travels as JSON. */
export interface Cluster {
  readonly id: ClusterId;
  readonly label: string;
  readonly description: string;
  readonly labelSource: LabelSource;
  /** Model that made the label, or null. */
  readonly labelModel: string | null;
  /** Why a model failed to label this cluster, or null. */
  readonly labelError: string | null;
  /** How the model made it; not there for labels of persons and columns, and where it was not recorded. */
  readonly labelOrigin?: LabelOrigin | undefined;
  /** True when rows have come or gone since a model made the label. Labels of persons and of columns do not go stale. */
  readonly stale: boolean;
  /** Its colour on every map, of {@link SWATCHES}; null when each map may choose. */
  readonly swatch: number | null;
}

/** What edits change. Immutable: an edit makes a new one that shares all that it left alone. */
export interface Content {
  /** Clusters that have rows, ascending by id; {@link UNCLUSTERED} is first and always there. A cluster that an edit leaves without rows is gone. */
  readonly clusters: readonly Cluster[];
  /** Cluster id of each row, by `ls_index`. */
  readonly assignment: Int32Array;
  /** 1 for each deleted row, by `ls_index`. Deleted rows keep their cluster. */
  readonly deleted: Uint8Array;
  /** Rows of each tag that has any, ascending; tags in the order of their making. */
  readonly tags: ReadonlyMap<string, Uint32Array>;
  /** Rows of each selection that was given a name, in its order; the selections in the order of their making. */
  readonly selections: ReadonlyMap<string, Uint32Array>;
}

/** A scope as it was saved. */
export interface SavedContent extends Content {
  /** Id of the next new cluster: larger than every id that was ever given. */
  readonly nextCluster: number;
}

/** One undo step: the log entry that made it, and what it changed. */
export interface Step {
  readonly entry: LogEntry;
  readonly change: Change;
}

/** A scope at one moment. Kernel and map each hold one and agree on it by applying the same entries in the same order. */
export interface ScopeState {
  /** Number of rows of the input. */
  readonly rows: number;
  readonly content: Content;
  /** Id of the next new cluster. Grows only: what is undone gives no id back. */
  readonly nextCluster: number;
  /** Number of log entries applied; the next one gets `revision + 1`. */
  readonly revision: number;
  /** Every entry since the scope was saved, oldest first, and what it did: undo and redo are entries, too. */
  readonly log: readonly LoggedEntry[];
  /** Steps that can be undone, newest last. */
  readonly done: readonly Step[];
  /** Steps that can be redone, next last. */
  readonly undone: readonly Step[];
  /** Selected rows by `ls_index`, in the order in which they were selected; empty means nothing. */
  readonly selection: Uint32Array;
}

/** An entry of the log and what it did; undo and redo have no summary. `made` is the number of clusters that it made. */
export interface LoggedEntry {
  readonly entry: LogEntry;
  readonly summary: (EditSummary & { readonly made: number }) | null;
}

/** A scope that nobody has edited: all of these rows and clusters, nothing deleted or tagged unless given. */
export function savedContent(
  clusters: readonly Cluster[],
  assignment: Int32Array,
  {
    deleted = new Uint8Array(assignment.length),
    tags = new Map(),
    selections = new Map(),
    nextCluster = 0,
  }: Partial<Omit<SavedContent, "clusters" | "assignment">> = {},
): SavedContent {
  const inside = clusters.filter(({ id }) => id !== UNCLUSTERED).sort((a, b) => a.id - b.id);
  const outside = clusters.find(({ id }) => id === UNCLUSTERED) ?? OUTSIDE;
  const next = Math.max(nextCluster, ...inside.map(({ id }) => id + 1), 0);
  return { clusters: [outside, ...inside], assignment, deleted, tags, selections, nextCluster: next };
}

/** The state of a scope as it was saved, before any edit. */
export function initialState({ nextCluster, ...content }: SavedContent): ScopeState {
  return {
    rows: content.assignment.length,
    content,
    nextCluster,
    revision: 0,
    log: [],
    done: [],
    undone: [],
    selection: new Uint32Array(0),
  };
}

/** The cluster of the rows that belong to none. */
const OUTSIDE: Cluster = {
  id: UNCLUSTERED,
  label: UNCLUSTERED_LABEL,
  description: "Rows that belong to no cluster.",
  labelSource: "none",
  labelModel: null,
  labelError: null,
  stale: false,
  swatch: null,
};
