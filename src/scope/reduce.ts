import { applyChange, Draft } from "./change";
import {
  editKinds,
  isHistory,
  type ContentEdit,
  type Edit,
  type EditKind,
  type EditSummary,
  type HistoryEdit,
  type LogEntry,
} from "./edits";
import { LatentScopeError } from "./errors";
import type { ClusterId } from "./ids";
import { checkRows } from "./rows";
import type { Content, ScopeState, Step } from "./state";
import type { MadeCluster } from "./messages";

/**
 * The one reducer, for kernel and map alike: the state after an entry of the log. Pure; shares what did not change.
 * @throws LatentScopeError when the edit does not fit this state (the state given is untouched), or when the entry is not the next one;
 * `no-change` when nothing would be other than it is
 */
export function applyEntry(state: ScopeState, entry: LogEntry): ScopeState {
  return reduce(state, entry, false);
}

function reduce(state: ScopeState, entry: LogEntry, inPlace: boolean): ScopeState {
  const { edit, revision } = entry;
  if (revision !== state.revision + 1)
    throw new LatentScopeError("unknown-edit", `Entry ${revision} does not follow revision ${state.revision}.`);
  if (isHistory(edit)) {
    const undoing = edit.kind === "undo";
    const step = nextStep(state, edit);
    return {
      ...state,
      revision,
      content: applyChange(state.content, step.change, undoing ? "before" : "after", inPlace),
      log: appended(state.log, { entry, summary: null }, inPlace),
      done: undoing ? state.done.slice(0, -1) : [...state.done, step],
      undone: undoing ? [...state.undone, step] : state.undone.slice(0, -1),
    };
  }
  const { change, summary, made } = changeOf(state, edit);
  return {
    ...state,
    revision,
    content: applyChange(state.content, change, "after", inPlace),
    nextCluster: state.nextCluster + made.length,
    log: appended(state.log, { entry, summary: { ...summary, made: made.length } }, inPlace),
    done: appended(state.done, { entry, change }, inPlace),
    undone: [],
  };
}

/**
 * What an edit would change, and the ids of the clusters that it would make.
 * @throws LatentScopeError as {@link applyEntry}
 */
export function changeOf(
  { content, nextCluster }: Pick<ScopeState, "content" | "nextCluster">,
  edit: ContentEdit,
): { change: Step["change"]; summary: EditSummary; made: readonly ClusterId[] } {
  const draft = new Draft(content, nextCluster);
  const summary = kindOf(edit).apply(draft, edit);
  return { ...draft.finish(), summary };
}

/** The contents as an edit would make them, for a preview of it. @throws LatentScopeError as {@link applyEntry} */
export function previewEdit(state: ScopeState, edit: ContentEdit): Content {
  return applyChange(state.content, changeOf(state, edit).change, "after");
}

/** The state after all of these entries, in order. @throws LatentScopeError as {@link applyEntry} */
export function replay(state: ScopeState, entries: readonly LogEntry[]): ScopeState {
  const { state: after, misfits } = replayFitting(state, entries);
  if (misfits.length) throw misfits[0].reason;
  return after;
}

/** An entry that did not fit, and why. */
export interface Misfit {
  readonly entry: LogEntry;
  readonly reason: LatentScopeError;
}

/**
 * The state after those of the entries that fit, in order; each gets the next revision. The same entries on the same state give the same
 * result wherever it is done.
 */
export function replayFitting(
  start: ScopeState,
  entries: readonly LogEntry[],
): { state: ScopeState; misfits: readonly Misfit[] } {
  if (!entries.length) return { state: start, misfits: [] };
  const { content } = start;
  // arrays of our own, to be written into: a copy for each entry would take seconds where both are long
  let state: ScopeState = {
    ...start,
    content: { ...content, assignment: content.assignment.slice(), deleted: content.deleted.slice() },
    log: [...start.log],
    done: [...start.done],
  };
  const misfits: Misfit[] = [];
  for (const entry of entries)
    try {
      state = reduce(state, { ...entry, revision: state.revision + 1 }, true);
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
      misfits.push({ entry, reason: error });
    }
  return { state, misfits };
}

