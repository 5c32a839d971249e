import type { Keywords } from "./keywords";
import { fold } from "./terms";

/** Keywords of a label. */
const LABEL_KEYWORDS = 3;
/** Its longest length, unless the first keyword alone is longer. */
const LABEL_LENGTH = 42;

/**
 * A label for each cluster, no two the same: its best keywords, as "Public lands, settlers". Where there are no keywords, null.
 * @param order clusters in the order in which they choose: a later one begins with another of its best keywords than an earlier one, if it can;
 * one whose label is taken gets more keywords, or a number
 * @param most keywords of a label that is not taken
 */
export function labelsOf(
  keywords: readonly Keywords[],
  order: readonly number[],
  most = LABEL_KEYWORDS,
): (string | null)[] {
  const labels: (string | null)[] = keywords.map(() => null);
  const taken = new Set<string>();
  const firsts = new Set<string>();
  for (const id of order) {
    if (!keywords[id].length) continue;
    const words = withOwnFirst(keywords[id], firsts, most);
    firsts.add(identity(words[0]));
    let length = 1;
    while (length < Math.min(most, words.length) && words.slice(0, length + 1).join(", ").length <= LABEL_LENGTH)
      length++;
    let label = compose(words, length);
    while (taken.has(identity(label)) && length < words.length) label = compose(words, ++length);
    const base = label;
    for (let n = 2; taken.has(identity(label)); n++) label = `${base} (${n})`;
    taken.add(identity(label));
    labels[id] = label;
  }
  return labels;
}

/** The keywords, begun with the best one of a label that no other label begins with. */
function withOwnFirst(words: Keywords, firsts: ReadonlySet<string>, most: number): Keywords {
  const own = words.slice(0, most).find((word) => !firsts.has(identity(word)));
  return own === undefined ? words : [own, ...words.filter((word) => word !== own)];
}

function compose(words: Keywords, length: number): string {
  const label = words.slice(0, length).join(", ");
  // "iPhone" stays as it is
  return label.replace(/^\p{Ll}(?![\p{L}\p{N}]*\p{Lu})/u, (letter) => letter.toUpperCase());
}

/** What labels of the same words share, in whichever order. */
function identity(label: string): string {
  return label
    .split(/[\s,]+/)
    .map(fold)
    .sort()
    .join(" ");
}
