import type { LabelText } from "./label-text";
import type { PlacedLabel } from "./place-labels";

/** Free space in CSS pixels between a label and its line. */
const GAP = 3;
/** A line shorter than this in CSS pixels would say nothing. */
const SHORTEST = 5;

/** A line from a label's text to its anchor, in CSS pixels from the label's upper left corner. */
export interface Leader {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

/** The line that says where a label belongs which had to move away; null for one that lies over its anchor, or so near that it needs none. */
export function leaderOf({ width, height, shiftX, shiftY }: PlacedLabel, { widths }: LabelText): Leader | null {
  const start = exit(-shiftX, -shiftY, height / Math.max(1, widths.length), widths);
  if (start >= 1 || Math.hypot(shiftX, shiftY) * (1 - start) < SHORTEST) return null;
  const [centreX, centreY] = [width / 2, height / 2];
  return {
    from: [centreX - shiftX * start, centreY - shiftY * start],
    to: [centreX - shiftX, centreY - shiftY],
  };
}

/** The part of the way from the centre to the anchor at which the last line of text is left behind. */
function exit(toX: number, toY: number, lineHeight: number, widths: readonly number[]): number {
  const between = (to: number, low: number, high: number): readonly [number, number] => {
    if (to === 0) return low <= 0 && high >= 0 ? [0, Infinity] : [0, -1];
    const [a, b] = [low / to, high / to];
    return [Math.min(a, b), Math.max(a, b)];
  };
  let last = 0;
  widths.forEach((width, line) => {
    const top = (line - widths.length / 2) * lineHeight;
    const [fromX, untilX] = between(toX, -width / 2 - GAP, width / 2 + GAP);
    const [fromY, untilY] = between(toY, top - GAP, top + lineHeight + GAP);
    const until = Math.min(untilX, untilY);
    if (Math.max(0, fromX, fromY) <= until) last = Math.max(last, until);
  });
  return last;
}
