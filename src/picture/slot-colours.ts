import { DELETED_SLOT, OUTLIER_SLOT } from "./clusters";
import type { Colouring } from "./colouring";
import { css, type Rgb } from "./colours";
import { outlierColour, pointColour, type Theme } from "./palette";

/** Opacity of what is not meant just now, against what is. */
const FAINT = 0.25;

/** Colour of a cluster's swatch in lists and cards, for CSS. */
export function slotColour(slot: number, swatches: Uint8Array, theme: Theme): string {
  return css(slotRgb(slot, swatches, theme));
}

/**
 * RGBA bytes of every slot, opacities against that of an ordinary point; those that `fade` names are drawn faintly, and deleted rows not at all unless they are
 * to be shown.
 */
export function paletteBytes(
  slots: Pick<Colouring, "slotCount" | "colourOf">,
  theme: Theme,
  { fade, showDeleted }: { fade?: (slot: number) => boolean; showDeleted: boolean },
): Uint8Array {
  const bytes = new Uint8Array(slots.slotCount * 4);
  const base = (slot: number): number => {
    if (slot === DELETED_SLOT) return showDeleted ? 0.4 : 0;
    return slot === OUTLIER_SLOT ? 0.7 : 1;
  };
  for (let slot = 0; slot < slots.slotCount; slot++) {
    const opacity = base(slot) * (fade?.(slot) ? FAINT : 1);
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
