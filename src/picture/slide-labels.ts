import { intoArea, type PlacedLabel } from "./place-labels";
import type { Size, Transform } from "./view";

/** A label at a view: slid into the area where its edge would cut it. */
export interface SlidLabel extends PlacedLabel {
  /** 1 for most; less, down to 0, for one that is about to go: because its anchor leaves the area, or because another label is in its way. */
  readonly opacity: number;
}

/** CSS pixels within which a label fades that leaves the area: those by which it would be cut, or those that its anchor has still to go. */
const FADE = 10;
/** Slid labels fade where they come nearer to others than this, in CSS pixels: placed labels keep as much space. */
const GAP = 6;

interface SlidBox {
  readonly label: PlacedLabel;
  /** Centre in CSS pixels. */
  readonly x: number;
  readonly y: number;
  /** How far it has slid in CSS pixels. */
  readonly slid: number;
  /** From 1 for a label that is there to 0 for one that has gone, and further down to -1 as its cluster goes on. */
  readonly presence: number;
}

/**
 * The labels that are to be seen at a view, none of them cut: one that the edge of the area would cut slides inside as long as its anchor is there, and fades
 * when that leaves. Of two that would meet the one goes that slid further; labels that have not slid are never in the way of each other, nor faint. Places and
 * opacities change steadily with the view, so nothing flickers while one pans. Labels that do not overlap where they were placed do not overlap here.
 * @param labels those that are shown at the zoom of the view
 */
export function slideLabels(labels: readonly PlacedLabel[], t: Transform, size: Size): SlidLabel[] {
  const boxes = labels.map((label) => slide(label, t, size)).filter(({ presence }) => presence > -1);
  const moved = boxes.filter(({ slid }) => slid > 0);
  return boxes.flatMap((box) => {
    let opacity = share(box.presence);
    for (const other of box.slid > 0 ? boxes : moved)
      if (opacity > 0 && other !== box) opacity = Math.min(opacity, besides(box, other));
    return opacity > 0 ? [{ ...box.label, opacity }] : [];
  });
}

function slide(label: PlacedLabel, t: Transform, size: Size): SlidBox {
  const { width, height, shiftX, shiftY } = label;
  const [anchorX, anchorY] = [t.scaleX * label.x + t.offsetX, t.scaleY * label.y + t.offsetY];
  const x = intoArea(anchorX + shiftX, width / 2, size.width);
  const y = intoArea(anchorY + shiftY, height / 2, size.height);
  const [right, down] = [x - anchorX - shiftX, y - anchorY - shiftY];
  const inside = Math.min(anchorX, size.width - anchorX, anchorY, size.height - anchorY);
  const cut = Math.max(Math.abs(right), Math.abs(down));
  return {
    label: { ...label, shiftX: shiftX + right, shiftY: shiftY + down },
    x,
    y,
    slid: Math.hypot(right, down),
    presence: Math.min(1, Math.max(1 - cut / FADE, inside / FADE)),
  };
}

/** How much of a label another leaves: nothing of one that overlaps it and has slid further. */
function besides(box: SlidBox, other: SlidBox): number {
  const [a, b] = [box.label, other.label];
  const apart = Math.max(
    Math.abs(box.x - other.x) - (a.width + b.width) / 2,
    Math.abs(box.y - other.y) - (a.height + b.height) / 2,
  );
  return Math.max(share((Math.max(0, apart) + other.slid - box.slid) / GAP), share(-other.presence));
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
