import { serveTask } from "../compute/worker-task";
import type { LanguageShare, LanguagesTask } from "./languages";

serveTask<LanguagesTask, LanguageShare[]>(async ({ texts }) => {
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
});
