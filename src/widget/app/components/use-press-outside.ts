import { useLayoutEffect } from "preact/hooks";

/** Calls back when something is pressed outside of an element, while it is open. */
export function usePressOutside(
  element: { readonly current: HTMLElement | null },
  open: boolean,
  close: () => void,
): void {
  useLayoutEffect(() => {
    if (!open) return;
    const press = (event: PointerEvent) => {
      if (element.current && !event.composedPath().includes(element.current)) close();
    };
    document.addEventListener("pointerdown", press, true);
    return () => document.removeEventListener("pointerdown", press, true);
  }, [open]);
}
