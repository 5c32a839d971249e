import { isShown, labelCentre, type LabelLayout } from "./layout-labels";
import type { Box } from "./place-marks";
import type { Transform } from "./view";

/** Where a label is. */
export interface LabelBox extends Box {
  /** That of its cluster; below -1 for a theme. */
  readonly id: number;
}

/** Where the labels are that are shown at a zoom, in CSS pixels; those outside the area, too. */
export function labelBoxes({ placed }: Pick<LabelLayout, "placed">, zoom: number, t: Transform): LabelBox[] {
  return placed
    .filter((label) => isShown(label, zoom))
    .map((label) => {
      const [x, y] = labelCentre(label, t);
      const { id, width, height } = label;
      return { id, left: x - width / 2, top: y - height / 2, width, height };
    });
}

/** The cluster whose label is at a place in CSS pixels; null where there is none. */
export function labelledAt(boxes: readonly LabelBox[], x: number, y: number): number | null {
  const found = boxes.find(
    ({ id, left, top, width, height }) => id >= 0 && x >= left && x <= left + width && y >= top && y <= top + height,
  );
  return found?.id ?? null;
}
