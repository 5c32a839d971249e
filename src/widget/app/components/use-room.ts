import { signal, type ReadonlySignal } from "@preact/signals";
import { useLayoutEffect, useMemo } from "preact/hooks";

/** How much room a toolbar has: for all of it, for what is used most, or only for what cannot be missed. */
export type Room = "whole" | "most" | "least";

/** Least widths in CSS pixels. */
const WHOLE = 880;
const MOST = 460;

/** The room that an element has from side to side, followed as it changes. */
export function useRoom(element: { readonly current: HTMLElement | null }): ReadonlySignal<Room> {
  const room = useMemo(() => signal<Room>("whole"), []);
  useLayoutEffect(() => {
    const measured = element.current;
    if (!measured) return;
    const measure = () => {
      const width = measured.clientWidth;
      // what is not on the page says nothing
      if (width) room.value = width >= WHOLE ? "whole" : width >= MOST ? "most" : "least";
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    return () => observer.disconnect();
  }, []);
  return room;
}
