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

/** A selection told by the kernel; older ones than the last are ignored. */
export function acceptSelection(state: Selection, id: string | null, revision: number, rows: Uint32Array): Selection {
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
  const known = flagsOf(mode === "add" ? current : rows);
  if (mode === "remove") return current.filter((row) => !known[row]);
  if (mode === "intersect") return current.filter((row) => known[row]);
  const added = rows.filter((row) => !known[row]);
  const both = new Uint32Array(current.length + added.length);
  both.set(current);
  both.set(added, current.length);
  return both;
}

/** 1 for each of some rows, up to the last. A `Set` of a million rows would stop the page for a moment. */
function flagsOf(rows: Uint32Array): Uint8Array {
  const flags = new Uint8Array(rows.reduce((most, row) => Math.max(most, row + 1), 0));
  for (const row of rows) flags[row] = 1;
  return flags;
}
