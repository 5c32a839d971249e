import { DELETED_SLOT, OUTLIER_SLOT } from "../../../picture/clusters";
import type { Colouring } from "../../../picture/colouring";
import { oklch, type Rgb } from "../../../picture/colours";
import type { Theme } from "../../../picture/palette";
import { NO_CATEGORY } from "../../../scope";
import { rampColour } from "./ramp";
import type { ValueScale } from "./value-scale";

const FIRST = DELETED_SLOT + 1;
/** Steps of a ramp. */
const STEPS = 256;

/** Colours of numbers or dates by a scale; rows without a value are quiet. */
export function colourByValue(values: ArrayLike<number>, scale: ValueScale): Colouring {
  const slots = new Uint16Array(values.length);
  for (let row = 0; row < slots.length; row++) {
    const place = scale.place(values[row]);
    slots[row] = place === place ? FIRST + Math.min(STEPS - 1, Math.floor(place * STEPS)) : OUTLIER_SLOT;
  }
  return {
    slots,
    slotCount: FIRST + STEPS,
    colourOf: (slot, theme) => rampColour((slot - FIRST) / (STEPS - 1), theme),
  };
}

/** So many categories have colours of their own. */
export const MOST_COLOURS = 12;

/** Slot of a category: the most frequent ones have their own, the others share the last. */
export function categorySlot(category: number): number {
  return FIRST + Math.min(category, MOST_COLOURS);
}

/** Colours of categories, of which the most frequent come first. */
export function colourByCategory(codes: Uint16Array): Colouring {
  const slots = new Uint16Array(codes.length);
  for (let row = 0; row < slots.length; row++)
    slots[row] = codes[row] === NO_CATEGORY ? OUTLIER_SLOT : categorySlot(codes[row]);
  return {
    slots,
    slotCount: FIRST + MOST_COLOURS + 1,
    colourOf: (slot, theme) => categoryColour(slot - FIRST, theme),
  };
}

/** Categories of the rows by their tags: the number of the tag, or `tags.size` for rows with several; {@link NO_CATEGORY} without any. */
export function tagCodes(tags: ReadonlyMap<string, Uint32Array>, rows: number): Uint16Array {
  const codes = new Uint16Array(rows).fill(NO_CATEGORY);
  let number = 0;
  for (const tagged of tags.values()) {
    for (let i = 0; i < tagged.length; i++) codes[tagged[i]] = codes[tagged[i]] === NO_CATEGORY ? number : tags.size;
    number++;
  }
  return codes;
}

/** Hue (OKLCH, degrees) and lightness of the colours of categories: neighbours differ in both, for those who mix up hues. */
const COLOURS: readonly (readonly [hue: number, level: 0 | 1 | 2])[] = [
  [258, 0],
  [62, 2],
  [160, 1],
  [350, 0],
  [215, 2],
  [30, 1],
  [300, 1],
  [112, 2],
  [180, 0],
  [325, 2],
  [135, 0],
  [280, 2],
];
const LIGHTNESS: Record<Theme, readonly number[]> = { light: [0.47, 0.6, 0.73], dark: [0.6, 0.72, 0.85] };

function categoryColour(category: number, theme: Theme): Rgb {
  if (category >= COLOURS.length) return theme === "light" ? oklch(0.55, 0.02, 80) : oklch(0.7, 0.02, 80);
  const [hue, level] = COLOURS[category];
  return oklch(LIGHTNESS[theme][level], 0.15, hue);
}
