import { interpolateViridis } from "d3-scale-chromatic";
import type { Rgb } from "../../../picture/colours";
import type { Theme } from "../../../picture/palette";

/** The part of the ramp that stands out from the background: its dark end is lost on dark, its yellow one on light. */
const PART: Record<Theme, readonly [number, number]> = { light: [0, 0.88], dark: [0.2, 1] };

/**
 * Colour of a value by its place from 0 to 1. Viridis is told apart by its lightness alone, and so whatever a person's colour vision; high values are
 * those that stand out most from the background.
 */
export function rampColour(place: number, theme: Theme): Rgb {
  const [from, to] = PART[theme];
  const along = theme === "light" ? 1 - place : place;
  const hex = Number.parseInt(interpolateViridis(from + (to - from) * along).slice(1), 16);
  return [hex >> 16, (hex >> 8) & 255, hex & 255];
}
