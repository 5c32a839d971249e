import { oklch, type Rgb } from "./colours";

export type Theme = "light" | "dark";

/** A colour of the palette: a hue at one of three levels of lightness, which people who mix up hues can still tell apart. */
interface Swatch {
  readonly hue: number;
  readonly level: 0 | 1 | 2;
}

const HUES = 12;
const LEVELS: Record<Theme, readonly [number, number, number]> = {
  light: [0.52, 0.64, 0.76],
  dark: [0.62, 0.73, 0.84],
};
const CHROMA = [0.17, 0.165, 0.15] as const;

const swatches: readonly Swatch[] = Array.from({ length: HUES * 3 }, (_, i) => {
  const level = (i % 3) as 0 | 1 | 2;
  return { level, hue: (Math.floor(i / 3) * 360) / HUES + level * (360 / HUES / 3) + 18 };
});

/** Number of different colours; with more clusters, those far from each other share one. */
export const SWATCHES = swatches.length;

/** Where a cluster is and how large, for {@link assignSwatches}. */
export interface ClusterPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/**
 * A swatch for each cluster, so that neighbours on the map differ most: the largest cluster chooses first, each takes the swatch that is
 * farthest from those of its neighbours. Deterministic.
 */
export function assignSwatches(places: readonly ClusterPlace[]): Uint8Array {
  const chosen = new Uint8Array(places.length);
  const order = places.map((_, i) => i).sort((a, b) => places[b].size - places[a].size || a - b);
  const table = differences();
  const scores = new Float64Array(SWATCHES);
  const used = new Set<number>();
  order.forEach((cluster, position) => {
    scores.fill(Infinity);
    for (let k = 0; k < position; k++) {
      const other = order[k];
      const distance = Math.hypot(places[cluster].x - places[other].x, places[cluster].y - places[other].y);
      const weight = 0.15 + distance;
      const row = chosen[other] * SWATCHES;
      for (let s = 0; s < SWATCHES; s++) scores[s] = Math.min(scores[s], (0.03 + table[row + s]) * weight);
    }
    // no colour twice while there are others
    if (position < SWATCHES) for (const s of used) scores[s] = -1;
    // the first choice is free: a calm blue
    let best = FIRST_SWATCH;
    for (let s = 0; s < SWATCHES; s++) if (scores[s] > scores[best]) best = s;
    used.add(best);
    chosen[cluster] = best;
  });
  return chosen;
}

const FIRST_SWATCH = swatches.findIndex((s) => s.level === 0 && s.hue > 250);

/** How different each pair of swatches looks: lightness and blue-yellow count more than red-green, which one man in twelve sees badly. */
function differences(): Float64Array {
  const table = new Float64Array(SWATCHES * SWATCHES);
  const lab = swatches.map(({ hue, level }) => {
    const angle = (hue * Math.PI) / 180;
    return [LEVELS.light[level] * 1.2, CHROMA[level] * Math.cos(angle) * 0.75, CHROMA[level] * Math.sin(angle)];
  });
  for (let i = 0; i < SWATCHES; i++)
    for (let j = 0; j < SWATCHES; j++)
      table[i * SWATCHES + j] = Math.hypot(...lab[i].map((v, axis) => v - lab[j][axis]));
  return table;
}

/** Colour of the points of a swatch. */
export function pointColour(swatch: number, theme: Theme): Rgb {
  const { hue, level } = swatches[swatch];
  return oklch(LEVELS[theme][level], CHROMA[level], hue);
}

/** Colour of text about a swatch, readable on the background. */
export function textColour(swatch: number, theme: Theme): Rgb {
  return theme === "light" ? oklch(0.4, 0.11, swatches[swatch].hue) : oklch(0.9, 0.07, swatches[swatch].hue);
}

/** Colour of the outliers. */
export function outlierColour(theme: Theme): Rgb {
  return theme === "light" ? oklch(0.74, 0.008, 260) : oklch(0.48, 0.012, 260);
}
