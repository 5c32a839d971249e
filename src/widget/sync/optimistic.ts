import { applyEntry, LatentScopeError, type Edit, type LogEntry, type ScopeState } from "../../scope";

/** An edit made on this page that the kernel has not answered yet. */
export interface PendingEdit {
  readonly id: string;
  readonly edit: Edit;
  readonly time: string;
}

/**
 * The state that the kernel has confirmed, what this page has added to it, and both together.
 * Pure data; the functions below return new ones.
 */
export interface Optimistic {
  readonly confirmed: ScopeState;
  readonly pending: readonly PendingEdit[];
  /** Entries that came before their predecessors. */
  readonly early: readonly LogEntry[];
  /** `confirmed` with the pending edits that still fit it. */
  readonly visible: ScopeState;
}

export function optimistic(confirmed: ScopeState): Optimistic {
  return { confirmed, pending: [], early: [], visible: confirmed };
}

/** Adds an edit at once. @throws LatentScopeError when it does not fit what is shown */
export function propose(state: Optimistic, edit: PendingEdit): Optimistic {
  const visible = applyEntry(state.visible, asEntry(edit, state.visible));
  return { ...state, pending: [...state.pending, edit], visible };
}

/**
 * Takes in entries that the kernel has accepted, in any order: known ones count once, early ones wait, and the pending edits go on top of the rest.
 * @throws LatentScopeError when the next entry fits no state of ours: kernel and page speak of different scopes
 */
export function accept(state: Optimistic, entries: readonly LogEntry[]): Optimistic {
  let confirmed = state.confirmed;
  const waiting = new Map<number, LogEntry>();
  for (const entry of [...state.early, ...entries])
    if (entry.revision > confirmed.revision) waiting.set(entry.revision, entry);
  const seen = new Set(entries.map((entry) => entry.id));
  for (let next = waiting.get(confirmed.revision + 1); next; next = waiting.get(confirmed.revision + 1)) {
    confirmed = applyEntry(confirmed, next);
    waiting.delete(next.revision);
    seen.add(next.id);
  }
  const early = [...waiting.values()];
  // an own edit that was confirmed early stays on top until the entries before it are here
  const waitingIds = new Set(early.map((entry) => entry.id));
  const pending = state.pending.filter((edit) => !seen.has(edit.id) || waitingIds.has(edit.id));
  return rebase({ ...state, confirmed, early }, pending);
}

/** Drops an edit that the kernel refused. */
export function refuse(state: Optimistic, id: string): Optimistic {
  return rebase(
    state,
    state.pending.filter((edit) => edit.id !== id),
  );
}

/** True when entries are missing between what is confirmed and what has come. */
export function hasGap(state: Optimistic): boolean {
  return state.early.length > 0;
}

/** The pending edits on top of what is confirmed. One that no longer fits is left out of the picture; the kernel will say why. */
function rebase(state: Optimistic, pending: readonly PendingEdit[]): Optimistic {
  let visible = state.confirmed;
  for (const edit of pending)
    try {
      visible = applyEntry(visible, asEntry(edit, visible));
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
    }
  return { ...state, pending, visible };
}

function asEntry({ id, edit, time }: PendingEdit, state: ScopeState): LogEntry {
  return { id, edit, time, actor: "map", revision: state.revision + 1 };
}
