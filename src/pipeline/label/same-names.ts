import { cleanLabel, MAX_LABEL_LENGTH } from "../../scope";
import { excerpt } from "../format";

/** A label by which two are the same to a reader. */
export function nameKey(label: string): string {
  return label.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** A label that is the same as another one. */
export interface SameName {
  /** The one that has to change. */
  readonly position: number;
  /** The one that keeps its label; undefined where it is a label that was taken before. */
  readonly keeper: number | undefined;
}

/**
 * Labels that are not the only ones of their name. The first in the order of `positions` keeps it, unless it was taken before.
 * @param labels by position
 * @param positions those that may change, those that shall rather keep theirs first
 */
export function sameNames(
  labels: ReadonlyMap<number, string>,
  positions: readonly number[],
  taken: readonly string[],
): SameName[] {
  const keepers = new Map<string, number | undefined>(taken.map((label) => [nameKey(label), undefined]));
  const same: SameName[] = [];
  for (const position of positions) {
    const label = labels.get(position);
    if (label === undefined) continue;
    const key = nameKey(label);
    if (keepers.has(key)) same.push({ position, keeper: keepers.get(key) });
    else keepers.set(key, position);
  }
  return same;
}

/** A label with what tells it from the others: "Taxes (tariff)"; "Taxes (2)" where no word does. */
export function withKeyword(label: string, keywords: readonly string[], taken: readonly string[]): string {
  const names = new Set(taken.map(nameKey));
  const fresh = keywords.filter((keyword) => !nameKey(label).includes(nameKey(keyword)));
  const numbers = Array.from({ length: taken.length + 1 }, (_, i) => String(i + 2));
  for (const addition of [...fresh, ...numbers]) {
    const short = excerpt(addition, MAX_LABEL_LENGTH / 4);
    const name = cleanLabel(`${excerpt(label, (MAX_LABEL_LENGTH * 3) / 4 - 3)} (${short})`);
    if (!names.has(nameKey(name))) return name;
  }
  throw new Error(`All names like ${JSON.stringify(label)} are taken.`);
}
