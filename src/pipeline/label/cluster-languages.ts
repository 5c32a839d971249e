import { detectLanguages } from "../detect-languages";

/** Texts and characters of each that tell the languages of a cluster. */
const SAMPLE_TEXTS = 10;
const SAMPLE_CHARACTERS = 200;
/** A language counts that has this part of the texts whose language can be told. */
const LEAST_SHARE = 0.3;

/** The languages of each cluster, ISO 639-1, by its first texts; where they cannot be told those of all, and else English. */
export async function clusterLanguages(texts: readonly (readonly string[])[]): Promise<string[][]> {
  const samples = texts.map((own) => own.slice(0, SAMPLE_TEXTS).map((text) => text.slice(0, SAMPLE_CHARACTERS)));
  const found: string[][] = [];
  const sums = new Map<string, number>();
  for (const sample of samples) {
    const shares = await detectLanguages(sample);
    for (const { language, texts: n } of shares) sums.set(language, (sums.get(language) ?? 0) + n);
    found.push(shares.filter(({ share }) => share >= LEAST_SHARE).map(({ language }) => language));
  }
  const total = [...sums.values()].reduce((sum, n) => sum + n, 0);
  const frequent = [...sums].filter(([, n]) => n >= total * LEAST_SHARE).map(([language]) => language);
  const otherwise = frequent.length ? frequent : ["en"];
  return found.map((languages) => (languages.length ? languages : otherwise));
}
