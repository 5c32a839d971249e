import { serveTask } from "../../compute/worker-task";
import { excerpt } from "../format";
import { countTerms, keywordsOf, labelsOf, mergeClasses, type Keywords } from "./keywords";
import { fold } from "./terms";

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
}

/** A theme is one thing, or two. */
const THEME_KEYWORDS = 2;
const EXCERPT_LENGTH = 160;
const LABEL_EXCERPT_LENGTH = 40;
/** Among the most central texts, the description quotes the one with most of the keywords. */
const CENTRAL_TEXTS = 20;

serveTask<KeywordsTask, KeywordsFound>(({ texts, background, themes }) => {
  const classes = texts.map(countTerms);
  const outside = countTerms(background);
  const keywords = keywordsOf(classes, outside);
  const bySize = texts.map((_, id) => id).sort((a, b) => texts[b].length - texts[a].length || a - b);
  const labels = labelsOf(keywords, bySize);
  const named = texts.map((own, id) => ({
    label: labels[id] ?? `“${excerpt(own[0], LABEL_EXCERPT_LENGTH)}” (${id})`,
    description: describe(own, keywords[id]),
    keywords: keywords[id],
  }));
  const merged = themes.map((clusters) => mergeClasses(clusters.map((id) => classes[id])));
  const words = keywordsOf(merged, outside).map((best) => best.slice(0, THEME_KEYWORDS));
  return { labels: named, themes: labelsOf(words, [...words.keys()]) };
});

function describe(texts: readonly string[], keywords: Keywords): string {
  const typical = `Typical: “${excerpt(mostTypical(texts.slice(0, CENTRAL_TEXTS), keywords), EXCERPT_LENGTH)}”`;
  return keywords.length ? `Keywords: ${keywords.join(", ")}. ${typical}` : typical;
}

function mostTypical(texts: readonly string[], keywords: Keywords): string {
  const wanted = keywords.flatMap((keyword) => keyword.split(" ").map(fold));
  const hits = texts.map((text) => {
    const words = new Set(text.split(/\P{L}+/u).map(fold));
    return wanted.filter((word) => words.has(word)).length;
  });
  return texts[hits.indexOf(Math.max(...hits))];
}
