import { quotedList } from "../format";

/** "Did you mean …?", or undefined when no name is like the wrong one. */
export function didYouMean(wrong: string, names: readonly string[]): string | undefined {
  const near = nearestNames(wrong, names);
  return near.length ? `Did you mean ${quotedList(near, "or")}?` : undefined;
}

/** What to say of a column that is not there: the names most like it, or all. */
export function columnHint(wrong: string, columns: readonly string[]): string {
  return didYouMean(wrong, columns) ?? `The columns are ${quotedList(columns)}.`;
}

/** The names most like a wrong one, best first: those within a third of its length by edit distance, or that contain it. */
export function nearestNames(wrong: string, names: readonly string[], limit = 3): string[] {
  const key = wrong.trim().toLowerCase();
  const near = names
    .map((name) => ({ name, distance: editDistance(key, name.toLowerCase()) }))
    .filter(({ name, distance }) => {
      const other = name.toLowerCase();
      const contained = key.length > 1 && other.length > 1 && (other.includes(key) || key.includes(other));
      return contained || distance <= Math.max(1, Math.ceil(Math.max(key.length, other.length) / 3));
    });
  return near
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ name }) => name);
}

/**
 * Number of insertions, deletions, replacements and swaps of neighbours that turn one string into the other
 * (optimal string alignment distance; Damerau 1964).
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1] + Number(a[i - 1] !== b[j - 1]);
      let best = Math.min(last[j] + 1, row[j - 1] + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, beforeLast[j - 2] + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
