/*
 * Rows and flags of rows, in plain loops: the methods of typed arrays call a function for each row, and `for … of` an iterator, which with a
 * million rows makes the difference between a moment and a pause.
 */

/** 1 for each of some rows. @param count number of rows of the scope */
export function flagsOf(rows: Uint32Array, count: number): Uint8Array {
  const flags = new Uint8Array(count);
  for (let i = 0; i < rows.length; i++) flags[rows[i]] = 1;
  return flags;
}

/** Rows whose flag is set, ascending. */
export function flagged(flags: Uint8Array): Uint32Array {
  let count = 0;
  for (let row = 0; row < flags.length; row++) count += flags[row];
  const rows = new Uint32Array(count);
  for (let row = 0, at = 0; at < count; row++) if (flags[row]) rows[at++] = row;
  return rows;
}

/** Those of some rows whose flag is this, in their order. */
export function withFlag(rows: Uint32Array, flags: Uint8Array, flag: 0 | 1): Uint32Array {
  const found = new Uint32Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) if (flags[rows[i]] === flag) found[count++] = rows[i];
  return found.slice(0, count);
}

/** True when both hold the same numbers in the same order. */
export function equalValues(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
