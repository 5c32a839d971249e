import { candidatesOf, type Candidate, type WordClass } from "./candidates";
import { cosine, meanOf } from "./similarity";
import { fold } from "./terms";
import type { TextClass } from "./term-counts";

/** Words and phrases that tell a cluster from the others, best first, in the form most often used in it. */
export type Keywords = readonly string[];

/** A class of texts, and where it lies in the space of its words. */
export interface KeywordClass extends WordClass {
  /** Mean vector of its texts; undefined where the space does not know their language. */
  readonly centre?: Float32Array | undefined;
}

/** Keywords of a cluster, for its description. */
const KEYWORDS_PER_CLUSTER = 8;
/** How much a keyword loses that means the same as one before it. */
const DIVERSITY = 0.3;
/** Keywords are the same in another form that are as near as that: "Navy" and "naval" (0.85), "economy" and "economic" (0.88); "tax" and "taxpayers" are not (0.67). */
const SAME_MEANING = 0.75;
/** Words are of one stem that share so many letters at their beginning, and this part of the longer one: "Mexico", "Mexican". */
const STEM_LETTERS = 4;
const STEM_SHARE = 0.6;

/**
 * Keywords of each class. Candidates are ranked by class-based TF-IDF times the root of how much nearer they lie to the centre of the class than to the middle of all centres, and taken by maximal marginal relevance (Carbonell and Goldstein 1998, SIGIR),
 * never two with a word in common. A class without a centre goes by c-TF-IDF alone.
 * @param background texts of no class: they count as one more, without keywords of its own
 * @param vector of a term, of length 1
 */
export function keywordsOf(
  classes: readonly KeywordClass[],
  background: TextClass,
  vector?: (form: string) => Float32Array,
): Keywords[] {
  const centres = classes.flatMap(({ centre }) => centre ?? []);
  const middle = centres.length > 1 ? meanOf(centres) : undefined;
  return candidatesOf(classes, background).map((candidates, id) => {
    const { centre } = classes[id];
    const vectors = centre && vector && candidates.map(({ form }) => vector(form));
    const direction = middle ? centre?.map((value, d) => value - middle[d]) : centre;
    const relevance = candidates.map(({ score }, i) =>
      vectors && direction ? score * Math.sqrt(Math.max(0, cosine(vectors[i], direction))) : score,
    );
    return diverse(candidates, relevance, vectors).map(({ form }) => form);
  });
}

/** The most relevant candidates that are unlike each other. */
function diverse(
  candidates: readonly Candidate[],
  relevance: readonly number[],
  vectors: readonly Float32Array[] | undefined,
): Candidate[] {
  const chosen: Candidate[] = [];
  const likeness = candidates.map(() => 0);
  const left = new Set(candidates.keys());
  while (chosen.length < KEYWORDS_PER_CLUSTER && left.size) {
    const marginal = (i: number): number => relevance[i] * (1 - DIVERSITY * likeness[i]);
    const best = [...left].reduce((a, b) => (marginal(b) > marginal(a) ? b : a));
    chosen.push(candidates[best]);
    for (const i of left) {
      if (vectors) likeness[i] = Math.max(likeness[i], cosine(vectors[best], vectors[i]));
      if (likeness[i] > SAME_MEANING || shareWord(candidates[best].form, candidates[i].form)) left.delete(i);
    }
  }
  return chosen;
}

/** Whether two terms have a word of the same stem, short words such as "of" aside. */
function shareWord(a: string, b: string): boolean {
  const [words, others] = [a, b].map((term) => {
    const all = term.split(/[ -]/).map(fold);
    return all.length > 1 ? all.filter((word) => word.length > 2) : all;
  });
  return words.some((word) => others.some((other) => word === other || oneStem(word, other)));
}

function oneStem(a: string, b: string): boolean {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return same >= STEM_LETTERS && same >= STEM_SHARE * Math.max(a.length, b.length);
}
