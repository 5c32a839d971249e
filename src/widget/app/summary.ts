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
  const selected = new Map<number, number>();
  const totals = new Map<number, number>();
  for (let row = 0; row < keys.length; row++) if (!skip[row]) totals.set(keys[row], (totals.get(keys[row]) ?? 0) + 1);
  for (const row of rows) if (!skip[row]) selected.set(keys[row], (selected.get(keys[row]) ?? 0) + 1);
  const total = (key: number): number => totals.get(key) ?? 0;
  const all = [...selected].sort(([a, m], [b, n]) => n - m || a - b);
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
      selected: sum((key) => selected.get(key) ?? 0),
      total: sum(total),
    },
  ];
}

/** Those of some rows that are in a part. */
export function rowsOfShare(rows: Uint32Array, { keys }: Grouping, share: Share): Uint32Array {
  const wanted = new Set(share.keys);
  return rows.filter((row) => wanted.has(keys[row]));
}
