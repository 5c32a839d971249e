import type { RowDetail } from "../../scope";

/** So many characters are looked through at once: a page stays quick however long its texts are. */
const MOST_CHARACTERS = 4_000_000;

/** Rows whose text contains this, whatever its case; ascending. Of very long texts, only the first ones are looked through. */
export function findInTexts(details: Iterable<RowDetail>, wanted: string): Uint32Array {
  const text = wanted.toLocaleLowerCase();
  const rows: number[] = [];
  let seen = 0;
  for (const detail of details) {
    seen += detail.text?.length ?? 0;
    if (seen > MOST_CHARACTERS) break;
    if (detail.text?.toLocaleLowerCase().includes(text)) rows.push(detail.row);
  }
  return Uint32Array.from(rows).sort();
}

/** The `count` rows of the greatest values, best first; equal ones by row. NaN and rows to skip are left out. */
export function nearest(values: ArrayLike<number>, count: number, skip?: Uint8Array): Uint32Array {
  const best: number[] = [];
  let least = -Infinity;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (skip?.[row] || !(best.length < count ? value === value : value > least)) continue;
    let at = best.length;
    while (at > 0 && values[best[at - 1]] < value) at--;
    best.splice(at, 0, row);
    if (best.length > count) best.pop();
    least = values[best[best.length - 1]];
  }
  return Uint32Array.from(best);
}

/** Clusters whose labels contain a text, those that begin with it first; otherwise in the order given. */
export function findLabels<T extends { readonly cluster: { readonly label: string } }>(
  items: readonly T[],
  wanted: string,
): T[] {
  const text = wanted.trim().toLocaleLowerCase();
  if (!text) return [];
  const place = ({ cluster }: T): number => cluster.label.toLocaleLowerCase().indexOf(text);
  return items.filter((item) => place(item) >= 0).sort((a, b) => Number(place(a) > 0) - Number(place(b) > 0));
}
