import { equalValues, flagsOf, withFlag } from "../../scope";

/**
 * The selection on this page. The newest one made here shows at once and stays until the kernel has answered it;
 * then whatever the kernel says last.
 */
export interface Selection {
  readonly visible: Uint32Array;
  /** The last that the kernel told. */
  readonly confirmed: Uint32Array;
  readonly revision: number;
  readonly pending: { readonly id: string; readonly rows: Uint32Array } | null;
}

export function selection(rows: Uint32Array, revision: number): Selection {
  return { visible: rows, confirmed: rows, revision, pending: null };
}

export function proposeSelection(state: Selection, id: string, rows: Uint32Array): Selection {
  return { ...state, visible: rows, pending: { id, rows } };
}

/** A selection told by the kernel; older ones than the last are ignored. The rows that are shown already stay the same array: what is computed of them holds. */
export function acceptSelection(state: Selection, id: string | null, revision: number, told: Uint32Array): Selection {
  const rows = equalValues(told, state.visible) ? state.visible : told;
  const pending = id !== null && state.pending?.id === id ? null : state.pending;
  const newest =
    revision >= state.revision
      ? { confirmed: rows, revision }
      : { confirmed: state.confirmed, revision: state.revision };
  return { ...newest, pending, visible: pending ? pending.rows : newest.confirmed };
}

/** The kernel refused a selection: back to the last that it told. */
export function refuseSelection(state: Selection, id: string): Selection {
  return state.pending?.id === id ? { ...state, pending: null, visible: state.confirmed } : state;
}

/** How a new set of rows joins a selection. */
export type SelectionMode = "replace" | "add" | "remove" | "intersect";

/** The rows selected after a gesture. Those that were there keep their order, added ones follow; a gesture's own rows come ascending. */
export function combine(current: Uint32Array, rows: Uint32Array, mode: SelectionMode): Uint32Array {
  if (mode === "replace") return rows;
  const known = mode === "add" ? current : rows;
  const flags = flagsOf(known, Math.max(endOf(current), endOf(rows)));
  if (mode !== "add") return withFlag(current, flags, mode === "remove" ? 0 : 1);
  const added = withFlag(rows, flags, 0);
  const both = new Uint32Array(current.length + added.length);
  both.set(current);
  both.set(added, current.length);
  return both;
}

/** One more than the greatest row. */
function endOf(rows: Uint32Array): number {
  let end = 0;
  for (let i = 0; i < rows.length; i++) if (rows[i] >= end) end = rows[i] + 1;
  return end;
}
