import type { Rgb } from "./colours";
import type { Theme } from "./palette";

/** What colours say, where it is not the clusters. */
export interface Colouring {
  /** Palette slot of each row: `OUTLIER_SLOT` where there is no value; values from `DELETED_SLOT + 1` on. */
  readonly slots: Uint16Array;
  /** Number of slots, those two included. */
  readonly slotCount: number;
  /** Colour of a slot of a value. */
  colourOf(slot: number, theme: Theme): Rgb;
}
