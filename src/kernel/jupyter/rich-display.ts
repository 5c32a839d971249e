/** What the last expression of a cell looks like: any object that says so, and polars' frames. */
import type { MimeBundle } from "./cell-display";
import { frameBundle } from "./frame-table";
import type { Hub } from "./hub";

/** Key of the method that returns an object's MIME bundle (or a promise of it); the convention of Deno's kernel. */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/** An object that can be the last expression of a cell and is shown richly there. */
export interface Displayable {
  [displaySymbol](): MimeBundle | Promise<MimeBundle>;
}

/** Shows a value in the running cell if it has a rich form. Returns false when it has none, and text is the way. */
export function displayRich(hub: Hub, value: unknown): boolean {
  try {
    const bundle = frameBundle(value) ?? (isDisplayable(value) ? value[displaySymbol]() : undefined);
    if (bundle === undefined) return false;
    const cell = hub.cell;
    if (bundle instanceof Promise) hub.awaitDisplay(bundle.then((data) => hub.display(data, cell)));
    else hub.display(bundle, cell);
    return true;
  } catch (error) {
    hub.report("A display failed", error);
    return false;
  }
}

function isDisplayable(value: unknown): value is Displayable {
  return typeof value === "object" && value !== null && typeof (value as Displayable)[displaySymbol] === "function";
}
