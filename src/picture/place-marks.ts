/** A rectangle in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The side of its place on which a badge stands. */
export type MarkSide = "above" | "right" | "left" | "below";

const SIDES: readonly MarkSide[] = ["above", "right", "left", "below"];
/** Between a place and its badge, in CSS pixels. */
const DISTANCE = 10;
/** Height of a badge in CSS pixels. */
export const MARK_HEIGHT = 18;

/**
 * On which side of its place each badge stands: the first that covers neither a label nor an earlier badge, or above it where there is no such side. Deterministic.
 * @param places CSS pixels, with the width of each badge
 */
export function placeMarks(
  places: readonly { readonly x: number; readonly y: number; readonly width: number }[],
  labels: readonly Box[],
): MarkSide[] {
  const taken = [...labels];
  return places.map((place) => {
    const side = SIDES.find((candidate) => !taken.some((box) => overlap(box, badge(place, candidate)))) ?? "above";
    taken.push(badge(place, side));
    return side;
  });
}

function badge({ x, y, width }: { x: number; y: number; width: number }, side: MarkSide): Box {
  const left = side === "right" ? x + DISTANCE : side === "left" ? x - DISTANCE - width : x - width / 2;
  const top = side === "above" ? y - DISTANCE - MARK_HEIGHT : side === "below" ? y + DISTANCE : y - MARK_HEIGHT / 2;
  return { left, top, width, height: MARK_HEIGHT };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}
