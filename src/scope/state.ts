import type { LogEntry } from "./edits";
import type { ClusterId } from "./ids";

/** Where a label came from. A label whose source is "user" is never overwritten by a model. */
export type LabelSource = "keywords" | "llm" | "user" | "column" | "none";

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
  /** True when the cluster has changed since its label was made. */
  readonly stale: boolean;
}

/** What edits change. Immutable: an edit makes a new one that shares all that it left alone. */
export interface Content {
  /** All clusters ever made, ascending by id; {@link UNCLUSTERED} first when there is one. */
  readonly clusters: readonly Cluster[];
  /** Cluster id of each row, by `ls_index`. */
  readonly assignment: Int32Array;
}

/** One undo step: the log entry that made it, and the contents on both sides of it. */
export interface Step {
  readonly revision: number;
  readonly before: Content;
  readonly after: Content;
}

/** A scope at one moment. Kernel and map each hold one and agree on it by applying the same entries in the same order. */
export interface ScopeState {
  /** Number of rows of the input. */
  readonly rows: number;
  readonly content: Content;
  /** Number of log entries applied; the next one gets `revision + 1`. */
  readonly revision: number;
  /** Every entry since the scope was saved, oldest first: undo and redo are entries, too. */
  readonly log: readonly LogEntry[];
  /** Steps that can be undone, newest last. */
  readonly done: readonly Step[];
  /** Steps that can be redone, next last. */
  readonly undone: readonly Step[];
  /** Selected rows by `ls_index`, in the order in which they were selected; empty means nothing. */
  readonly selection: Uint32Array;
}

/** The state of a scope as it was saved, before any edit. */
export function initialState(content: Content): ScopeState {
  return {
    rows: content.assignment.length,
    content,
    revision: 0,
    log: [],
    done: [],
    undone: [],
    selection: new Uint32Array(0),
  };
}
