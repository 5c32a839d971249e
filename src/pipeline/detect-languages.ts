import type { LanguageShare } from "./languages";

/** The languages of some texts, the most frequent first, by `eld`, which takes a third of a second to load: for workers. */
export async function detectLanguages(texts: readonly string[]): Promise<LanguageShare[]> {
  const { eld } = await import("eld/small");
  const counts = new Map<string, number>();
  for (const text of texts) {
    const found = eld.detect(text);
    const language = found.isReliable() ? found.language : "";
    counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  const known = [...counts].filter(([language]) => language).sort((a, b) => b[1] - a[1]);
  const total = known.reduce((sum, [, count]) => sum + count, 0);
  return known.map(([language, count]) => ({ language, texts: count, share: count / total }));
}
