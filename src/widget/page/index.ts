/** The script of a page that shows a map by itself: the widget, and a stand-in for its kernel. */
import type { RowDetail, WidgetState } from "../../scope";
import widget from "../module";
import { StandIn } from "./stand-in";

/** The text of an element of the page. */
function contents(id: string): string {
  const text = document.getElementById(id)?.textContent;
  if (text === null || text === undefined) throw new Error(`This page has lost its part "${id}".`);
  return text;
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The widget's state: binary values are written as `{ base64 }`. */
function readState(): WidgetState {
  const saved = JSON.parse(contents("state")) as Record<string, { base64?: string } | null>;
  const values = Object.entries(saved).map(([key, value]) => [
    key,
    typeof value?.base64 === "string" ? new DataView(bytes(value.base64).buffer) : value,
  ]);
  return Object.fromEntries(values) as WidgetState;
}

async function readRows(): Promise<readonly RowDetail[] | null> {
  const packed = contents("rows");
  if (!packed) return null;
  const unpacked = new Blob([bytes(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(unpacked).json()) as RowDetail[];
}

let rows: Promise<readonly RowDetail[] | null> | undefined;
const model = new StandIn({
  state: readState(),
  application: new DataView(bytes(contents("application")).buffer),
  rows: () => (rows ??= readRows()),
});
const el = document.getElementById("map");
if (el) {
  widget.initialize({ model });
  widget.render({ model, el });
}
