import { randomUUID } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import {
  applyEntry,
  DEFAULT_LOOK,
  initialState,
  LatentScopeError,
  madeBetween,
  replayFitting,
  resolveMade,
  select,
  type Actor,
  type ClusterId,
  type Edit,
  type LogEntry,
  type Look,
  type MadeCluster,
  type Misfit,
  type SavedContent,
  type ScopeState,
} from "../scope";

/** Where the edits of a scope are kept: appended before they count. Other kernels may append to it, too; its order is that of all of them. */
export interface EditLog {
  /** Entries since the last call, oldest first. */
  read(): LogEntry[];
  /** Returns when the entry is safely on disk, with all entries since the last call; throws when it could not be written. */
  append(entry: LogEntry): LogEntry[];
}

export interface SessionEvents {
  /** An edit, undo or redo was applied and logged. */
  edit: (entry: LogEntry, state: ScopeState) => void;
  /** The selection was set; `id` is that of the request from a map, or null. */
  selection: (state: ScopeState, id: string | null) => void;
  /** The map is looked at in another way. */
  look: (look: Look) => void;
}

/** Entries of a log that are applied before the kernel gets its turn again: some ten milliseconds. */
const ENTRIES_A_TURN = 200;

/**
 * One open scope in this kernel: the authority over its state. Everything that looks at the scope (the handles in cells, the maps) shares it.
 */
export class ScopeSession {
  #state: ScopeState;
  readonly #listeners: { [K in keyof SessionEvents]: Set<SessionEvents[K]> } = {
    edit: new Set(),
    selection: new Set(),
    look: new Set(),
  };
  readonly #misfits: Misfit[] = [];
  /** The entry of each id, and the clusters that it made. */
  readonly #entries = new Map<string, { readonly entry: LogEntry; readonly made: readonly ClusterId[] }>();
  #selectionRevision = 0;
  #look = DEFAULT_LOOK;

  private constructor(
    readonly base: SavedContent,
    private readonly log: EditLog,
  ) {
    this.#state = initialState(base);
  }

  /** Opens a scope with all edits of its log. The kernel goes on meanwhile. @param base the scope as saved */
  static async open(base: SavedContent, log: EditLog): Promise<ScopeSession> {
    const session = new ScopeSession(base, log);
    const entries = log.read();
    for (let from = 0; from < entries.length; from += ENTRIES_A_TURN) {
      if (from) await turn();
      session.#replay(entries.slice(from, from + ENTRIES_A_TURN));
    }
    return session;
  }

  #replay(entries: readonly LogEntry[]): void {
    const before = this.#state;
    const { state, misfits } = replayFitting(before, entries);
    this.#state = state;
    this.#misfits.push(...misfits);
    let next = before.nextCluster;
    for (const { entry, summary } of state.log.slice(before.log.length)) {
      const made = Array.from({ length: summary?.made ?? 0 }, () => next++ as ClusterId);
      this.#entries.set(entry.id, { entry, made });
    }
  }

  get state(): ScopeState {
    return this.#state;
  }

  /** Entries of the log that fit no more, because other programs have changed the files of the scope below them. */
  get misfits(): readonly Misfit[] {
    return this.#misfits;
  }

  /** Number of times that the selection was set. */
  get selectionRevision(): number {
    return this.#selectionRevision;
  }

  /** Takes in what other kernels have appended to the log. */
  refresh(): void {
    this.#take(this.log.read());
  }

  /**
   * Applies an edit, logs it, and tells everyone. An id that the log already has (a repeated message) is applied once.
   * @param made which of the clusters that it names were made by earlier edits
   * @throws LatentScopeError when the edit does not fit; the state is then as before
   */
  edit(edit: Edit, actor: Actor, id: string = randomUUID(), made: readonly MadeCluster[] = []): LogEntry {
    this.refresh();
    const known = this.#entries.get(id);
    if (known) return known.entry;
    const resolved = resolveMade(edit, made, (by) => this.madeBy(by));
    const time = new Date().toISOString();
    const entry: LogEntry = { revision: this.#state.revision + 1, id, time, actor, edit: resolved };
    // refused before it is written
    const next = applyEntry(this.#state, entry);
    const appended = this.log.append(entry);
    if (appended.length === 1) this.#accept(entry, next);
    else this.#take(appended);
    const taken = this.#entries.get(id);
    if (taken) return taken.entry;
    throw (
      this.#misfits.find((misfit) => misfit.entry.id === id)?.reason ??
      new LatentScopeError("unknown-edit", "The edit was not taken into the log.")
    );
  }

  /** The clusters that an edit made, by its id. */
  madeBy(id: string): readonly ClusterId[] {
    return this.#entries.get(id)?.made ?? [];
  }

  /** Sets the selection and tells everyone. @throws LatentScopeError `bad-rows` */
  select(rows: ArrayLike<number>, id: string | null = null): void {
    this.#state = select(this.#state, rows);
    this.#selectionRevision++;
    for (const listener of this.#listeners.selection) listener(this.#state, id);
  }

  /** How the map is looked at: not part of the scope's state, and not saved with it. */
  get look(): Look {
    return this.#look;
  }

  /** Has every map looked at in this way. */
  setLook(look: Partial<Look>): void {
    this.#look = { ...this.#look, ...look };
    for (const listener of this.#listeners.look) listener(this.#look);
  }

  /** Calls the listener at each event from now on; the function returned ends that. */
  on<K extends keyof SessionEvents>(event: K, listener: SessionEvents[K]): () => void {
    this.#listeners[event].add(listener);
    return () => void this.#listeners[event].delete(listener);
  }

  /** Applies entries of the log, in its order. */
  #take(entries: readonly LogEntry[]): void {
    for (const appended of entries) {
      const entry = { ...appended, revision: this.#state.revision + 1 };
      try {
        this.#accept(entry, applyEntry(this.#state, entry));
      } catch (error) {
        if (!(error instanceof LatentScopeError)) throw error;
        this.#misfits.push({ entry, reason: error });
      }
    }
  }

  #accept(entry: LogEntry, next: ScopeState): void {
    this.#entries.set(entry.id, { entry, made: madeBetween(this.#state, next) });
    this.#state = next;
    for (const listener of this.#listeners.edit) listener(entry, next);
  }
}
