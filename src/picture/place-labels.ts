import { fitScale, transformOf, type Size, type Transform, type View } from "./view";

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
  /** The label is wanted only from this zoom on. Defaults to `-Infinity`. */
  readonly minZoom?: number;
  /** The label is wanted only at zooms below this. Defaults to `Infinity`. */
  readonly maxZoom?: number;
}

/** Where a label goes, and at which zooms it has room. */
export interface PlacedLabel {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** From the anchor to the centre of the label, in CSS pixels: keeps labels inside the area while the whole map is shown. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** The label is shown from this zoom on … */
  readonly minZoom: number;
  /** … and below this one. When it is not larger than `minZoom`, the label has room nowhere. */
  readonly maxZoom: number;
}

export interface PlacementOptions {
  /** Free space around each label in CSS pixels. Defaults to 6. */
  readonly gap?: number;
  /** Places that a label tries, by its own size: 0, 0 is over the anchor, -1 is left of it or above. Defaults to {@link OFFSETS}. */
  readonly offsets?: readonly (readonly [right: number, down: number])[];
}

/**
 * Places that a label tries, in this order: over its anchor, above, below, right and left of it, then the corners. The first that shows it with the whole map,
 * or else soonest, is taken.
 */
const OFFSETS: NonNullable<PlacementOptions["offsets"]> = [
  [0, 0],
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
];
/** Free space in CSS pixels between the anchor and a label beside it. */
const CLEARANCE = 12;

/**
 * Gives every label the smallest zoom from which on it overlaps no label of higher priority (the active ranges of Been, Daiches and Yap,
 * "Dynamic Map Labeling", 2006). So at any zoom the labels shown do not overlap, panning never changes which are shown, and zooming in
 * only adds, labels aside that are wanted below some zoom only. Deterministic; quadratic in the number of labels, once for each size of the area.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  home: View,
  size: Size,
  options: PlacementOptions = {},
): PlacedLabel[] {
  const gap = options.gap ?? 6;
  const offsets = options.offsets ?? OFFSETS;
  const fit = fitScale(size);
  const atHome = transformOf(home, size);
  const ordered = [...requests].sort((a, b) => b.priority - a.priority || a.id - b.id);
  const boxes = new PlacedBoxes(ordered.length, gap);
  return ordered.map((request) => {
    const { id, x, y, width, height } = request;
    const maxZoom = request.maxZoom ?? Infinity;
    const wanted = { from: 2 ** (request.minZoom ?? -Infinity), until: 2 ** maxZoom };
    let best = { shiftX: 0, shiftY: 0, minScale: Infinity };
    for (const [right, down] of offsets) {
      const awayX = right * (width / 2 + CLEARANCE);
      const awayY = down * (height / 2 + CLEARANCE);
      const shift = shiftInside(request, awayX, awayY, atHome, size);
      boxes.offer(x * fit.x, -y * fit.y, shift.shiftX, shift.shiftY, width / 2, height / 2);
      const minScale = boxes.freeFrom(wanted, best.minScale);
      if (minScale < best.minScale || (right === 0 && down === 0)) best = { ...shift, minScale };
      if (minScale <= Math.max(1, wanted.from)) break;
    }
    const { shiftX, shiftY } = best;
    const minZoom = best.minScale === 0 ? -Infinity : Math.log2(best.minScale);
    boxes.offer(x * fit.x, -y * fit.y, shiftX, shiftY, width / 2, height / 2);
    boxes.keep(2 ** minZoom, wanted.until);
    return { id, x, y, width, height, shiftX, shiftY, minZoom, maxZoom };
  });
}

/** Numbers of a box: anchor x and y at scale 1, shift x and y, half the width and the height. */
const NUMBERS = 6;

/** CSS pixels by which a rough test errs on the side of the exact one. */
const SLACK = 1e-6;

/** Boxes that grow apart with the scale, in flat arrays: with hundreds of labels, the test of two is made a million times. */
class PlacedBoxes {
  private readonly boxes: Float64Array;
  private readonly minScales: Float64Array;
  private readonly maxScales: Float64Array;
  private count = 0;
  /** The box that set the scale of the last answer. */
  private inTheWay = 0;

  /** @param gap free space around each in CSS pixels */
  constructor(
    capacity: number,
    private readonly gap: number,
  ) {
    this.boxes = new Float64Array(capacity * NUMBERS);
    this.minScales = new Float64Array(capacity);
    this.maxScales = new Float64Array(capacity);
  }

