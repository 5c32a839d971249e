/** Which rows the table shows, and why. */
export interface TableRows {
  readonly source: "search" | "selection" | "filter" | "all";
  readonly rows: Uint32Array;
}

/** What the table could show. */
export interface TableSources {
  /** Number of rows of the scope. */
  readonly count: number;
  readonly deleted: Uint8Array;
  /** Rows nearest to what is searched for, best first, then those with its text; null without a search. */
  readonly search: { readonly best: Uint32Array; readonly found: Uint32Array } | null;
  readonly selection: Uint32Array;
  /** 1 for each row that passes the filters; null without filters. */
  readonly mask: Uint8Array | null;
}

/** The rows of the table: those searched for, else those selected, else those that pass the filters, else all that are not deleted. */
export function tableRows({ count, deleted, search, selection, mask }: TableSources): TableRows {
  if (search) {
    const known = new Uint8Array(count);
    for (const row of search.best) known[row] = 1;
    const more = search.found.filter((row) => !known[row] && !deleted[row]);
    const rows = new Uint32Array(search.best.length + more.length);
    rows.set(search.best);
    rows.set(more, search.best.length);
    return { source: "search", rows };
  }
  if (selection.length) return { source: "selection", rows: selection };
  const rows = new Uint32Array(count);
  let at = 0;
  for (let row = 0; row < count; row++) if (!deleted[row] && (!mask || mask[row])) rows[at++] = row;
  return { source: mask ? "filter" : "all", rows: at === count ? rows : rows.slice(0, at) };
}

/** Some rows in the order that a list of all rows has them. */
export function inOrder(rows: Uint32Array, order: Uint32Array): Uint32Array {
  const wanted = new Uint8Array(order.length);
  for (const row of rows) wanted[row] = 1;
  return order.filter((row) => wanted[row]);
}

/** Rows by a number of each, equal ones in the order given; rows without a number (NaN) last, whatever the direction. */
export function byKey(rows: Uint32Array, keyOf: (row: number) => number, descending: boolean): Uint32Array {
  const keys = Float64Array.from(rows, keyOf);
  const sign = descending ? -1 : 1;
  const order = Uint32Array.from(rows.keys()).sort((a, b) => {
    const [x, y] = [keys[a], keys[b]];
    if (x === y) return a - b;
    if (x !== x || y !== y) return Number(x !== x) - Number(y !== y) || a - b;
    return sign * (x - y);
  });
  return order.map((i) => rows[i]);
}
