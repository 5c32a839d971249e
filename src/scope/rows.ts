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

// codes of characters
const SPACE = 0x20;
const DASH = 0x2d;
const ZERO = 0x30;

/** Rows of the set that was written last, which is as a rule the one that is read next: an edit is made, and then applied. */
let written = new Uint32Array(0);
let writtenSet = "";

/** The set of some rows, in any order; a repeated row counts once. */
export function rowSet(rows: ArrayLike<number>): RowSet {
  const sorted = isAscending(rows) ? rows : distinct(Uint32Array.from(rows).sort());
  const set = writeRanges(sorted) as RowSet;
  if (sorted instanceof Uint32Array) [written, writtenSet] = [sorted.slice(), set];
  return set;
}

/** Distinct rows in their order. */
export function rowList(rows: ArrayLike<number>): RowList {
  return writeRanges(rows) as RowList;
}

/** Sorted rows, each once. */
function distinct(sorted: Uint32Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[count - 1]) sorted[count++] = sorted[i];
  return sorted.subarray(0, count);
}

/**
 * Rows in their order as text: what follows without a gap is one part. Written as bytes: with hundreds of thousands of parts, a string for each of them
 * would take ten times as long.
 */
function writeRanges(rows: ArrayLike<number>): string {
  let bytes = new Uint8Array(64);
  let end = 0;
  const write = (value: number): void => {
    let digits = 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) >>> 0) digits++;
    end += digits;
    for (let at = end, rest = value; digits > 0; digits--) {
      const tens = (rest / 10) >>> 0;
      bytes[--at] = ZERO + rest - 10 * tens;
      rest = tens;
    }
  };
  for (let i = 0; i < rows.length;) {
    // two numbers of up to ten digits, with what stands before them
    if (end + 22 > bytes.length) {
      const longer = new Uint8Array(2 * bytes.length);
      longer.set(bytes);
      bytes = longer;
    }
    const first = rows[i];
    let last = first;
    while (++i < rows.length && rows[i] === last + 1) last = rows[i];
    if (end) bytes[end++] = SPACE;
    write(first);
    if (last === first) continue;
    bytes[end++] = DASH;
    write(last);
  }
  return new TextDecoder().decode(bytes.subarray(0, end));
}

/**
 * The rows of a set, ascending.
 * @param count number of rows of the scope
 * @throws LatentScopeError `bad-rows` when it is no set of rows of such a scope
 */
export function rowsOf(set: RowSet, count: number): Uint32Array {
  if (set === writtenSet && !(written[written.length - 1] >= count)) return written.slice();
  const rows = expand(set, count);
  if (isAscending(rows)) return rows;
  throw noRows(set);
}

/** The rows of a list, in its order. @throws LatentScopeError `bad-rows` as {@link rowsOf}, and when a row is in it twice */
export function listedRows(list: RowList, count: number): Uint32Array {
  const rows = expand(list, count);
  if (checkRows(count, rows).length === rows.length) return rows;
  throw badRows("A row is twice in the list.");
}

/** Reads characters, and each of them once: a set may have hundreds of thousands of parts. */
function expand(text: string, count: number): Uint32Array {
  if (typeof text !== "string") throw noRows(text);
  let rows: Uint32Array = new Uint32Array(16);
  let end = 0;
  let first = -1;
  let value = 0;
  let digits = 0;
  for (let at = 0; at <= text.length && text; at++) {
    const code = at < text.length ? text.charCodeAt(at) : SPACE;
    if (code >= ZERO && code < ZERO + 10) {
      value = value * 10 + code - ZERO;
      digits++;
      continue;
    }
    const ranged = first >= 0;
    if (!digits || (ranged && (code === DASH || value <= first)) || (code !== DASH && code !== SPACE))
      throw badRows(
        `"${text.slice(text.lastIndexOf(" ", at - 1) + 1, at + 1).trim()}" is no part of rows like "0-4 7".`,
      );
    if (value >= count) throw notInScope(value, count);
    if (code === DASH) first = value;
    else {
      let row = ranged ? first : value;
      const total = end + value - row + 1;
      if (total > count) throw badRows(`At least ${total} rows are given, of a scope that has ${count}.`);
      if (total > rows.length) {
        const filled = rows;
        rows = new Uint32Array(Math.min(count, Math.max(total, 2 * filled.length)));
        rows.set(filled);
      }
      while (row <= value) rows[end++] = row++;
      first = -1;
    }
    value = digits = 0;
  }
  return rows.slice(0, end);
}

/** Rows as distinct indices in the order given. @throws LatentScopeError `bad-rows` when one is no row of a scope of `count` rows */
export function checkRows(count: number, rows: ArrayLike<number>): Uint32Array {
  const seen = new Uint8Array(count);
  const distinct = new Uint32Array(Math.min(count, rows.length));
  let found = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (!Number.isInteger(row) || row < 0 || row >= count) throw notInScope(`${row} (at position ${i})`, count);
    if (seen[row]) continue;
    seen[row] = 1;
    distinct[found++] = row;
  }
  return distinct.slice(0, found);
}

function notInScope(row: unknown, count: number): LatentScopeError {
  return badRows(`${String(row)} is no row of this scope: rows are whole numbers from 0 to ${count - 1} (ls_index).`);
}

function noRows(value: unknown): LatentScopeError {
  return badRows(`Rows are text like "0-4 7", ascending, and not ${JSON.stringify(value)?.slice(0, 40)}.`);
}

function badRows(message: string): LatentScopeError {
  return new LatentScopeError("bad-rows", message);
}

function isAscending(rows: ArrayLike<number>): boolean {
  for (let i = 1; i < rows.length; i++) if (rows[i] <= rows[i - 1]) return false;
  return true;
}
