import { randomUUID } from "node:crypto";
import {
  applyEntry,
  initialState,
  replay,
  select,
  type Actor,
  type Content,
  type Edit,
  type LogEntry,
  type ScopeState,
} from "../scope";

/** Where the edits of a scope are kept: appended before they count. */
export interface EditLog {
  /** Returns when the entry is safely on disk; throws when it could not be written. */
  append(entry: LogEntry): void;
}

export interface SessionEvents {
  /** An edit, undo or redo was applied and logged. */
  edit: (entry: LogEntry, state: ScopeState) => void;
  /** The selection was set; `id` is that of the request from a map, or null. */
  selection: (state: ScopeState, id: string | null) => void;
}

/**
 * One open scope in this kernel: the authority over its state. Everything that looks at the scope (the handles in cells, the maps) shares it.
 */
export class ScopeSession {
  #state: ScopeState;
  readonly #listeners: { [K in keyof SessionEvents]: Set<SessionEvents[K]> } = {
    edit: new Set(),
    selection: new Set(),
  };
  #selectionRevision = 0;

  /** @param base the scope as saved @param entries its log, oldest first */
  constructor(
    readonly base: Content,
    entries: readonly LogEntry[],
    readonly log: EditLog,
  ) {
    this.#state = replay(initialState(base), entries);
  }

  get state(): ScopeState {
    return this.#state;
  }

  /** Number of times that the selection was set. */
  get selectionRevision(): number {
    return this.#selectionRevision;
  }

  /**
   * Applies an edit, logs it, and tells everyone. An id that the log already has (a repeated message) is applied once.
   * @throws LatentScopeError when the edit does not fit; the state is then as before
   */
  edit(edit: Edit, actor: Actor, id: string = randomUUID()): LogEntry {
    const known = this.#state.log.find((e) => e.id === id);
    if (known) return known;
    const entry: LogEntry = { revision: this.#state.revision + 1, id, time: new Date().toISOString(), actor, edit };
    const next = applyEntry(this.#state, entry);
    this.log.append(entry);
    this.#state = next;
    for (const listener of this.#listeners.edit) listener(entry, next);
    return entry;
  }

  /** Sets the selection and tells everyone. @throws LatentScopeError `bad-rows` */
  select(rows: ArrayLike<number>, id: string | null = null): void {
    this.#state = select(this.#state, rows);
    this.#selectionRevision++;
    for (const listener of this.#listeners.selection) listener(this.#state, id);
  }

  /** Calls the listener at each event from now on; the function returned ends that. */
  on<K extends keyof SessionEvents>(event: K, listener: SessionEvents[K]): () => void {
    this.#listeners[event].add(listener);
    return () => void this.#listeners[event].delete(listener);
  }
}
