import { termsOf } from "./terms";

/** How often a term is used in a class of texts. */
export interface TermCount {
  readonly words: number;
  /** Number of texts with the term. */
  texts: number;
  /** Weight of each form. */
  readonly forms: Map<string, number>;
}

/** Texts that belong together, as the terms in them. */
export interface TextClass {
  readonly terms: ReadonlyMap<string, TermCount>;
  /** Number of texts. */
  readonly texts: number;
}

/** The capital that opens a sentence is no evidence of how a word is written: it decides only where there is no other. */
const OPENING_WEIGHT = 1e-4;

/** The terms of some texts; each text counts once. */
export function countTerms(texts: readonly string[], stopWords: ReadonlySet<string>): TextClass {
  const terms = new Map<string, TermCount>();
  for (const text of texts)
    for (const { key, form, words, opening } of termsOf(text, stopWords)) {
      let count = terms.get(key);
      if (!count) terms.set(key, (count = { words, texts: 0, forms: new Map() }));
      count.texts++;
      count.forms.set(form, (count.forms.get(form) ?? 0) + (opening ? OPENING_WEIGHT : 1));
    }
  return { terms, texts: texts.length };
}

/** Some classes as one. */
export function mergeClasses(classes: readonly TextClass[]): TextClass {
  const merged = new Map<string, TermCount>();
  for (const { terms } of classes)
    for (const [key, { words, texts, forms }] of terms) {
      const known = merged.get(key) ?? { words, texts: 0, forms: new Map<string, number>() };
      merged.set(key, known);
      known.texts += texts;
      for (const [form, uses] of forms) known.forms.set(form, (known.forms.get(form) ?? 0) + uses);
    }
  return { terms: merged, texts: classes.reduce((sum, { texts }) => sum + texts, 0) };
}

/** The form used most; of two used equally often that with fewer capitals, which is not owed to the start of a sentence. */
export function commonForm(forms: ReadonlyMap<string, number>): string {
  const capitals = (form: string): number => form.match(/\p{Lu}/gu)?.length ?? 0;
  return [...forms].sort(
    ([a, uses], [b, otherUses]) => otherUses - uses || capitals(a) - capitals(b) || (a < b ? -1 : 1),
  )[0][0];
}
