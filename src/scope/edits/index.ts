import type { ClusterId } from "../ids";
import type { Content } from "../state";
import { rename, type RenameEdit } from "./rename";

/** An edit of the contents, as plain data: it is applied by the reducer, sent over the wire and written to the log. */
export type ContentEdit = RenameEdit;
/** Takes back the newest edit that still stands, or applies again the one taken back last. */
export type HistoryEdit = { readonly kind: "undo" } | { readonly kind: "redo" };
export type Edit = ContentEdit | HistoryEdit;

/** Who made an edit: a person on the map, or a cell. */
export type Actor = "map" | "code";

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
  /** The contents after the edit. Throws `LatentScopeError` when it does not fit; never changes its arguments. */
  apply(content: Content, edit: E): Content;
  /** How the log shows it. */
  summary(content: Content, edit: E): EditSummary;
}

/** An edit in the columns of `scope.edits`. */
export interface EditSummary {
  readonly cluster: ClusterId | null;
  /** Number of rows it touched. */
  readonly rows: number;
  readonly detail: Record<string, unknown>;
}

/** The kinds of edits, by name. */
export const editKinds: { readonly [K in ContentEdit["kind"]]: EditKind<Extract<ContentEdit, { kind: K }>> } = {
  rename,
};

export type { RenameEdit };
