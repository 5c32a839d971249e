import { fold, termsOf } from "./terms";

/** Words and phrases that tell a cluster from the others, best first, in the form most often used in it. */
export type Keywords = readonly string[];

/** Keywords of a cluster, for its description. */
const KEYWORDS_PER_CLUSTER = 8;
/** A phrase stands for its words when it makes up this part of their use. */
const PHRASE_SHARE = 0.4;
/** …and is in at least this many texts. */
const PHRASE_TEXTS = 3;
/** A keyword is in at least this part of a cluster's texts, and in two of them. */
const LEAST_SHARE = 0.02;

interface TermCount {
  readonly words: number;
  /** Number of texts of this cluster with the term. */
  texts: number;
  readonly forms: Map<string, number>;
}

/**
 * Keywords of each cluster by class-based TF-IDF: how often a term is in the texts of a cluster, times the logarithm of how rare it is in all
 * (c-TF-IDF; Grootendorst 2022, arXiv:2203.05794). A text counts once for each of its terms.
 * @param texts those of each cluster; position = cluster
 * @param background texts of no cluster: they count as one class more, without keywords of their own
 */
export function clusterKeywords(texts: readonly (readonly string[])[], background: readonly string[] = []): Keywords[] {
  return keywordsOf(texts.map(countTerms), countTerms(background));
}

/** As {@link clusterKeywords}, of classes whose terms are counted. */
export function keywordsOf(own: readonly TextClass[], background: TextClass): Keywords[] {
  const classes = [...own, background];
  const everywhere = new Map<string, number>();
  let total = 0;
  for (const { terms } of classes)
    for (const [key, { texts: n }] of terms) {
      everywhere.set(key, (everywhere.get(key) ?? 0) + n);
      total += n;
    }
  const mean = total / classes.length;
  return own.map(({ terms, texts }) =>
    bestTerms(terms, texts, (key) => Math.log(1 + mean / (everywhere.get(key) ?? 1))),
  );
}

/** Texts that belong together, as the terms in them. */
export interface TextClass {
  readonly terms: ReadonlyMap<string, TermCount>;
  /** Number of texts. */
  readonly texts: number;
}

/** Some classes as one. */
export function mergeClasses(classes: readonly TextClass[]): TextClass {
  const merged = new Map<string, TermCount>();
  for (const { terms } of classes)
    for (const [key, { words, texts, forms }] of terms) {
      const known = merged.get(key) ?? { words, texts: 0, forms: new Map<string, number>() };
      merged.set(key, known);
      known.texts += texts;
      for (const [form, uses] of forms) known.forms.set(form, (known.forms.get(form) ?? 0) + uses);
    }
  return { terms: merged, texts: classes.reduce((sum, { texts }) => sum + texts, 0) };
}

export function countTerms(texts: readonly string[]): TextClass {
  const counts = new Map<string, TermCount>();
  for (const text of texts)
    for (const { key, form, words } of termsOf(text)) {
      let count = counts.get(key);
      if (!count) counts.set(key, (count = { words, texts: 0, forms: new Map() }));
      count.texts++;
      count.forms.set(form, (count.forms.get(form) ?? 0) + 1);
    }
  return { terms: counts, texts: texts.length };
}

function bestTerms(counts: ReadonlyMap<string, TermCount>, size: number, rarity: (key: string) => number): string[] {
  const least = size < 4 ? 1 : Math.max(2, size * LEAST_SHARE);
  const candidates = [...counts]
    .filter(([, { texts }]) => texts >= least)
    .map(([key, count]) => ({ key, count, score: count.texts * rarity(key) }))
    .sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
  const chosen: typeof candidates = [];
  for (const candidate of candidates) {
    if (chosen.length >= KEYWORDS_PER_CLUSTER) break;
    const best = expand(candidate, candidates);
    if (!chosen.some((other) => sharesWord(other.key, best.key))) chosen.push(best);
  }
  return chosen.map(({ count }) => commonForm(count.forms));
}

/** The longest phrase that a term is mostly part of, or the term itself. */
function expand<T extends { key: string; count: TermCount }>(term: T, candidates: readonly T[]): T {
  const words = term.key.split(" ");
  const longer = candidates.filter(
    ({ key, count }) =>
      count.words > term.count.words &&
      count.texts >= Math.max(PHRASE_TEXTS, term.count.texts * PHRASE_SHARE) &&
      containsWords(key.split(" "), words),
  );
  return longer.reduce((best, phrase) => (phrase.count.words > best.count.words ? phrase : best), term);
}

function containsWords(phrase: readonly string[], words: readonly string[]): boolean {
  return phrase.some((_, start) => words.every((word, i) => phrase[start + i] === word));
}

function sharesWord(a: string, b: string): boolean {
  const words = new Set(a.split(" "));
  return b.split(" ").some((word) => words.has(word));
}

/** The form used most; of two used equally often that with fewer capitals, which is not owed to the start of a sentence. */
function commonForm(forms: ReadonlyMap<string, number>): string {
  const capitals = (form: string): number => form.match(/\p{Lu}/gu)?.length ?? 0;
  return [...forms].sort(
    ([a, uses], [b, otherUses]) => otherUses - uses || capitals(a) - capitals(b) || (a < b ? -1 : 1),
  )[0][0];
}

/** Keywords of a label, and its longest length unless the first keyword alone is longer. */
const LABEL_KEYWORDS = 3;
const LABEL_LENGTH = 42;

/**
 * A label for each cluster, no two the same: its best keywords, as "Public lands, settlers". Where there are no keywords, null.
 * @param order clusters in the order in which they choose: a later one whose label is taken gets more keywords, or a number
 */
export function labelsOf(keywords: readonly Keywords[], order: readonly number[]): (string | null)[] {
  const labels: (string | null)[] = keywords.map(() => null);
  const taken = new Set<string>();
  for (const id of order) {
    const words = keywords[id];
    if (!words.length) continue;
    let length = 1;
    while (
      length < Math.min(LABEL_KEYWORDS, words.length) &&
      words.slice(0, length + 1).join(", ").length <= LABEL_LENGTH
    )
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

function compose(words: Keywords, length: number): string {
  const label = words.slice(0, length).join(", ");
  return label.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function identity(label: string): string {
  return label
    .split(/[\s,]+/)
    .map(fold)
    .join(" ");
}
