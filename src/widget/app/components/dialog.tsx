import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Ui } from "../ui";
import { giveFocus } from "./popover";

interface DialogProps {
  ui: Ui;
  /** Accessible name. */
  label: string;
  title: ComponentChildren;
  confirm: string;
  /** Whether there is something to confirm. */
  ready: boolean;
  onConfirm: () => void;
  children: ComponentChildren;
}

/** A dialog in the place of the list, beside the map that it is about: the map stays in use. Escape cancels. */
export function Dialog({ ui, label, title, confirm, ready, onConfirm, children }: DialogProps): JSX.Element {
  const element = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    const opener = document.activeElement;
    dialog?.focus({ preventScroll: true });
    return () => {
      if (dialog?.contains(document.activeElement) || document.activeElement === document.body)
        giveFocus(opener, ui.stage.element);
    };
  }, []);
  const cancel = () => (ui.dialog.value = null);
  return (
    <section
      ref={element}
      class="ls-panel"
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        cancel();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <form
        class="ls-dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onConfirm();
        }}
      >
        <h2 class="ls-dialog-title">{title}</h2>
        <div class="ls-dialog-body">{children}</div>
        <footer class="ls-dialog-foot">
          <button type="button" class="ls-action" onClick={cancel}>
            Cancel
          </button>
          <button type="submit" class="ls-action ls-primary" disabled={!ready}>
            {confirm}
          </button>
        </footer>
      </form>
    </section>
  );
}
