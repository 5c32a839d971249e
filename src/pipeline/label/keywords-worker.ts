import { serveTask } from "../../compute/worker-task";
import { excerpt } from "../format";
import { countTerms, keywordsOf, labelsOf, mergeClasses, type Keywords } from "./keywords";

/** The texts of each cluster, the most central first; position = cluster. */
export interface KeywordsTask {
  texts: readonly (readonly string[])[];
  /** Texts of no cluster. */
  background: readonly string[];
  /** Clusters that are named together, too. */
  themes: readonly (readonly number[])[];
}

export interface KeywordsFound {
  labels: KeywordLabel[];
  /** The name of each theme; null where no words tell it from the others. */
  themes: (string | null)[];
}

export interface KeywordLabel {
  label: string;
  description: string;
  keywords: Keywords;
  /** Texts that the description quotes, by position. */
  quoted: readonly number[];
}

/** A theme is one thing, or two. */
const THEME_KEYWORDS = 2;
const EXCERPT_LENGTH = 110;
const LABEL_EXCERPT_LENGTH = 40;
/** Central texts that a description quotes. */
const QUOTED_TEXTS = 3;

serveTask<KeywordsTask, KeywordsFound>(({ texts, background, themes }) => {
  const classes = texts.map(countTerms);
  const outside = countTerms(background);
  const keywords = keywordsOf(classes, outside);
  const bySize = texts.map((_, id) => id).sort((a, b) => texts[b].length - texts[a].length || a - b);
  const labels = labelsOf(keywords, bySize);
  const named = texts.map((own, id) => {
    const quoted = distinctTexts(own);
    return {
      label: labels[id] ?? `“${excerpt(own[0], LABEL_EXCERPT_LENGTH)}” (${id})`,
      description: quoted.map((i) => `“${excerpt(own[i], EXCERPT_LENGTH)}”`).join(" · "),
      keywords: keywords[id],
      quoted,
    };
  });
  const merged = themes.map((clusters) => mergeClasses(clusters.map((id) => classes[id])));
  const words = keywordsOf(merged, outside).map((best) => best.slice(0, THEME_KEYWORDS));
  return { labels: named, themes: labelsOf(words, [...words.keys()]) };
});

/** Positions of the first texts that are not the same. */
function distinctTexts(texts: readonly string[]): number[] {
  const seen = new Map<string, number>();
  for (let i = 0; i < texts.length && seen.size < QUOTED_TEXTS; i++) if (!seen.has(texts[i])) seen.set(texts[i], i);
  return [...seen.values()];
}
