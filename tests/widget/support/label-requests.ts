import fc from "fast-check";
import type { LabelRequest } from "../../../src/picture/place-labels";

/** Places on a map. */
export const unit = fc.double({ min: -1, max: 1, noNaN: true });

/** Labels of up to 40 clusters anywhere on a map. */
export const requests = fc
  .array(
    fc.record({
      x: unit,
      y: unit,
      width: fc.integer({ min: 10, max: 180 }),
      height: fc.integer({ min: 12, max: 54 }),
      priority: fc.integer({ min: 1, max: 20 }),
    }),
    { maxLength: 40 },
  )
  .map((list): LabelRequest[] => list.map((request, id) => ({ ...request, id })));
