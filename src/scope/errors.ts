/** What can go wrong, by a name that does not change. Programs compare `error.code`; people read `error.message`. */
export type ErrorCode =
  // input
  | "no-such-column"
  | "not-a-text-column"
  | "unsupported-input"
  | "reserved-column"
  | "empty-input"
  | "too-few-rows"
  | "no-text"
  | "all-texts-equal"
  | "bad-option"
  // files and models
  | "data-dir-not-writable"
  | "not-writable"
  | "bad-name"
  | "not-found"
  | "damaged-file"
  | "has-dependents"
  | "model-missing"
  | "model-damaged"
  | "unknown-model"
  | "bad-vectors"
  | "embedding-failed"
  | "labelling-failed"
  | "endpoint-unreachable"
  | "endpoint-refused"
  | "cost-limit"
  // edits and selections
  | "unknown-cluster"
  | "bad-cluster"
  | "bad-label"
  | "bad-rows"
  | "other-dataset"
  | "no-parts"
  | "no-change"
  | "unknown-tag"
  | "unknown-selection"
  | "nothing-to-undo"
  | "nothing-to-redo"
  | "unknown-edit"
  | "not-final"
  // running
  | "interrupted"
  | "worker-failed";

/**
 * Every error that this library throws on purpose. `code` is stable; the message says what was wrong, where, and what to do.
 */
export class LatentScopeError extends Error {
  override readonly name = "LatentScopeError";
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The error of a run that was cancelled: by Jupyter's interrupt, or by the caller's signal. */
export function interrupted(what: string): LatentScopeError {
  return new LatentScopeError(
    "interrupted",
    `${what} was interrupted. What was finished is kept: run the same cell again to go on from there.`,
  );
}

/** Throws `interrupted` when the signal has been aborted. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw interrupted(what);
}
