import { createRequire } from "node:module";
import { englishStopWords } from "./stop-words-english";

type Lists = Readonly<Record<string, readonly string[] | undefined>>;

let lists: Lists | undefined;

/**
 * Words of some languages that say nothing about a topic, and at which no phrase begins or ends. English has a list of its own: that of the
 * package `stopwords-iso`, from which the others are, has every "year" and "work" in it.
 * @param languages ISO 639-1; those without a list are passed over
 */
export function stopWordsOf(languages: readonly string[]): ReadonlySet<string> {
  const words = new Set<string>(languages.includes("en") ? englishStopWords : []);
  for (const language of languages) if (language !== "en") for (const word of listed(language)) words.add(word);
  return words;
}

/**
 * Words of some languages that are too general to be a keyword, though they can be part of one: "fiscal year", "young people".
 * They include the stop words.
 * @param languages ISO 639-1; those without a list are passed over
 */
export function generalWordsOf(languages: readonly string[]): ReadonlySet<string> {
  return new Set([...stopWordsOf(languages), ...languages.flatMap(listed)]);
}

function listed(language: string): string[] {
  lists ??= createRequire(__filename)("stopwords-iso") as Lists;
  return (lists[language] ?? []).map((word) => word.toLowerCase());
}
