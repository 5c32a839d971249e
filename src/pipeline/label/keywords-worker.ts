import { serveTask } from "../../compute/worker-task";
import { excerpt } from "../format";
import type { Keywords } from "./keywords";
import { nameClusters } from "./name-clusters";

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

const EXCERPT_LENGTH = 110;
const LABEL_EXCERPT_LENGTH = 40;
/** Central texts that a description quotes. */
const QUOTED_TEXTS = 3;

serveTask<KeywordsTask, KeywordsFound>(async ({ texts, background, themes }) => {
  const names = await nameClusters(texts, background, themes);
  const labels = texts.map((own, id) => {
    const quoted = distinctTexts(own);
    return {
      label: names.labels[id] ?? (own.length ? `“${excerpt(own[0], LABEL_EXCERPT_LENGTH)}” (${id})` : `Cluster ${id}`),
      description: quoted.map((i) => `“${excerpt(own[i], EXCERPT_LENGTH)}”`).join(" · "),
      keywords: names.keywords[id],
      quoted,
    };
  });
  return { labels, themes: [...names.themes] };
});

/** Positions of the first texts that are not the same. */
function distinctTexts(texts: readonly string[]): number[] {
  const seen = new Map<string, number>();
  for (let i = 0; i < texts.length && seen.size < QUOTED_TEXTS; i++) if (!seen.has(texts[i])) seen.set(texts[i], i);
  return [...seen.values()];
}
