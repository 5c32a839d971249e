import pl from "nodejs-polars";
import { planReplay, LatentScopeError, type ContentEdit, type ReplayedEdit, type ScopeState } from "../scope";
import type { ScopeSession } from "./session";
import { int64 } from "../store";

/** The edits of a log that are to be replayed: which scope they are of, and their numbers in it. */
export interface WantedEdits {
  /** "dataset/scopes-001" */
  readonly scope: string;
  readonly numbers: ReadonlySet<number>;
}

/**
 * The edits of a frame like `scope.edits`.
 * @throws LatentScopeError `bad-option` when it is not such a frame, or of several scopes
 */
export function wantedEdits(frame: pl.DataFrame): WantedEdits | undefined {
  const columns = (frame as Partial<pl.DataFrame> | null)?.columns;
  if (!Array.isArray(columns) || !columns.includes("edit") || !columns.includes("scope"))
    throw new LatentScopeError(
      "bad-option",
      "What is replayed is a Scope, or a frame of its edits (scope.edits, or some rows of it).",
    );
  if (!frame.height) return undefined;
  const scopes = new Set(frame.getColumn("scope").toArray() as string[]);
  const [scope, ...others] = scopes;
  if (others.length)
    throw new LatentScopeError(
      "bad-option",
      `These are edits of several scopes: ${[...scopes].join(", ")}. Replay one log at a time.`,
    );
  return { scope, numbers: new Set((frame.getColumn("edit").toArray() as unknown[]).map(Number)) };
}

/** Replays edits of another session here, and tells what became of each: `edit`, `kind`, `cluster`, `outcome`, `code`, `reason`. */
export function replayEdits(
  session: ScopeSession,
  other: Pick<ScopeSession, "base" | "state">,
  numbers: ReadonlySet<number> | undefined,
  apply: (edit: ContentEdit) => void,
): pl.DataFrame {
  const source = { saved: other.base, entries: entriesOf(other.state) };
  const { edits, report } = planReplay(session.state, source, numbers);
  for (const edit of edits) apply(edit);
  return reportFrame(report);
}

function entriesOf({ log }: ScopeState) {
  return log.map(({ entry }) => entry);
}

function reportFrame(report: readonly ReplayedEdit[]): pl.DataFrame {
  const text = (name: string, of: (row: ReplayedEdit) => string | null): pl.Series =>
    pl.Series(name, report.map(of), pl.Utf8);
  return pl.DataFrame([
    int64(
      "edit",
      Int32Array.from(report, ({ entry }) => entry.revision),
    ),
    text("kind", ({ entry }) => entry.edit.kind),
    text("outcome", ({ outcome }) => outcome),
    text("code", ({ code }) => code),
    text("reason", ({ reason }) => reason),
  ]);
}
