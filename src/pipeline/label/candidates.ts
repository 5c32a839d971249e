import { commonForm, type TermCount, type TextClass } from "./term-counts";
import { MAX_WORDS } from "./terms";

/** A term that may be a keyword of a class. */
export interface Candidate {
  /** As most often written in the class. */
  readonly form: string;
  readonly score: number;
}

/** A class of texts, and the folded words of which alone no keyword is made. */
export interface WordClass extends TextClass {
  readonly weak?: ReadonlySet<string>;
}

interface Ranked {
  readonly key: string;
  readonly count: TermCount;
  readonly score: number;
}

/** Terms that are ranked again by meaning. */
const CANDIDATES = 40;
/** Terms among which a longer phrase is looked for. */
const MOST_PHRASES = 400;
/** A phrase stands for its words when it makes up this part of their use. */
const PHRASE_SHARE = 0.45;
/** …and is in at least this many texts. */
const PHRASE_TEXTS = 3;
/** A word belongs to the next when this part of its use is before it. */
const GOES_ON = 0.6;
/** A keyword is in at least this part of a cluster's texts, and in two of them. */
const LEAST_SHARE = 0.02;
const FEW_TEXTS = 4;

/**
 * Candidates for keywords of each class, best first by class-based TF-IDF: how often a term is in the texts of a class, times the logarithm of how rare it is in all
 * (c-TF-IDF; Grootendorst 2022, arXiv:2203.05794). A text counts once for each of its terms.
 */
export function candidatesOf(classes: readonly WordClass[], background: TextClass): Candidate[][] {
  const all = [...classes, background].filter(({ texts }) => texts);
  const everywhere = new Map<string, number>();
  let total = 0;
  for (const { terms } of all)
    for (const [key, { texts }] of terms) {
      everywhere.set(key, (everywhere.get(key) ?? 0) + texts);
      total += texts;
    }
  const mean = total / all.length;
  return classes.map((one) =>
    bestTerms(one, (key, texts) => texts * Math.log(1 + mean / (everywhere.get(key) ?? texts))),
  );
}

function bestTerms(
  { terms, texts: size, weak }: WordClass,
  scoreOf: (key: string, texts: number) => number,
): Candidate[] {
  const least = size < FEW_TEXTS ? 1 : Math.max(2, size * LEAST_SHARE);
  const torn = tornPhrases(terms, least);
  const ranked = [...terms]
    .filter(([key, { texts }]) => texts >= least && !torn(key) && !key.split(" ").every((word) => weak?.has(word)))
    .map(([key, count]): Ranked => ({ key, count, score: scoreOf(key, count.texts) }))
    .sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
  const phrases = ranked.slice(0, MOST_PHRASES).filter(({ count }) => count.words > 1);
  const found = new Map<string, Candidate>();
  for (const term of ranked) {
    if (found.size >= CANDIDATES) break;
    const { key, count } = longest(term, phrases);
    if (!found.has(key)) found.set(key, { form: commonForm(count.forms), score: term.score });
  }
  return [...found.values()];
}

/**
 * Tells the longest phrases that are no whole: those that go on in most texts with the word at their end or beginning ("tax on vegetable", where vegetable
 * oils are meant), and those that end as they begin ("pct from pct").
 * @param least texts of the phrases that are asked about
 */
function tornPhrases(terms: ReadonlyMap<string, TermCount>, least: number): (key: string) => boolean {
  const after = new Map<string, number>();
  const before = new Map<string, number>();
  const note = (most: Map<string, number>, word: string, texts: number): void => {
    if (texts > (most.get(word) ?? 0)) most.set(word, texts);
  };
  for (const [key, { words, texts }] of terms) {
    // most pairs are in one text only, and can be no great part of a word of so many
    if (words !== 2 || texts <= least * GOES_ON) continue;
    const [first, second] = key.split(" ");
    note(after, first, texts);
    note(before, second, texts);
  }
  const goesOn = (most: ReadonlyMap<string, number>, word: string): boolean =>
    (most.get(word) ?? 0) > (terms.get(word)?.texts ?? Infinity) * GOES_ON;
  return (key) => {
    const words = key.split(" ");
    const [first, last] = [words[0], words[words.length - 1]];
    if (words.length > 1 && first === last) return true;
    return words.length === MAX_WORDS && (goesOn(after, last) || goesOn(before, first));
  };
}

/** The longest phrase that a term is mostly part of, or the term itself. */
function longest(term: Ranked, phrases: readonly Ranked[]): Ranked {
  const longer = phrases.filter(
    ({ key, count }) =>
      count.words > term.count.words &&
      count.texts >= Math.max(PHRASE_TEXTS, term.count.texts * PHRASE_SHARE) &&
      ` ${key} `.includes(` ${term.key} `),
  );
  return longer.reduce((best, phrase) => (phrase.count.words > best.count.words ? phrase : best), term);
}
