/** A part of a selection: rows that have something in common. */
export interface Share {
  readonly name: string;
  /** Keys of these rows; several for the rest. */
  readonly keys: readonly number[];
  /** Selected rows. */
  readonly selected: number;
  /** Such rows in all. */
  readonly total: number;
}

/** So many parts are told one by one. */
const MOST_SHARES = 6;

/** What rows can be told apart by. */
export interface Grouping {
  /** Key of each row, from -1 on: a cluster, a category, a bin. */
  readonly keys: ArrayLike<number>;
  readonly name: (key: number) => string;
}

/** What some rows are made of: the largest parts first, and the rest as one. @param skip 1 for each row that does not count */
export function sharesOf(rows: Uint32Array, { keys, name }: Grouping, skip: Uint8Array): Share[] {
  const end = endOf(keys);
  // by key + 1
  const [selected, totals] = [new Uint32Array(end + 1), new Uint32Array(end + 1)];
  for (let row = 0; row < keys.length; row++) totals[keys[row] + 1] += 1 - skip[row];
  for (let i = 0; i < rows.length; i++) selected[keys[rows[i]] + 1] += 1 - skip[rows[i]];
  const total = (key: number): number => totals[key + 1];
  const all: (readonly [key: number, count: number])[] = [];
  for (let key = -1; key < end; key++) if (selected[key + 1]) all.push([key, selected[key + 1]]);
  all.sort(([a, m], [b, n]) => n - m || a - b);
  const cut = all.length > MOST_SHARES + 1 ? MOST_SHARES : all.length;
  const shares = all
    .slice(0, cut)
    .map(([key, count]): Share => ({ name: name(key), keys: [key], selected: count, total: total(key) }));
  const rest = all.slice(cut);
  if (!rest.length) return shares;
  const sum = (count: (key: number) => number): number => rest.reduce((all, [key]) => all + count(key), 0);
  return [
    ...shares,
    {
      name: `${rest.length} others`,
      keys: rest.map(([key]) => key),
      selected: sum((key) => selected[key + 1]),
      total: sum(total),
    },
  ];
}

/** Those of some rows that are in a part. */
export function rowsOfShare(rows: Uint32Array, { keys }: Grouping, share: Share): Uint32Array {
  const wanted = new Uint8Array(endOf(keys) + 1);
  for (const key of share.keys) wanted[key + 1] = 1;
  return rows.filter((row) => wanted[keys[row] + 1]);
}

/** One more than the greatest key. */
function endOf(keys: ArrayLike<number>): number {
  let end = 0;
  for (let row = 0; row < keys.length; row++) if (keys[row] >= end) end = keys[row] + 1;
  return end;
}
