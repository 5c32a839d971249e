import { DELETED_SLOT, OUTLIER_SLOT } from "./clusters";
import type { Colouring } from "./colouring";
import { css, type Rgb } from "./colours";
import { outlierColour, pointColour, type Theme } from "./palette";

/** Colour of a cluster's swatch in lists and cards, for CSS. */
export function slotColour(slot: number, swatches: Uint8Array, theme: Theme): string {
  return css(slotRgb(slot, swatches, theme));
}

/** RGBA bytes of every slot; those that `fade` names are drawn faintly, and deleted rows not at all unless they are to be shown. */
export function paletteBytes(
  slots: Pick<Colouring, "slotCount" | "colourOf">,
  theme: Theme,
  rows: number,
  { fade, showDeleted }: { fade?: (slot: number) => boolean; showDeleted: boolean },
): Uint8Array {
  const bytes = new Uint8Array(slots.slotCount * 4);
  // many points add up: the more, the more transparent each
  const alpha = Math.min(0.9, Math.max(0.55, 1.15 - Math.log10(Math.max(1, rows)) * 0.12));
  const base = (slot: number): number => {
    if (slot === DELETED_SLOT) return showDeleted ? alpha * 0.4 : 0;
    return slot === OUTLIER_SLOT ? alpha * 0.7 : alpha;
  };
  for (let slot = 0; slot < slots.slotCount; slot++) {
    const opacity = base(slot) * (fade?.(slot) ? 0.18 : 1);
    const colour = slot <= DELETED_SLOT ? outlierColour(theme) : slots.colourOf(slot, theme);
    bytes.set([...colour, Math.round(opacity * 255)], 4 * slot);
  }
  return bytes;
}

/** The slots of clusters, by their swatches. */
export function clusterSlots(swatches: Uint8Array): Pick<Colouring, "slotCount" | "colourOf"> {
  return { slotCount: swatches.length, colourOf: (slot, theme) => pointColour(swatches[slot], theme) };
}

function slotRgb(slot: number, swatches: Uint8Array, theme: Theme): Rgb {
  return slot === OUTLIER_SLOT || slot === DELETED_SLOT ? outlierColour(theme) : pointColour(swatches[slot], theme);
}
