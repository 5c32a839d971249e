import { LatentScopeError } from "./errors";

/**
 * A set of rows as text, ascending: "0-4 7 9-12". It is what edits hold: readable in a log, short where rows lie side by side, and the same for the
 * same set. See {@link rowSet} and {@link rowsOf}.
 */
export type RowSet = string & { readonly [rowSetBrand]: true };

/** Rows in an order of their own as text: "7 0-4 9". See {@link rowList} and {@link listedRows}. */
export type RowList = string & { readonly [rowListBrand]: true };

declare const rowSetBrand: unique symbol;
declare const rowListBrand: unique symbol;

/** The set of some rows, in any order; a repeated row counts once. */
export function rowSet(rows: ArrayLike<number>): RowSet {
  return ranges(isAscending(rows) ? rows : distinct(Uint32Array.from(rows).sort())) as RowSet;
}

/** Distinct rows in their order. */
export function rowList(rows: ArrayLike<number>): RowList {
  return ranges(rows) as RowList;
}

/** Sorted rows, each once. */
function distinct(sorted: Uint32Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[count - 1]) sorted[count++] = sorted[i];
  return sorted.subarray(0, count);
}

function ranges(rows: ArrayLike<number>): string {
  const parts: string[] = [];
  for (let i = 0; i < rows.length;) {
    const first = rows[i];
    let last = first;
    while (++i < rows.length && rows[i] === last + 1) last = rows[i];
    parts.push(first === last ? String(first) : `${first}-${last}`);
  }
  return parts.join(" ");
}

/**
 * The rows of a set, ascending.
 * @param count number of rows of the scope
 * @throws LatentScopeError `bad-rows` when it is no set of rows of such a scope
 */
export function rowsOf(set: RowSet, count: number): Uint32Array {
  const rows = expand(set, count);
  if (isAscending(rows)) return rows;
  throw badRows(`A set of rows is text like "0-4 7", ascending, and ${JSON.stringify(set.slice(0, 40))} is not.`);
}

/** The rows of a list, in its order. @throws LatentScopeError `bad-rows` as {@link rowsOf}, and when a row is in it twice */
export function listedRows(list: RowList, count: number): Uint32Array {
  const rows = expand(list, count);
  if (checkRows(count, rows).length === rows.length) return rows;
  throw badRows("A row is twice in the list.");
}

function expand(text: string, count: number): Uint32Array {
  if (typeof text !== "string") throw badRows(`Rows are text like "0-4 7", not ${JSON.stringify(text)}.`);
  if (text === "") return new Uint32Array(0);
  let total = 0;
  eachRange(text, (first, last) => {
    if (last >= count) throw notInScope(last, count);
    total += last - first + 1;
  });
  if (total > count) throw badRows(`${total} rows are given, of a scope that has ${count}.`);
  const rows = new Uint32Array(total);
  let at = 0;
  eachRange(text, (first, last) => {
    for (let row = first; row <= last; row++) rows[at++] = row;
  });
  return rows;
}

// codes of characters
const SPACE = 0x20;
const DASH = 0x2d;
const ZERO = 0x30;

/** Calls back for each part of "0-4 7". Reads characters: a set may have hundreds of thousands of parts. @throws LatentScopeError `bad-rows` */
function eachRange(text: string, visit: (first: number, last: number) => void): void {
  let start = 0;
  let first = -1;
  let value = 0;
  let digits = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : SPACE;
    if (code >= ZERO && code < ZERO + 10) {
      value = value * 10 + code - ZERO;
      digits++;
      continue;
    }
    const ranged = first >= 0;
    if (!digits || (ranged && (code === DASH || value <= first)) || (code !== DASH && code !== SPACE))
      throw badRows(`"${text.slice(start, start + 40).split(" ", 1)[0]}" is no part of rows like "0-4 7".`);
    if (code === DASH) first = value;
    else {
      visit(ranged ? first : value, value);
      first = -1;
      start = at + 1;
    }
    value = digits = 0;
  }
}

/** Rows as distinct indices in the order given. @throws LatentScopeError `bad-rows` when one is no row of a scope of `count` rows */
export function checkRows(count: number, rows: ArrayLike<number>): Uint32Array {
  const seen = new Uint8Array(count);
  const distinct = new Uint32Array(Math.min(count, rows.length));
  let found = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (!Number.isInteger(row) || row < 0 || row >= count) throw notInScope(row, count, i);
    if (seen[row]) continue;
    seen[row] = 1;
    distinct[found++] = row;
  }
  return distinct.slice(0, found);
}

function notInScope(row: unknown, count: number, position?: number): LatentScopeError {
  const where = position === undefined ? "" : ` (at position ${position})`;
  return badRows(
    `${String(row)}${where} is no row of this scope: rows are whole numbers from 0 to ${count - 1} (ls_index).`,
  );
}

function badRows(message: string): LatentScopeError {
  return new LatentScopeError("bad-rows", message);
}

function isAscending(rows: ArrayLike<number>): boolean {
  for (let i = 1; i < rows.length; i++) if (rows[i] <= rows[i - 1]) return false;
  return true;
}
