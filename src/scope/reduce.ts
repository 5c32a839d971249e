import { editKinds, type ContentEdit, type Edit, type EditKind, type EditSummary, type LogEntry } from "./edits";
import { LatentScopeError } from "./errors";
import type { Content, ScopeState, Step } from "./state";

/**
 * The one reducer, for kernel and map alike: the state after an entry of the log. Pure; shares what did not change.
 * @throws LatentScopeError when the edit does not fit this state (the state given is untouched), or when the entry is not the next one
 */
export function applyEntry(state: ScopeState, entry: LogEntry): ScopeState {
  if (entry.revision !== state.revision + 1)
    throw new LatentScopeError("unknown-edit", `Entry ${entry.revision} does not follow revision ${state.revision}.`);
  const next = { ...state, revision: entry.revision, log: [...state.log, entry] };
  const { edit } = entry;
  if (edit.kind === "undo") {
    const { rest, last } = pop(state.done, "nothing-to-undo");
    return { ...next, content: last.before, done: rest, undone: [...state.undone, last] };
  }
  if (edit.kind === "redo") {
    const { rest, last } = pop(state.undone, "nothing-to-redo");
    return { ...next, content: last.after, done: [...state.done, last], undone: rest };
  }
  const content = kindOf(edit).apply(state.content, edit);
  const step: Step = { revision: entry.revision, before: state.content, after: content };
  return { ...next, content, done: [...state.done, step], undone: [] };
}

/** The state after all of these entries, in order. */
export function replay(state: ScopeState, entries: readonly LogEntry[]): ScopeState {
  return entries.reduce(applyEntry, state);
}

/**
 * The state with another selection. Rows keep the order given; a repeated row counts once.
 * @throws LatentScopeError `bad-rows` when a row is not in the scope
 */
export function select(state: ScopeState, rows: ArrayLike<number>): ScopeState {
  return { ...state, selection: checkRows(state.rows, rows) };
}

/** Rows as distinct indices in the order given. @throws LatentScopeError `bad-rows` when one is no row of a scope of `count` rows */
export function checkRows(count: number, rows: ArrayLike<number>): Uint32Array {
  const distinct = new Set<number>();
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (!Number.isInteger(row) || row < 0 || row >= count)
      throw new LatentScopeError(
        "bad-rows",
        `${String(row)} (at position ${i}) is no row of this scope: rows are whole numbers from 0 to ${count - 1} (ls_index).`,
      );
    distinct.add(row);
  }
  return Uint32Array.from(distinct);
}

/** Number of rows in each cluster, by cluster id. Clusters without rows are absent. */
export function clusterSizes(content: Content): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const id of content.assignment) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  return sizes;
}

/** An edit of the log in the terms of `scope.edits`. */
export interface LogRow extends EditSummary {
  readonly entry: LogEntry & { readonly edit: ContentEdit };
  /** True when the edit does not stand: it was undone and not redone. */
  readonly undone: boolean;
}

/** The edits of the log, oldest first; undo and redo show as the `undone` of the edit that they concern. */
export function logRows(base: ScopeState, state: ScopeState): LogRow[] {
  const standing = new Set(state.done.map((step) => step.revision));
  const rows: LogRow[] = [];
  let current = base;
  for (const entry of state.log) {
    if (isContentEntry(entry)) {
      const summary = kindOf(entry.edit).summary(current.content, entry.edit);
      rows.push({ ...summary, entry, undone: !standing.has(entry.revision) });
    }
    current = applyEntry(current, entry);
  }
  return rows;
}

function isContentEntry(entry: LogEntry): entry is LogEntry & { edit: ContentEdit } {
  return entry.edit.kind !== "undo" && entry.edit.kind !== "redo";
}

function kindOf<E extends ContentEdit>(edit: E): EditKind<E> {
  const kind = Object.hasOwn(editKinds, edit.kind) ? editKinds[edit.kind] : undefined;
  if (!kind)
    throw new LatentScopeError("unknown-edit", `This version knows no edit of kind "${String((edit as Edit).kind)}".`);
  return kind;
}

function pop(
  steps: readonly Step[],
  code: "nothing-to-undo" | "nothing-to-redo",
): { rest: readonly Step[]; last: Step } {
  const last = steps.at(-1);
  if (!last)
    throw new LatentScopeError(
      code,
      code === "nothing-to-undo" ? "There is no edit to undo." : "There is no undone edit to redo.",
    );
  return { rest: steps.slice(0, -1), last };
}
