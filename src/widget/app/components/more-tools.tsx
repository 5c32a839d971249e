import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icons";
import { usePressOutside } from "./use-press-outside";

/** What the toolbar has no room for, behind one button. Escape and a press elsewhere close it; Escape gives the focus back to the button. */
export function MoreTools({ children }: { children: (close: () => void) => ComponentChildren }): JSX.Element {
  const open = useSignal(false);
  const id = useId();
  const element = useRef<HTMLDivElement>(null);
  const close = () => {
    open.value = false;
    element.current?.querySelector("button")?.focus({ preventScroll: true });
  };
  usePressOutside(element, open.value, () => (open.value = false));
  useLayoutEffect(() => {
    if (open.value) element.current?.querySelector<HTMLElement>(".ls-more :is(button, select)")?.focus();
  }, [open.value]);
  return (
    <div
      ref={element}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open.value) return;
        close();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <button
        type="button"
        class="ls-button"
        aria-label="More tools"
        title="More tools"
        aria-haspopup="dialog"
        aria-expanded={open.value}
        aria-controls={open.value ? id : undefined}
        onClick={() => (open.value = !open.value)}
      >
        <Icon name="more" />
      </button>
      {open.value && (
        <div id={id} class="ls-more" role="dialog" aria-label="More tools">
          {children(close)}
        </div>
      )}
    </div>
  );
}
