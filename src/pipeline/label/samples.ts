/** Texts that may be chosen for being different, at most; at evenly spread places between the centre and the edge of a cluster. */
const CANDIDATES = 64;
/** Characters of a text by whose words it is compared. */
const COMPARED = 600;

/**
 * Positions of the texts that stand for a cluster: half of them the most central, the others as different as can be from those chosen before
 * (the lowest share of common words with the most similar of them), so that a label fits all of the cluster. No text twice, none without letters.
 * @param texts the most central first
 * @returns central ones first, at most `count`
 */
export function chooseSamples(texts: readonly string[], count: number): number[] {
  const distinct = distinctTexts(texts);
  const central = distinct.slice(0, Math.ceil(count / 2));
  const others = distinct.slice(central.length);
  const step = Math.max(1, others.length / CANDIDATES);
  const candidates = Array.from(
    { length: Math.min(CANDIDATES, others.length) },
    (_, i) => others[Math.floor(i * step)],
  );
  const words = new Map([...central, ...candidates].map((position) => [position, wordsOf(texts[position])]));
  const likeness = (a: number, b: number): number => common(words.get(a) ?? EMPTY, words.get(b) ?? EMPTY);
  const nearest = new Map(
    candidates.map((candidate) => [candidate, Math.max(0, ...central.map((other) => likeness(candidate, other)))]),
  );
  const chosen = [...central];
  while (chosen.length < count && nearest.size) {
    const [next] = [...nearest].reduce((best, entry) => (entry[1] < best[1] ? entry : best));
    nearest.delete(next);
    chosen.push(next);
    for (const [candidate, before] of nearest) nearest.set(candidate, Math.max(before, likeness(candidate, next)));
  }
  return chosen;
}

const EMPTY: ReadonlySet<string> = new Set();

function distinctTexts(texts: readonly string[]): number[] {
  const seen = new Set<string>();
  return [...texts.keys()].filter((position) => {
    const text = texts[position].trim();
    if (!text || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** Words in lower case; single characters where a script has no spaces. */
function wordsOf(text: string): ReadonlySet<string> {
  const start = text.slice(0, COMPARED).toLowerCase();
  return new Set(start.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[\p{L}\p{M}\p{N}]+/gu) ?? []);
}

/** Share of words that two texts have in common (Jaccard). */
function common(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const word of a) if (b.has(word)) both++;
  const all = a.size + b.size - both;
  return all ? both / all : 1;
}
