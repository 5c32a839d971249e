import { createCanvas, GlobalFonts } from "@napi-rs/canvas";
import type { LabelFont, LabelScene } from "../../picture/layout-labels";

/** What text is set in: the system's own font, or the first of these that there is. */
export const FONT_FAMILY =
  'system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif';

/** Width of a character against the size of its font, where there is no font to measure with. */
const TYPICAL_WIDTH = 0.56;

/** Whether this machine has any font: without one no text can be drawn. */
export function hasFonts(): boolean {
  return GlobalFonts.families.length > 0;
}

/** A font as a canvas takes it. */
export function canvasFont({ weight, size }: LabelFont): string {
  return `${weight} ${size}px ${FONT_FAMILY}`;
}

/** Measures text with the fonts of this machine; guesses where it has none. */
export function textMeasure(): LabelScene["measure"] {
  if (!hasFonts()) return (text, { size, spacing }) => text.length * (size * TYPICAL_WIDTH + spacing);
  const context = createCanvas(1, 1).getContext("2d");
  let current = "";
  return (text, font) => {
    const wanted = canvasFont(font);
    if (wanted !== current) context.font = current = wanted;
    return context.measureText(drawable(text)).width + text.length * font.spacing;
  };
}

/** A text without what the canvas takes for its end. */
export function drawable(text: string): string {
  return text.replaceAll("\0", "");
}

/** The direction of a text: that of its first letter, as `dir="auto"` has it. */
export function directionOf(text: string): "ltr" | "rtl" {
  const letter = /\p{L}/u.exec(text)?.[0] ?? "";
  return /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(letter)
    ? "rtl"
    : "ltr";
}
