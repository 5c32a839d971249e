import type { Draft } from "../change";
import type { ClusterId } from "../ids";
import { assign, type AssignEdit } from "./assign";
import { deleteRows, restore, type DeleteEdit, type RestoreEdit } from "./delete";
import { merge, type MergeEdit } from "./merge";
import { outliers, type OutliersEdit } from "./outliers";
import { relabel, type RelabelEdit } from "./relabel";
import { forget, remember, type ForgetEdit, type RememberEdit } from "./remember";
import { rename, type RenameEdit } from "./rename";
import { split, type SplitEdit } from "./split";
import { tag, untag, type TagEdit, type UntagEdit } from "./tag";

/** An edit of the contents, as plain data: it is applied by the reducer, sent over the wire and written to the log. */
export type ContentEdit =
  | RenameEdit
  | MergeEdit
  | SplitEdit
  | AssignEdit
  | OutliersEdit
  | DeleteEdit
  | RestoreEdit
  | TagEdit
  | UntagEdit
  | RelabelEdit
  | RememberEdit
  | ForgetEdit;

/**
 * Takes back the newest edit that still stands, or applies again the one taken back last. `entry` is the id of the log entry that is meant; where
 * another one is in its place by now, nothing is done.
 */
export type HistoryEdit = { readonly kind: "undo" | "redo"; readonly entry?: string };
export type Edit = ContentEdit | HistoryEdit;

/** True for undo and redo. */
export function isHistory(edit: Edit): edit is HistoryEdit {
  return edit.kind === "undo" || edit.kind === "redo";
}

/** Who made an edit: a person on the map, a cell, or another program that changed the files. */
export type Actor = "map" | "code" | "files";

/** One line of the log. */
export interface LogEntry {
  /** 1 for the first entry of a scope, then without gaps. */
  readonly revision: number;
  /** Made by whoever made the edit, so that its maker knows it again when it comes back confirmed. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly actor: Actor;
  readonly edit: Edit;
}

/** What one kind of edit is: a new kind is a file of its own and one line in the table below. */
export interface EditKind<E extends ContentEdit> {
  /** Puts together what the edit does. Throws `LatentScopeError` when it does not fit. */
  apply(draft: Draft, edit: E): EditSummary;
  /** The same edit of other clusters: each id that it names, through `to`. */
  mapClusters(edit: E, to: (id: ClusterId) => ClusterId): E;
}

/** An edit in the columns of `scope.edits`. */
export interface EditSummary {
  /** The cluster that it is about, when it is about one. */
  readonly cluster: ClusterId | null;
  /** Number of rows it touched: moved, deleted, tagged. Rows that were so already do not count. */
  readonly rows: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The kinds of edits, by name. */
export const editKinds: { readonly [K in ContentEdit["kind"]]: EditKind<Extract<ContentEdit, { kind: K }>> } = {
  rename,
  merge,
  split,
  assign,
  outliers,
  delete: deleteRows,
  restore,
  tag,
  untag,
  relabel,
  remember,
  forget,
};

export type {
  AssignEdit,
  DeleteEdit,
  ForgetEdit,
  MergeEdit,
  OutliersEdit,
  RelabelEdit,
  RememberEdit,
  RenameEdit,
  RestoreEdit,
  SplitEdit,
  TagEdit,
  UntagEdit,
};
export type { ProposedPart } from "./split";
export type { NewLabel } from "./relabel";
