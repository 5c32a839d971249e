import { clusterLanguages } from "./cluster-languages";
import { labelsOf } from "./keyword-labels";
import { keywordsOf, type KeywordClass, type Keywords } from "./keywords";
import { meanOf, wordSpace } from "./similarity";
import { generalWordsOf, stopWordsOf } from "./stop-words";
import { countTerms, mergeClasses } from "./term-counts";
import { fold } from "./terms";

/** Keywords and labels of clusters, and of themes; null where no words tell one from the others. */
export interface ClusterNames {
  readonly keywords: readonly Keywords[];
  readonly labels: readonly (string | null)[];
  readonly themes: readonly (string | null)[];
}

/** A theme is one thing, or two. */
const THEME_KEYWORDS = 2;
/** Central texts that tell where a cluster lies. */
const CENTRAL_TEXTS = 30;
/** The language that the bundled static model knows. */
const EMBEDDED = "en";

/**
 * Names clusters by the words of their texts, with the stop words of their languages.
 * @param texts those of each cluster, the most central first
 * @param background texts of no cluster
 * @param themes clusters that are named together, too
 */
export async function nameClusters(
  texts: readonly (readonly string[])[],
  background: readonly string[] = [],
  themes: readonly (readonly number[])[] = [],
): Promise<ClusterNames> {
  const languages = await clusterLanguages(texts);
  const words = wordLists();
  const space = languages.some((own) => own[0] === EMBEDDED) ? wordSpace() : undefined;
  const classes = texts.map((own, id): KeywordClass => {
    const { stop, weak } = words(languages[id]);
    const embedded = own.length && languages[id][0] === EMBEDDED;
    const centre = embedded ? space?.centre(own.slice(0, CENTRAL_TEXTS)) : undefined;
    return { ...countTerms(own, stop), centre, weak };
  });
  const all = [...new Set(languages.flat())];
  const outside = countTerms(background, words(all).stop);
  const keywords = keywordsOf(classes, outside, space?.vector);
  const bySize = texts.map((_, id) => id).sort((a, b) => texts[b].length - texts[a].length || a - b);
  const merged = themes.map((clusters): KeywordClass => {
    const centres = clusters.flatMap((id) => classes[id].centre ?? []);
    const centre = centres.length === clusters.length && centres.length ? meanOf(centres) : undefined;
    return { ...mergeClasses(clusters.map((id) => classes[id])), centre, weak: words(all).weak };
  });
  const themeWords = keywordsOf(merged, outside, space?.vector);
  const themeLabels = labelsOf(themeWords, [...themeWords.keys()], THEME_KEYWORDS);
  return { keywords, labels: labelsOf(keywords, bySize), themes: themeLabels };
}

interface WordLists {
  readonly stop: ReadonlySet<string>;
  /** Folded words of which alone no keyword is made; stop words are among them. */
  readonly weak: ReadonlySet<string>;
}

/** Word lists of some languages, each made once. */
function wordLists(): (languages: readonly string[]) => WordLists {
  const known = new Map<string, WordLists>();
  return (languages) => {
    const key = languages.join();
    let lists = known.get(key);
    if (!lists) {
      lists = { stop: stopWordsOf(languages), weak: new Set([...generalWordsOf(languages)].map(fold)) };
      known.set(key, lists);
    }
    return lists;
  };
}
