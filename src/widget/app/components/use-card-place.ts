import { useLayoutEffect } from "preact/hooks";
import type { Size } from "../../../picture/view";

const DISTANCE = 14;
/** Free space at the edges of the map. */
const EDGE = 4;

/** Puts a card beside a place of the map, in CSS pixels, where there is room for it. */
export function useCardPlace(
  card: { readonly current: HTMLElement | null },
  place: { readonly x: number; readonly y: number } | null,
  { width, height }: Size,
): void {
  useLayoutEffect(() => {
    const element = card.current;
    if (!element || !place) return;
    const { offsetWidth, offsetHeight } = element;
    const right = place.x + DISTANCE + offsetWidth <= width || place.x < offsetWidth + DISTANCE;
    const below = place.y + DISTANCE + offsetHeight <= height || place.y < offsetHeight + DISTANCE;
    const x = right ? Math.min(place.x + DISTANCE, width - offsetWidth - EDGE) : place.x - DISTANCE - offsetWidth;
    const y = below ? Math.min(place.y + DISTANCE, height - offsetHeight - EDGE) : place.y - DISTANCE - offsetHeight;
    element.style.transform = `translate(${Math.max(EDGE, Math.round(x))}px, ${Math.max(EDGE, Math.round(y))}px)`;
  });
}
