import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { PopoverName, Ui } from "../ui";

interface PopoverProps {
  ui: Ui;
  name: PopoverName;
  label: string;
  children: ComponentChildren;
}

/** A small dialog over the selection bar, beside the button that opened it. Escape and a press elsewhere close it; the focus goes back where it was. */
export function Popover({ ui, name, label, children }: PopoverProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const popover = element.current;
    const opener = document.activeElement;
    const button = popover?.parentElement?.querySelector<HTMLElement>(`[data-opens="${name}"]`);
    if (!popover) return;
    if (button) popover.style.setProperty("--left", `${leftOf(popover, button)}px`);
    popover.querySelector<HTMLElement>("input, button")?.focus({ preventScroll: true });
    const press = (event: PointerEvent) => {
      if (event.composedPath().includes(popover) || (button && event.composedPath().includes(button))) return;
      ui.popover.value = null;
    };
    document.addEventListener("pointerdown", press, true);
    return () => {
      document.removeEventListener("pointerdown", press, true);
      if (popover.contains(document.activeElement) || document.activeElement === document.body)
        giveFocus(opener, ui.stage.element);
    };
  }, []);
  return (
    <div
      ref={element}
      class="ls-popover"
      role="dialog"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        ui.popover.value = null;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {children}
    </div>
  );
}

/** The focus to what had it, or else to the map. */
export function giveFocus(element: Element | null, map: HTMLElement): void {
  // what had it may be on its way out with the popover
  queueMicrotask(() => {
    const there = element instanceof HTMLElement && element.isConnected && element !== document.body;
    (there ? element : map).focus({ preventScroll: true });
  });
}

/** Left edge within the dock, so that the popover is centred over its button as far as there is room. */
function leftOf(popover: HTMLElement, button: HTMLElement): number {
  const dock = popover.parentElement?.getBoundingClientRect();
  if (!dock) return 0;
  const { left, width } = button.getBoundingClientRect();
  const wanted = left + width / 2 - dock.left - popover.offsetWidth / 2;
  return Math.round(Math.max(0, Math.min(dock.width - popover.offsetWidth, wanted)));
}
