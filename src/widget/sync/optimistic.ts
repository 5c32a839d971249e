import {
  applyEntry,
  clustersNamed,
  equalValues,
  LatentScopeError,
  madeBetween,
  resolveMade,
  type ClusterId,
  type Content,
  type Edit,
  type LogEntry,
  type MadeCluster,
  type MapMessage,
  type ScopeState,
} from "../../scope";

/** An edit made on this page that the kernel has not answered yet. */
export interface PendingEdit {
  readonly id: string;
  /** As it was made. */
  readonly edit: Edit;
  readonly time: string;
  /** Which of the clusters that it names pending edits were to make: they may get other ids than they had then. */
  readonly made: readonly MadeCluster[];
}

/** Ids of the clusters that an edit made, by the id of the edit. */
type MadeIds = ReadonlyMap<string, readonly ClusterId[]>;

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
  /** Clusters that pending edits name or make, by their ids in `visible`. */
  readonly pendingClusters: ReadonlySet<ClusterId>;
  /** What confirmed edits of this page have made. */
  readonly madeConfirmed: MadeIds;
  /** That, and what pending ones make in `visible`. */
  readonly made: MadeIds;
}

export function optimistic(confirmed: ScopeState): Optimistic {
  const none = new Map<string, ClusterId[]>();
  const nothing = { pending: [], early: [], pendingClusters: new Set<ClusterId>(), madeConfirmed: none, made: none };
  return { ...nothing, confirmed, visible: confirmed };
}

/** Adds an edit at once. @throws LatentScopeError when it does not fit what is shown */
export function propose(state: Optimistic, { id, edit, time }: Omit<PendingEdit, "made">): Optimistic {
  const pending: PendingEdit = { id, edit, time, made: madeByPending(state, edit) };
  const picture = new Picture(state.visible, state.made, state.pendingClusters);
  picture.add(pending);
  return { ...state, ...picture.parts(), pending: [...state.pending, pending] };
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
  const own = new Set(state.pending.map((edit) => edit.id));
  const madeConfirmed = new Map(state.madeConfirmed);
  const seen = new Set(entries.map((entry) => entry.id));
  for (let next = waiting.get(confirmed.revision + 1); next; next = waiting.get(confirmed.revision + 1)) {
    const before = confirmed;
    confirmed =
      before === state.confirmed && isShown(state, next) ? withEntry(state.visible, next) : applyEntry(before, next);
    if (own.has(next.id)) madeConfirmed.set(next.id, madeBetween(before, confirmed));
    waiting.delete(next.revision);
    seen.add(next.id);
  }
  const early = [...waiting.values()];
  // an own edit that was confirmed early stays on top until the entries before it are here
  const waitingIds = new Set(early.map((entry) => entry.id));
  const pending = state.pending.filter((edit) => !seen.has(edit.id) || waitingIds.has(edit.id));
  return rebase({ ...state, confirmed, madeConfirmed, early }, pending);
}

/** True when an entry is the one pending edit, and all that is shown: it need not be applied again. */
function isShown({ confirmed, visible, pending }: Optimistic, { id, edit }: LogEntry): boolean {
  const shown = visible.log.at(-1)?.entry;
  return (
    pending.length === 1 &&
    visible.revision === confirmed.revision + 1 &&
    shown?.id === id &&
    JSON.stringify(shown.edit) === JSON.stringify(edit)
  );
}

/** The same state; its newest entry is as the kernel has it. */
function withEntry(state: ScopeState, entry: LogEntry): ScopeState {
  const last = <T extends { readonly entry: LogEntry }>(list: readonly T[]): readonly T[] =>
    list.at(-1)?.entry.id === entry.id ? [...list.slice(0, -1), { ...list[list.length - 1], entry }] : list;
  return { ...state, log: last(state.log), done: last(state.done) };
}

/** Drops an edit that the kernel refused. */
export function refuse(state: Optimistic, id: string): Optimistic {
  return rebase(
    state,
    state.pending.filter((edit) => edit.id !== id),
  );
}

/** How the kernel is told of an edit made at this revision. */
export function editMessage({ id, edit, made }: PendingEdit, revision: number): MapMessage {
  return { type: "edit", id, revision, edit, ...(made.length ? { made } : {}) };
}

/** True when entries are missing between what is confirmed and what has come. */
export function hasGap(state: Optimistic): boolean {
  return state.early.length > 0;
}

/** The pending edits on top of what is confirmed. One that no longer fits is left out of the picture; the kernel will say why. */
function rebase(state: Optimistic, pending: readonly PendingEdit[]): Optimistic {
  const picture = new Picture(state.confirmed, state.madeConfirmed, new Set());
  for (const edit of pending)
    try {
      picture.add(edit);
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
    }
  const parts = picture.parts();
  const visible = { ...parts.visible, content: sharing(parts.visible.content, state.visible.content) };
  const confirmed = parts.visible === state.confirmed ? visible : state.confirmed;
  return { ...state, ...parts, confirmed, visible, pending };
}

/** Contents with the arrays of others where they are equal: what is computed of these holds when an edit is confirmed that was shown already. */
function sharing(content: Content, before: Content): Content {
  const assignment = equalValues(content.assignment, before.assignment) ? before.assignment : content.assignment;
  const deleted = equalValues(content.deleted, before.deleted) ? before.deleted : content.deleted;
  return assignment === content.assignment && deleted === content.deleted
    ? content
    : { ...content, assignment, deleted };
}

/** What is shown, while pending edits are put into it one by one. */
class Picture {
  private readonly made: Map<string, readonly ClusterId[]>;
  private readonly clusters: Set<ClusterId>;

  constructor(
    private visible: ScopeState,
    made: MadeIds,
    clusters: ReadonlySet<ClusterId>,
  ) {
    this.made = new Map(made);
    this.clusters = new Set(clusters);
  }

  add(pending: PendingEdit): void {
    const before = this.visible;
    const { id, time } = pending;
    const edit = resolveMade(pending.edit, pending.made, (by) => this.made.get(by));
    this.visible = applyEntry(before, { id, edit, time, actor: "map", revision: before.revision + 1 });
    const made = madeBetween(before, this.visible);
    this.made.set(id, made);
    for (const cluster of [...clustersNamed(edit), ...made]) this.clusters.add(cluster);
  }

  parts(): Pick<Optimistic, "visible" | "made" | "pendingClusters"> {
    return { visible: this.visible, made: this.made, pendingClusters: this.clusters };
  }
}

/** The clusters that an edit names and that no confirmed edit has made yet. */
function madeByPending({ pending, made }: Optimistic, edit: Edit): MadeCluster[] {
  const named = clustersNamed(edit);
  return pending.flatMap(({ id: by }) =>
    (made.get(by) ?? []).flatMap((cluster, part) => (named.has(cluster) ? [{ cluster, by, part }] : [])),
  );
}