  /** The box that the next questions are about: in CSS pixels, y down. */
  offer(x: number, y: number, shiftX: number, shiftY: number, halfWidth: number, halfHeight: number): void {
    this.boxes.set([x, y, shiftX, shiftY, halfWidth, halfHeight], this.count * NUMBERS);
  }

  /** The box that was offered last stays, and is shown between these scales. */
  keep(minScale: number, maxScale: number): void {
    this.minScales[this.count] = minScale;
    this.maxScales[this.count] = maxScale;
    this.count++;
  }

  /**
   * The smallest scale from which on the offered box overlaps none of those kept while both are shown; some scale from `enough` on where it would be larger.
   * @param wanted the scales at which the offered box may be shown
   */
  freeFrom({ from, until }: { from: number; until: number }, enough: number): number {
    const { count, boxes } = this;
    if (count === 0) return from;
    const offered = count * NUMBERS;
    const x = boxes[offered];
    const y = boxes[offered + 1];
    const shiftX = boxes[offered + 2];
    const shiftY = boxes[offered + 3];
    const halfWidth = boxes[offered + 4] + this.gap + SLACK;
    const halfHeight = boxes[offered + 5] + this.gap + SLACK;
    // what was in the way of the last place is likely to be in the way of the next, too, and then no other matters
    let minScale = this.freeOf(this.inTheWay, until, from);
    for (let other = 0, b = 0; other < count && minScale < enough; other++, b += NUMBERS) {
      // most are apart already, and move on apart: no need to know since when
      const right = x - boxes[b];
      const offX = right * minScale + shiftX - boxes[b + 2];
      if ((right > 0 ? offX : -offX) >= halfWidth + boxes[b + 4]) continue;
      const down = y - boxes[b + 1];
      const offY = down * minScale + shiftY - boxes[b + 3];
      if ((down > 0 ? offY : -offY) >= halfHeight + boxes[b + 5]) continue;
      const next = this.freeOf(other, until, minScale);
      if (next > minScale) this.inTheWay = other;
      minScale = next;
    }
    return minScale;
  }

  /** The smallest scale, not below `minScale`, from which on the offered box does not overlap another. */
  private freeOf(other: number, maxScale: number, minScale: number): number {
    const last = Math.min(this.maxScales[other], maxScale);
    // what is never shown, or no longer, does no harm
    if (this.minScales[other] >= last || minScale >= last) return minScale;
    const high = this.overlapsUntil(other, Math.max(minScale, this.minScales[other]), last);
    return high > minScale ? Math.min(high, this.maxScales[other]) : minScale;
  }

  /** The scale at which the offered box and another are apart for good; 0 when they do not overlap between these two scales. */
  private overlapsUntil(other: number, from: number, until: number): number {
    const { boxes, gap } = this;
    const a = this.count * NUMBERS;
    const b = other * NUMBERS;
    let low = from;
    let high = Infinity;
    // on each axis they overlap at the scales s with |distance * s + shift| < reach
    for (let axis = 0; axis < 2; axis++) {
      const distance = boxes[a + axis] - boxes[b + axis];
      const shift = boxes[a + 2 + axis] - boxes[b + 2 + axis];
      const reach = boxes[a + 4 + axis] + boxes[b + 4 + axis] + gap;
      if (distance === 0) {
        if (Math.abs(shift) >= reach) return 0;
        continue;
      }
      const first = ((distance > 0 ? -reach : reach) - shift) / distance;
      const second = ((distance > 0 ? reach : -reach) - shift) / distance;
      if (first > low) low = first;
      if (second < high) high = second;
      if (high <= low || low >= until) return 0;
    }
    return high;
  }
}

/** Free space in CSS pixels between a label and the edge of the area. */
const EDGE = 4;

function shiftInside(
  label: LabelRequest,
  awayX: number,
  awayY: number,
  t: Transform,
  size: Size,
): { shiftX: number; shiftY: number } {
  const px = t.scaleX * label.x + t.offsetX;
  const py = t.scaleY * label.y + t.offsetY;
  return {
    shiftX: intoArea(px + awayX, label.width / 2, size.width) - px,
    shiftY: intoArea(py + awayY, label.height / 2, size.height) - py,
  };
}

/** The centre nearest to `at` with which a label that reaches `half` to both sides is inside the area, which ends at `end`; its middle where it has no room. All in CSS pixels. */
export function intoArea(at: number, half: number, end: number): number {
  return half * 2 + EDGE * 2 > end ? end / 2 : Math.min(end - half - EDGE, Math.max(half + EDGE, at));
}