/** The same edit of other clusters: each id that it names, through `to`. */
export function mapClusters<E extends Edit>(edit: E, to: (id: ClusterId) => ClusterId): E {
  return isHistory(edit) ? edit : (kindOf(edit).mapClusters(edit, to) as E);
}

/** Ids of the clusters that an entry made, from the states before and after it. */
export function madeBetween(before: ScopeState, after: ScopeState): ClusterId[] {
  const count = after.nextCluster - before.nextCluster;
  return Array.from({ length: count }, (_, i) => (before.nextCluster + i) as ClusterId);
}

/**
 * The edit of clusters by the ids that they have got.
 * @param made which of the clusters that it names other edits were to make
 * @param madeBy what the edit with this id has made
 * @throws LatentScopeError `unknown-cluster` when one was not made
 */
export function resolveMade(
  edit: Edit,
  made: readonly MadeCluster[],
  madeBy: (id: string) => readonly ClusterId[] | undefined,
): Edit {
  if (!made.length) return edit;
  const ids = new Map(made.map(({ cluster, by, part }) => [cluster, madeBy(by)?.at(part)]));
  return mapClusters(edit, (cluster) => {
    const id = ids.has(cluster) ? ids.get(cluster) : cluster;
    if (id !== undefined) return id;
    throw new LatentScopeError(
      "unknown-cluster",
      `Cluster ${cluster} was not made: the edit that was to make it was refused.`,
    );
  });
}

/** The clusters that an edit names. */
export function clustersNamed(edit: Edit): ReadonlySet<ClusterId> {
  const named = new Set<ClusterId>();
  mapClusters(edit, (id) => {
    named.add(id);
    return id;
  });
  return named;
}

/**
 * The state with another selection. Rows keep the order given; a repeated row counts once.
 * @throws LatentScopeError `bad-rows` when a row is not in the scope
 */
export function select(state: ScopeState, rows: ArrayLike<number>): ScopeState {
  return { ...state, selection: checkRows(state.rows, rows) };
}

/** An edit of the log in the terms of `scope.edits`. */
export interface LogRow extends EditSummary {
  readonly entry: LogEntry & { readonly edit: ContentEdit };
  /** True when the edit does not stand: it was undone and not redone. */
  readonly undone: boolean;
}

/** The edits of the log, oldest first; undo and redo show as the `undone` of the edit that they concern. */
export function logRows({ log, done }: ScopeState): LogRow[] {
  const standing = new Set(done.map(({ entry }) => entry.revision));
  return log.flatMap(({ entry, summary }) => {
    if (!summary) return [];
    return [{ ...summary, entry: entry as LogRow["entry"], undone: !standing.has(entry.revision) }];
  });
}

function kindOf<E extends ContentEdit>(edit: E): EditKind<E> {
  const kind = Object.hasOwn(editKinds, edit.kind) ? editKinds[edit.kind] : undefined;
  if (!kind) throw new LatentScopeError("unknown-edit", `This version knows no edit of kind "${String(edit.kind)}".`);
  return kind as unknown as EditKind<E>;
}

/** The step that an undo or redo is about. */
function nextStep(state: ScopeState, { kind, entry }: HistoryEdit): Step {
  const undoing = kind === "undo";
  const step = (undoing ? state.done : state.undone).at(-1);
  if (!step)
    throw undoing
      ? new LatentScopeError("nothing-to-undo", "There is no edit to undo.")
      : new LatentScopeError("nothing-to-redo", "There is no undone edit to redo.");
  if (entry !== undefined && step.entry.id !== entry)
    throw new LatentScopeError(
      undoing ? "nothing-to-undo" : "nothing-to-redo",
      `Not ${kind === "undo" ? "undone" : "redone"}: another edit (${step.entry.edit.kind}) was made or taken back meanwhile. Look at it, and then ${kind} again.`,
    );
  return step;
}

/** A list with one more; in place, the same list. */
function appended<T>(list: readonly T[], last: T, inPlace: boolean): readonly T[] {
  if (!inPlace) return [...list, last];
  (list as T[]).push(last);
  return list;
}
