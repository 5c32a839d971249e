import { DELETED_SLOT, OUTLIER_SLOT } from "./clusters";
import { css, type Rgb } from "./colours";
import { outlierColour, pointColour, type Theme } from "./palette";

/** The theme that an element shows: by the colour of its text, which JupyterLab's theme or the system has chosen. */
export function themeOf(element: Element): Theme {
  const [r = 0, g = 0, b = 0] =
    getComputedStyle(element)
      .color.match(/[\d.]+/g)
      ?.map(Number) ?? [];
  return 0.299 * r + 0.587 * g + 0.114 * b > 128 ? "dark" : "light";
}

/** Calls back when the notebook or the system changes its theme. Returns a function that stops it. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  for (const element of [document.documentElement, document.body])
    observer.observe(element, {
      attributes: true,
      attributeFilter: ["class", "style", "data-jp-theme-light", "data-jp-theme-name"],
    });
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    query.removeEventListener("change", listener);
  };
}

/** Colour of a cluster's swatch in lists and cards, for CSS. */
export function slotColour(slot: number, swatches: Uint8Array, theme: Theme): string {
  return css(slotRgb(slot, swatches, theme));
}

/** RGBA bytes of every slot; those that `fade` names are drawn faintly, and deleted rows not at all unless they are to be shown. */
export function paletteBytes(
  swatches: Uint8Array,
  theme: Theme,
  rows: number,
  { fade, showDeleted }: { fade?: (slot: number) => boolean; showDeleted: boolean },
): Uint8Array {
  const bytes = new Uint8Array(swatches.length * 4);
  // many points add up: the more, the more transparent each
  const alpha = Math.min(0.9, Math.max(0.55, 1.15 - Math.log10(Math.max(1, rows)) * 0.12));
  const base = (slot: number): number => {
    if (slot === DELETED_SLOT) return showDeleted ? alpha * 0.4 : 0;
    return slot === OUTLIER_SLOT ? alpha * 0.7 : alpha;
  };
  for (let slot = 0; slot < swatches.length; slot++) {
    const opacity = base(slot) * (fade?.(slot) ? 0.18 : 1);
    bytes.set([...slotRgb(slot, swatches, theme), Math.round(opacity * 255)], 4 * slot);
  }
  return bytes;
}

function slotRgb(slot: number, swatches: Uint8Array, theme: Theme): Rgb {
  return slot === OUTLIER_SLOT || slot === DELETED_SLOT ? outlierColour(theme) : pointColour(swatches[slot], theme);
}
