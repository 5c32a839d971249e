import { panBy, zoomAt } from "../../picture/view";
import { clearSelection, deleteSelected, redo, undo } from "./actions";
import { clearSearch, middleRow, showRow, stepBack, stepRow } from "./look-actions";
import type { Ui } from "./ui";

const PAN = 60;

/** Keys while the focus is anywhere in the view, inputs aside. Returns true when the key meant something. */
export function handleKey(ui: Ui, event: KeyboardEvent): boolean {
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (control && key === "z") {
    if (event.shiftKey) redo(ui);
    else undo(ui);
    return true;
  }
  if (control && key === "y") {
    redo(ui);
    return true;
  }
  if (event.altKey && key === "arrowleft" && ui.card.canGoBack.peek()) {
    stepBack(ui);
    return true;
  }
  if (control || event.altKey) return false;
  if (key === "/" || key === "?") {
    if (key === "?") ui.helpOpen.value = true;
    else ui.stage.element.closest(".ls-frame")?.querySelector<HTMLInputElement>("[data-search]")?.select();
    return true;
  }
  if (key === "escape") {
    if (ui.renaming.value) ui.renaming.value = null;
    else if (ui.popover.value) ui.popover.value = null;
    else if (ui.dialog.value) ui.dialog.value = null;
    else if (ui.card.row.value !== null) ui.card.close();
    else if (ui.snapshot.value.state.selection.length) clearSelection(ui);
    else if (ui.search.query.value) clearSearch(ui);
    return true;
  }
  const onMap = event.target === ui.stage.element;
  if ((onMap || (event.target as Element).matches("[role=row]")) && editByKey(ui, key)) return true;
  return onMap && (walkByKey(ui, key) || moveByKey(ui, key));
}

/** Keys that walk from row to row. */
function walkByKey(ui: Ui, key: string): boolean {
  if (key === "n") stepRow(ui, 1);
  else if (key === "p") stepRow(ui, -1);
  else if (key === "backspace") stepBack(ui);
  else if (key === "enter") {
    const row = middleRow(ui);
    if (row !== null) showRow(ui, row);
  } else return false;
  return true;
}

/** Keys that do something with what is selected, on the map and in the list. */
function editByKey(ui: Ui, key: string): boolean {
  const { rows, clusters } = ui.selected.peek();
  if (key === "delete" && rows.length) deleteSelected(ui);
  else if (key === "m" && clusters.length > 1 && !ui.dialog.peek()) ui.popover.value = "merge";
  else return false;
  return true;
}

function moveByKey({ stage }: Ui, key: string): boolean {
  const { view, size } = stage;
  const pan = { arrowleft: [PAN, 0], arrowright: [-PAN, 0], arrowup: [0, PAN], arrowdown: [0, -PAN] }[key];
  if (pan) stage.view = panBy(view, size, pan[0], pan[1]);
  else if (key === "+" || key === "=") stage.view = zoomAt(view, size, 0.5, size.width / 2, size.height / 2);
  else if (key === "-") stage.view = zoomAt(view, size, -0.5, size.width / 2, size.height / 2);
  else if (key === "0") stage.flyTo(stage.home);
  else return false;
  return true;
}

/**
 * Keeps the notebook's keys from being meant by what is typed here: with the focus on a map, "d d" would delete its cell. JupyterLab looks for the attribute
 * `data-lm-suppress-shortcuts` above the focus before anything else can stop the event; combinations such as saving still reach it.
 */
export function shieldKeys(root: HTMLElement): () => void {
  const shield = (event: KeyboardEvent) => {
    if (event.target instanceof Node && root.contains(event.target))
      root.toggleAttribute("data-lm-suppress-shortcuts", !isForNotebook(event));
  };
  const stop = (event: KeyboardEvent) => {
    if (!isForNotebook(event)) event.stopPropagation();
  };
  // the window's capturing listeners come before JupyterLab's, which are the document's
  window.addEventListener("keydown", shield, true);
  root.addEventListener("keydown", stop);
  root.setAttribute("data-lm-suppress-shortcuts", "");
  return () => {
    window.removeEventListener("keydown", shield, true);
    root.removeEventListener("keydown", stop);
  };
}

function isForNotebook(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  if (control && key === "s") return true;
  if ((event.target as Element).matches("input")) return false;
  return (control && key !== "z" && key !== "y") || (event.shiftKey && key === "enter");
}
