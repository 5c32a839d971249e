/** A word or phrase of a text. */
export interface Term {
  /** What counts as the same: lower case, without a plural s. */
  readonly key: string;
  /** As written. */
  readonly form: string;
  readonly words: number;
  /** Whether it opens a sentence, where the capital of its first word says nothing. */
  readonly opening: boolean;
}

/** Longest phrase in words. */
export const MAX_WORDS = 3;
const MIN_WORD_LENGTH = 3;
const MAX_WORD_LENGTH = 40;
/** What is looked at of a text: its beginning says what it is about. */
const MAX_CHARACTERS = 20_000;
const ADDRESS = /\b(?:https?:\/\/|www\.)\S+|\S+@\S+\.\S+/giu;
const SENTENCE_END = /[.!?…。！？]+(?=\s|$)|[。！？…\n\r|:]+/u;
const CLAUSE_END = /[,/](?=\s|$)|[;()[\]{}<>"“”«»\t|—–、，；「」『』（）]+/u;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’.&-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu;
/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

let segmenter: Intl.Segmenter | undefined;

/**
 * The distinct terms of a text: words that are no stop words, and phrases of two or three neighbouring words that neither start nor end
 * with a stop word and cross no punctuation. Addresses are left out.
 */
export function termsOf(text: string, stopWords: ReadonlySet<string>): Term[] {
  const terms = new Map<string, Term>();
  const take = (words: readonly string[], start: number, length: number, opening: boolean): void => {
    const phrase = words.slice(start, start + length);
    const key = phrase.map(fold).join(" ");
    const known = terms.get(key);
    if (known && (!known.opening || opening)) return;
    terms.set(key, { key, form: joined(phrase), words: length, opening });
  };
  for (const sentence of text.slice(0, MAX_CHARACTERS).replace(ADDRESS, "|").split(SENTENCE_END))
    sentence.split(CLAUSE_END).forEach((clause, position) => {
      const words = wordsOf(clause);
      const topical = words.map((word) => isTopical(word, stopWords));
      for (let start = 0; start < words.length; start++)
        for (let end = start; topical[start] && end < Math.min(words.length, start + MAX_WORDS); end++)
          if (topical[end]) take(words, start, end - start + 1, position === 0 && start === 0);
    });
  return [...terms.values()];
}

function joined(words: readonly string[]): string {
  return words.reduce((text, word) => {
    const unspaced = UNSPACED.test(text.slice(-1)) && UNSPACED.test(word.charAt(0));
    return text + (unspaced ? "" : " ") + word;
  });
}

function wordsOf(clause: string): string[] {
  if (!UNSPACED.test(clause)) return clause.match(WORD) ?? [];
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "word" });
  return [...segmenter.segment(clause)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

function isTopical(word: string, stopWords: ReadonlySet<string>): boolean {
  if (word.length > MAX_WORD_LENGTH || !/\p{L}/u.test(word)) return false;
  // words of unspaced scripts say much in few characters, and so do abbreviations in capitals
  const least = UNSPACED.test(word) || /^\p{Lu}{2}$/u.test(word) ? 2 : MIN_WORD_LENGTH;
  return word.length >= least && !stopWords.has(word.toLowerCase().replaceAll("’", "'"));
}

/** Lower case without the s of a plural or genitive (the S-stemmer; Harman 1991). */
export function fold(word: string): string {
  const lower = word.toLowerCase().replaceAll("’", "'").replace(/'s?$/, "");
  if (/[^aeiou\W]ies$/.test(lower) && lower.length > 4) return `${lower.slice(0, -3)}y`;
  if (/(?:[^aeious\W]|[aeo])es$/.test(lower) && /(?:ch|sh|x|ss|zz)es$/.test(lower)) return lower.slice(0, -2);
  if (/[^us\W]s$/.test(lower) && lower.length > 3) return lower.slice(0, -1);
  return lower;
}
