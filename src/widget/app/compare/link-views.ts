import { effect } from "@preact/signals";
import { equalValues } from "../../../scope";
import type { Ui } from "../ui";

/** Keeps what is selected and hovered in two views of the same rows the same. Returns a function that ends that. */
export function linkViews(a: Ui, b: Ui): () => void {
  const stops = [followSelection(a, b), followSelection(b, a), followHover(a, b), followHover(b, a)];
  return () => {
    for (const stop of stops) stop();
  };
}

function followSelection(from: Ui, to: Ui): () => void {
  let last = from.store.snapshot.state.selection;
  return from.store.subscribe(() => {
    const { selection } = from.store.snapshot.state;
    if (selection === last) return;
    last = selection;
    if (!equalValues(selection, to.store.snapshot.state.selection)) to.store.select(selection);
  });
}

/** Rings the row under the pointer in the other view, too: quietly, so that it is not followed back. */
function followHover(from: Ui, to: Ui): () => void {
  return effect(() => {
    const hover = from.hover.value;
    if (hover?.quiet) return;
    if (hover) to.hover.value = { row: hover.row, x: 0, y: 0, quiet: true };
    else if (to.hover.peek()?.quiet) to.hover.value = null;
  });
}
