import { fitScale, transformOf, type Size, type View } from "./view";

/** A label that wants a place. */
export interface LabelRequest {
  readonly id: number;
  /** Anchor in map coordinates. */
  readonly x: number;
  readonly y: number;
  /** Size in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** The larger goes first; equal priorities go by id. */
  readonly priority: number;
}

/** Where a label goes, and from which zoom on it has room. */
export interface PlacedLabel {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** From the anchor to the centre of the label, in CSS pixels: keeps labels inside the area while the whole map is shown. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** The label is shown at this zoom and at every larger one. */
  readonly minZoom: number;
}

export interface PlacementOptions {
  /** Free space around each label in CSS pixels. Defaults to 6. */
  readonly gap?: number;
}

/**
 * Places that a label tries, in this order: over its anchor, above, below, right and left of it. The first that shows it with the whole map,
 * or else soonest, is taken.
 */
const OFFSETS = [
  [0, 0],
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
] as const;
/** Free space in CSS pixels between the anchor and a label beside it. */
const CLEARANCE = 12;

/**
 * Gives every label the smallest zoom from which on it overlaps no label of higher priority (the active ranges of Been, Daiches and Yap,
 * "Dynamic Map Labeling", 2006). So at any zoom the labels shown do not overlap, panning never changes which are shown, and zooming in
 * only adds. Deterministic; quadratic in the number of labels, once for each size of the area.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  home: View,
  size: Size,
  options: PlacementOptions = {},
): PlacedLabel[] {
  const gap = options.gap ?? 6;
  const fit = fitScale(size);
  const ordered = [...requests].sort((a, b) => b.priority - a.priority || a.id - b.id);
  const placed: PlacedLabel[] = [];
  const scales: number[] = [];
  for (const request of ordered) {
    let best = { label: { ...request, shiftX: 0, shiftY: 0 }, minScale: Infinity };
    for (const [right, down] of OFFSETS) {
      const awayX = right * (request.width / 2 + CLEARANCE);
      const awayY = down * (request.height / 2 + CLEARANCE);
      const label = { ...request, ...shiftInside(request, awayX, awayY, home, size) };
      let minScale = 0;
      for (let i = 0; i < placed.length && minScale < best.minScale; i++) {
        const range = overlapRange(label, placed[i], fit, gap);
        // overlapping only at scales at which the other is not yet shown does no harm
        if (range > minScale && range > scales[i]) minScale = range;
      }
      if (minScale < best.minScale || (right === 0 && down === 0)) best = { label, minScale };
      if (minScale <= 1) break;
    }
    const { id, x, y, width, height, shiftX, shiftY } = best.label;
    const minZoom = best.minScale === 0 ? -Infinity : Math.log2(best.minScale);
    placed.push({ id, x, y, width, height, shiftX, shiftY, minZoom });
    scales.push(2 ** minZoom);
  }
  return placed;
}

/** The largest scale (2 ** zoom) at which two labels overlap, 0 when there is none; Infinity when they do at every scale. */
function overlapRange(
  a: LabelRequest & { shiftX: number; shiftY: number },
  b: PlacedLabel,
  fit: { x: number; y: number },
  gap: number,
): number {
  let low = 0;
  let high = Infinity;
  // on each axis they overlap at the scales s with |distance * s + shift| < reach
  for (let axis = 0; axis < 2; axis++) {
    const distance = axis === 0 ? (a.x - b.x) * fit.x : (b.y - a.y) * fit.y;
    const shift = axis === 0 ? a.shiftX - b.shiftX : a.shiftY - b.shiftY;
    const reach = (axis === 0 ? a.width + b.width : a.height + b.height) / 2 + gap;
    if (distance === 0) {
      if (Math.abs(shift) >= reach) return 0;
      continue;
    }
    const [one, other] = [(-reach - shift) / distance, (reach - shift) / distance];
    low = Math.max(low, Math.min(one, other));
    high = Math.min(high, Math.max(one, other));
    if (high <= low) return 0;
  }
  return high;
}

const EDGE = 4;

function shiftInside(
  label: LabelRequest,
  awayX: number,
  awayY: number,
  home: View,
  size: Size,
): { shiftX: number; shiftY: number } {
  const t = transformOf(home, size);
  const px = t.scaleX * label.x + t.offsetX;
  const py = t.scaleY * label.y + t.offsetY;
  const inside = (at: number, half: number, end: number) =>
    half * 2 + EDGE * 2 > end ? end / 2 : Math.min(end - half - EDGE, Math.max(half + EDGE, at));
  return {
    shiftX: inside(px + awayX, label.width / 2, size.width) - px,
    shiftY: inside(py + awayY, label.height / 2, size.height) - py,
  };
}
