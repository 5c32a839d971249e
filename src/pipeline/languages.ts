import { runInWorker, workerFile } from "../compute/worker-task";

/** How many texts are in a language. */
export interface LanguageShare {
  /** ISO 639-1: "en". */
  readonly language: string;
  readonly texts: number;
  /** Of the texts whose language can be told, 0 to 1. */
  readonly share: number;
}

export interface LanguagesTask {
  readonly texts: readonly string[];
}

/** Characters of a text that are looked at: the beginning is enough, and long texts take time. */
const MOST_CHARACTERS = 300;

/**
 * The languages of some texts, the most frequent first. Words alone and numbers have none that could be told: they are left out. Sixty
 * languages are known, by the n-grams of the package `eld`.
 */
export async function languagesOf(texts: readonly string[], signal?: AbortSignal): Promise<LanguageShare[]> {
  const task = { texts: texts.map((text) => text.slice(0, MOST_CHARACTERS)) };
  return runInWorker<LanguagesTask, LanguageShare[]>(workerFile(__dirname, "languages-worker.js"), task, {
    what: "Finding the language",
    signal,
  });
}

/** "German" for "de". */
export function languageName(language: string): string {
  return new Intl.DisplayNames(["en"], { type: "language" }).of(language) ?? language;
}
