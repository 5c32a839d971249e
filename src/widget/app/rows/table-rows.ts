import { flagged, flagsOf, withFlag } from "../../../scope";
import { passing } from "../filters";
import { sortedOrder } from "./sorted-order";

/** Which rows the table shows, and why. */
export interface TableRows {
  readonly source: "search" | "selection" | "filter" | "all";
  readonly rows: Uint32Array;
}

/** What the table could show. */
export interface TableSources {
  readonly deleted: Uint8Array;
  /** Rows nearest to what is searched for, best first, then those with its text; null without a search. */
  readonly search: { readonly best: Uint32Array; readonly found: Uint32Array } | null;
  readonly selection: Uint32Array;
  /** 1 for each row that passes the filters; null without filters. */
  readonly mask: Uint8Array | null;
}

/** The rows of the table: those searched for, else those selected, else those that pass the filters, else all that are not deleted. */
export function tableRows({ deleted, search, selection, mask }: TableSources): TableRows {
  if (search) {
    const left = deleted.slice();
    for (const row of search.best) left[row] = 1;
    const more = withFlag(search.found, left, 0);
    const rows = new Uint32Array(search.best.length + more.length);
    rows.set(search.best);
    rows.set(more, search.best.length);
    return { source: "search", rows };
  }
  if (selection.length) return { source: "selection", rows: selection };
  return { source: mask ? "filter" : "all", rows: passing(mask, deleted) };
}

/** Some rows in the order that a list of all rows has them. */
export function inOrder(rows: Uint32Array, order: Uint32Array): Uint32Array {
  return withFlag(order, flagsOf(rows, order.length), 1);
}

/** Rows by their index. */
export function byIndex(rows: Uint32Array, count: number, descending: boolean): Uint32Array {
  const sorted = flagged(flagsOf(rows, count));
  return descending ? sorted.reverse() : sorted;
}

/** Rows by a number of each, as precise as a Float32, equal ones in the order given; rows without a number (NaN) last, whatever the direction. */
export function byKey(rows: Uint32Array, keyOf: (row: number) => number, descending: boolean): Uint32Array {
  const sign = descending ? -1 : 1;
  const keys = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) keys[i] = sign * keyOf(rows[i]);
  const sorted = sortedOrder(keys);
  for (let i = 0; i < sorted.length; i++) sorted[i] = rows[sorted[i]];
  return sorted;
}
