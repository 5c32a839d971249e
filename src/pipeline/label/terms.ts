import { stopWords } from "./stop-words";

/** A word or phrase of a text. */
export interface Term {
  /** What counts as the same: lower case, without a plural s. */
  readonly key: string;
  /** As written. */
  readonly form: string;
  readonly words: number;
}

/** Longest phrase in words. */
const MAX_WORDS = 3;
const MIN_WORD_LENGTH = 3;
const MAX_WORD_LENGTH = 40;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’.&-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu;
/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

let segmenter: Intl.Segmenter | undefined;

/**
 * The distinct terms of a text: words that are no stop words, and phrases of two or three neighbouring words that neither start nor end
 * with a stop word and cross no punctuation.
 */
export function termsOf(text: string): Term[] {
  const terms = new Map<string, Term>();
  for (const clause of text.split(/[.!?;:,()[\]{}"“”«»\n\r\t|/—–]+(?=\s|$)|[;:()[\]{}"“”«»\n\r\t|—–]+/u)) {
    const words = wordsOf(clause);
    words.forEach((_, start) => {
      for (let length = 1; length <= MAX_WORDS && start + length <= words.length; length++) {
        const phrase = words.slice(start, start + length);
        if (!isTopical(phrase[0]) || !isTopical(phrase[length - 1])) continue;
        const key = phrase.map(fold).join(" ");
        if (!terms.has(key)) terms.set(key, { key, form: phrase.join(" "), words: length });
      }
    });
  }
  return [...terms.values()];
}

function wordsOf(clause: string): string[] {
  if (!UNSPACED.test(clause)) return clause.match(WORD) ?? [];
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "word" });
  return [...segmenter.segment(clause)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

function isTopical(word: string): boolean {
  if (word.length > MAX_WORD_LENGTH || !/\p{L}/u.test(word)) return false;
  // ideographs say much in few characters, and so do abbreviations in capitals
  if (word.length < MIN_WORD_LENGTH && !UNSPACED.test(word) && !/^\p{Lu}{2}$/u.test(word)) return false;
  return !stopWords.has(word.toLowerCase().replaceAll("’", "'"));
}

/** Lower case without the s of a plural or genitive (the S-stemmer; Harman 1991). */
export function fold(word: string): string {
  const lower = word.toLowerCase().replaceAll("’", "'").replace(/'s?$/, "");
  if (/[^aeiou\W]ies$/.test(lower) && lower.length > 4) return `${lower.slice(0, -3)}y`;
  if (/(?:[^aeious\W]|[aeo])es$/.test(lower) && /(?:ch|sh|x|ss|zz)es$/.test(lower)) return lower.slice(0, -2);
  if (/[^us\W]s$/.test(lower) && lower.length > 3) return lower.slice(0, -1);
  return lower;
}
