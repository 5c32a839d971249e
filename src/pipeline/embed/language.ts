import { languageName, languagesOf } from "../languages";

/** Texts that tell which language a column is in. */
export const LANGUAGE_SAMPLE = 300;

const SAMPLE_CHARACTERS = 150;
/** Fewest texts of a known language that say something about a column. */
const FEWEST_TEXTS = 3;

/**
 * What is wrong with these texts for a model that knows only English, as the part of a sentence: "most texts are German". Undefined when
 * nothing is.
 */
export async function notEnglish(texts: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
  if (plainlyEnglish(texts)) return undefined;
  const languages = await languagesOf(texts, signal);
  const known = languages.reduce((sum, language) => sum + language.texts, 0);
  const english = languages.find(({ language }) => language === "en")?.share ?? 0;
  if (known >= FEWEST_TEXTS && english < 0.5) {
    const [first] = languages;
    return first.share > 0.5 ? `most texts are ${languageName(first.language)}` : "most texts are not English";
  }
  return mostlyNotLatin(texts) ? "most letters are not Latin" : undefined;
}

/** Frequent words of English that no other language has many of. */
const ENGLISH = new Set(["the", "and", "of", "to", "that", "with", "this", "you", "are", "have", "from", "which"]);
/** Of English prose these are a fifth of all words. */
const ENGLISH_SHARE = 0.06;

/** True where no detector is needed, whose data take a third of a second to load. */
function plainlyEnglish(texts: readonly string[]): boolean {
  const words = texts.flatMap(
    (text) =>
      text
        .slice(0, SAMPLE_CHARACTERS)
        .toLowerCase()
        .match(/\p{L}+/gu) ?? [],
  );
  return words.filter((word) => ENGLISH.has(word)).length > words.length * ENGLISH_SHARE;
}

/** True when most letters of these texts (of their beginnings) are of another script than Latin. */
function mostlyNotLatin(texts: readonly string[]): boolean {
  let letters = 0;
  let latin = 0;
  for (const text of texts)
    for (const character of text.slice(0, SAMPLE_CHARACTERS)) {
      const ascii = character < "\u0080";
      if (ascii ? !/[a-z]/i.test(character) : !/\p{L}/u.test(character)) continue;
      letters++;
      if (ascii || /\p{Script=Latin}/u.test(character)) latin++;
    }
  return letters > 0 && latin < letters / 2;
}
