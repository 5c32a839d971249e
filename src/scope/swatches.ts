import { UNCLUSTERED } from "./ids";
import type { Cluster } from "./state";

/** A colour of clusters: a hue (OKLCH, degrees) at one of three levels of lightness, which people who mix up hues can still tell apart. */
export interface Swatch {
  readonly hue: number;
  readonly level: 0 | 1 | 2;
}

const HUES = 12;

/** The colours that clusters have, by number; with more clusters, some share one. */
export const SWATCHES: readonly Swatch[] = Array.from({ length: HUES * 3 }, (_, i) => {
  const level = (i % 3) as 0 | 1 | 2;
  return { level, hue: (Math.floor(i / 3) * 360) / HUES + level * (360 / HUES / 3) + 18 };
});

/** Lightness of the levels on a light background, and chroma (OKLCH). */
export const SWATCH_LIGHTNESS = [0.52, 0.64, 0.76] as const;
export const SWATCH_CHROMA = [0.17, 0.165, 0.15] as const;

/** The first choice is free: a calm blue. */
const FIRST = SWATCHES.findIndex(({ level, hue }) => level === 0 && hue > 250);

/** Where a cluster is, how large, and the colour that it has already. */
export interface ClusterPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly swatch: number | null;
}

/**
 * A colour for each cluster, so that neighbours on the map differ most: the largest cluster chooses first, each takes the colour that is
 * farthest from those of its neighbours. Clusters that have a colour keep it. Deterministic.
 */
export function assignSwatches(places: readonly ClusterPlace[]): Uint8Array {
  const count = SWATCHES.length;
  const chosen = new Uint8Array(places.length);
  const bySize = places.map((_, i) => i).sort((a, b) => places[b].size - places[a].size || a - b);
  const fixed = bySize.filter((i) => places[i].swatch !== null);
  const free = bySize.filter((i) => places[i].swatch === null);
  const table = differences();
  const scores = new Float64Array(count);
  const used = new Set<number>();
  for (const i of fixed) {
    chosen[i] = (places[i].swatch ?? 0) % count;
    used.add(chosen[i]);
  }
  const done = [...fixed];
  for (const cluster of free) {
    scores.fill(Infinity);
    for (const other of done) {
      const distance = Math.hypot(places[cluster].x - places[other].x, places[cluster].y - places[other].y);
      const weight = 0.15 + distance;
      const row = chosen[other] * count;
      for (let s = 0; s < count; s++) scores[s] = Math.min(scores[s], (0.03 + table[row + s]) * weight);
    }
    // no colour twice while there are others
    if (used.size < count) for (const s of used) scores[s] = -1;
    let best = FIRST;
    for (let s = 0; s < count; s++) if (scores[s] > scores[best]) best = s;
    used.add(best);
    chosen[cluster] = best;
    done.push(cluster);
  }
  return chosen;
}

/**
 * A colour for one more cluster, whose place is not known: one that the fewest of the others have. The same for the same clusters.
 */
export function freeSwatch(clusters: readonly Cluster[]): number {
  const uses = new Uint32Array(SWATCHES.length);
  for (const { id, swatch } of clusters) if (id !== UNCLUSTERED && swatch !== null) uses[swatch % uses.length]++;
  const fewest = Math.min(...uses);
  // a step that has no divisor in common with their number comes by all of them
  for (let swatch = FIRST; ; swatch = (swatch + 13) % uses.length) if (uses[swatch] === fewest) return swatch;
}

/** How different each pair of colours looks: lightness and blue-yellow count more than red-green, which one man in twelve sees badly. */
function differences(): Float64Array {
  const lab = SWATCHES.map(({ hue, level }) => {
    const angle = (hue * Math.PI) / 180;
    const chroma = SWATCH_CHROMA[level];
    return [SWATCH_LIGHTNESS[level] * 1.2, chroma * Math.cos(angle) * 0.75, chroma * Math.sin(angle)];
  });
  const table = new Float64Array(lab.length ** 2);
  for (let i = 0; i < lab.length; i++)
    for (let j = 0; j < lab.length; j++)
      table[i * lab.length + j] = Math.hypot(...lab[i].map((v, axis) => v - lab[j][axis]));
  return table;
}
