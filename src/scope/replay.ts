import { findCluster, sizeOf } from "./clusters";
import { mapClusters, applyEntry } from "./reduce";
import { isHistory, type ContentEdit, type LogEntry } from "./edits";
import { LatentScopeError, type ErrorCode } from "./errors";
import { UNCLUSTERED, type ClusterId } from "./ids";
import { LEAST_OVERLAP } from "./match";
import { rowSet, rowsOf, type RowSet } from "./rows";
import { initialState, type Content, type SavedContent, type ScopeState } from "./state";

/** What became of an edit of another run. */
export interface ReplayedEdit {
  /** The entry in the other log. */
  readonly entry: LogEntry & { readonly edit: ContentEdit };
  /** "partly": for the rows that fit. "already": all is so. */
  readonly outcome: "applied" | "partly" | "already" | "left out";
  /** Why it was not applied, or not whole. */
  readonly reason: string;
  readonly code: ErrorCode | null;
}

/**
 * The edits of another run of the same rows, as edits of this one. Rows are the same by `ls_index`; clusters are those that share most rows
 * (by {@link LEAST_OVERLAP} at least). What was undone is left out.
 * @param state this run
 * @param other the other run as saved, and its log
 * @param wanted revisions of the edits to be replayed; all that stand, when it is left out
 */
export function planReplay(
  state: ScopeState,
  other: { readonly saved: SavedContent; readonly entries: readonly LogEntry[] },
  wanted?: ReadonlySet<number>,
): { edits: readonly ContentEdit[]; report: readonly ReplayedEdit[] } {
  const standing = standingRevisions(other.entries);
  let [here, there] = [state, initialState(other.saved)];
  const counterparts = new Map<ClusterId, ClusterId>();
  const edits: ContentEdit[] = [];
  const report: ReplayedEdit[] = [];
  for (const entry of other.entries) {
    const before = there;
    there = applyEntry(there, { ...entry, revision: there.revision + 1 });
    const { edit } = entry;
    if (isHistory(edit) || !standing.has(entry.revision)) continue;
    if (wanted && !wanted.has(entry.revision)) continue;
    const tell = (outcome: ReplayedEdit["outcome"], reason = "", code: ErrorCode | null = null): void =>
      void report.push({ entry: entry as ReplayedEdit["entry"], outcome, reason, code });
    try {
      const mapped = mapClusters(edit, (id) => counterparts.get(id) ?? counterpart(id, before.content, here.content));
      const fitting = fit(mapped, here.content);
      const after = applyEntry(here, { ...entry, revision: here.revision + 1, edit: fitting.edit });
      for (let i = 0; before.nextCluster + i < there.nextCluster && here.nextCluster + i < after.nextCluster; i++)
        counterparts.set((before.nextCluster + i) as ClusterId, (here.nextCluster + i) as ClusterId);
      here = after;
      edits.push(fitting.edit);
      tell(fitting.reason ? "partly" : "applied", fitting.reason);
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
      if (error.code === "no-change") tell("already");
      else tell("left out", error.message, error.code);
    }
  }
  return { edits, report };
}

/** Revisions of the edits that no undo has taken back. */
function standingRevisions(entries: readonly LogEntry[]): ReadonlySet<number> {
  const done: number[] = [];
  let undone: number[] = [];
  for (const { edit, revision } of entries) {
    if (!isHistory(edit)) {
      done.push(revision);
      undone = [];
      continue;
    }
    const [from, to] = edit.kind === "undo" ? [done, undone] : [undone, done];
    const moved = from.pop();
    if (moved !== undefined) to.push(moved);
  }
  return new Set(done);
}

/** The cluster of `here` that shares most rows with a cluster of `there`. */
function counterpart(id: ClusterId, there: Content, here: Content): ClusterId {
  if (id === UNCLUSTERED) return id;
  const { label } = findCluster(there, id);
  const shared = new Map<ClusterId, number>();
  let rows = 0;
  for (let row = 0; row < Math.min(there.assignment.length, here.assignment.length); row++) {
    if (there.assignment[row] !== id) continue;
    rows++;
    const other = here.assignment[row] as ClusterId;
    if (other !== UNCLUSTERED) shared.set(other, (shared.get(other) ?? 0) + 1);
  }
  let [best, most] = [UNCLUSTERED, 0];
  for (const [other, count] of shared) {
    const overlap = count / (rows + sizeOf(here, other).rows - count);
    if (overlap > most) [best, most] = [other, overlap];
  }
  if (most >= LEAST_OVERLAP) return best;
  const nearest = most > 0 ? ` The most alike, cluster ${best}, shares ${Math.round(most * 100)} % of their rows.` : "";
  throw new LatentScopeError("unknown-cluster", `Cluster ${id} ("${label}") has no counterpart here.${nearest}`);
}

/** The edit, for the rows for which it makes sense here. */
function fit(edit: ContentEdit, content: Content): { edit: ContentEdit; reason: string } {
  const { assignment } = content;
  let [kept, lost] = [0, 0];
  const keep = (rows: RowSet, belongs: (row: number) => boolean): RowSet => {
    const all = rowsOf(rows, assignment.length);
    const some = all.filter(belongs);
    kept += some.length;
    lost += all.length - some.length;
    return rowSet(some);
  };
  let fitting = edit;
  if (edit.kind === "split") {
    const parts = edit.parts.map((part) => ({
      ...part,
      rows: keep(part.rows, (row) => assignment[row] === edit.cluster),
    }));
    fitting = { ...edit, parts: parts.filter(({ rows }) => rows !== "") };
  } else if (edit.kind === "outliers")
    fitting = {
      ...edit,
      moves: edit.moves.map((move) => ({ ...move, rows: keep(move.rows, (row) => assignment[row] === UNCLUSTERED) })),
    };
  else if (edit.kind === "relabel")
    // another label than that one is replaced, unless it is a person's
    fitting = {
      ...edit,
      labels: edit.labels.flatMap((label) => {
        const cluster = findCluster(content, label.cluster);
        return cluster.labelSource === "user" ? [] : [{ ...label, replaces: cluster.label }];
      }),
    };
  const reason = lost ? `${lost} of ${kept + lost} rows are in other clusters here.` : "";
  return { edit: fitting, reason };
}
