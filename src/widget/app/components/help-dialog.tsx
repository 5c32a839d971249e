import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Ui } from "../ui";
import { Button } from "./button";
import { giveFocus } from "./popover";

const shortcuts: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "On the map",
    [
      ["drag", "Move the map"],
      ["wheel", "Zoom, once the map has been clicked; with ctrl always"],
      ["arrows", "Move the map"],
      ["+ −", "Zoom"],
      ["0", "Show everything"],
      ["click", "Select a point and open its card, or select a cluster by its label"],
      ["double click", "Rename a cluster, on its label"],
      ["shift drag", "Select with a lasso"],
      ["n p", "Go to the next or the last row"],
      ["Enter", "Open the card of the point in the middle"],
      ["Backspace", "Go back to the row before"],
    ],
  ],
  [
    "Selecting",
    [
      ["shift", "Adds to the selection"],
      ["alt", "Removes from it"],
      ["shift alt", "Keeps only what is in both"],
      ["m", "Merge the selected clusters"],
      ["Delete", "Delete the selected rows"],
      ["Escape", "Close what is open, or clear the selection"],
    ],
  ],
  [
    "In the lists",
    [
      ["↑ ↓ Home End", "Walk clusters or rows"],
      ["Enter", "Select a cluster; go to a row on the map"],
      ["space", "Select the row or the cluster"],
      ["shift space", "Select rows from the one before to this"],
      ["F2", "Rename a cluster"],
      ["f", "Filter to a cluster, or show all again"],
    ],
  ],
  [
    "Everywhere",
    [
      ["/", "Search"],
      ["ctrl z", "Undo"],
      ["ctrl shift z", "Redo"],
      ["?", "This list"],
    ],
  ],
];

/** All shortcuts. */
export function HelpDialog({ ui }: { ui: Ui }): JSX.Element | null {
  return ui.helpOpen.value ? <Shortcuts ui={ui} /> : null;
}

function Shortcuts({ ui }: { ui: Ui }): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const close = () => (ui.helpOpen.value = false);
  useLayoutEffect(() => {
    const opener = document.activeElement;
    element.current?.showModal();
    return () => giveFocus(opener, ui.stage.element);
  }, []);
  return (
    <dialog
      ref={element}
      class="ls-help"
      aria-label="Shortcuts"
      onClose={close}
      onKeyDown={(event) => {
        // what Escape means to the view is not meant here
        event.stopPropagation();
        if (event.key !== "Escape") return;
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === event.currentTarget && close()}
    >
      <header class="ls-help-head">
        <h2>Shortcuts</h2>
        <Button icon="close" name="Close shortcuts" title="Close (Escape)" onClick={close} />
      </header>
      <div class="ls-help-body" tabIndex={0} role="group" aria-label="All shortcuts">
        <div class="ls-help-columns">
          {shortcuts.map(([where, keys]) => (
            <section key={where}>
              <h3>{where}</h3>
              <dl>
                {keys.map(([key, what]) => (
                  <div key={key}>
                    <dt>
                      <kbd>{key}</kbd>
                    </dt>
                    <dd>{what}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </dialog>
  );
}
