import { SWATCH_CHROMA, SWATCH_LIGHTNESS, SWATCHES } from "../scope";
import { oklch, type Rgb } from "./colours";

export type Theme = "light" | "dark";

const LIGHTNESS: Record<Theme, readonly number[]> = { light: SWATCH_LIGHTNESS, dark: [0.62, 0.73, 0.84] };

/** Colour of the points of a swatch. */
export function pointColour(swatch: number, theme: Theme): Rgb {
  const { hue, level } = SWATCHES[swatch];
  return oklch(LIGHTNESS[theme][level], SWATCH_CHROMA[level], hue);
}

/** Colour of text about a swatch, readable on the background. */
export function textColour(swatch: number, theme: Theme): Rgb {
  return theme === "light" ? oklch(0.4, 0.11, SWATCHES[swatch].hue) : oklch(0.9, 0.07, SWATCHES[swatch].hue);
}

/** Colour of the outliers. */
export function outlierColour(theme: Theme): Rgb {
  return theme === "light" ? oklch(0.74, 0.008, 260) : oklch(0.48, 0.012, 260);
}

/** Colour of text about several clusters: quiet, and readable on the background. */
export function themeColour(theme: Theme): Rgb {
  return theme === "light" ? oklch(0.48, 0.02, 260) : oklch(0.8, 0.015, 260);
}
