import { writeFileSync } from "node:fs";
import path from "node:path";
import { readApplication } from "./application";
import { widgetState, type MapSource } from "./map";
import { escapeHtml } from "./progress";
import type { ScopeSession } from "./session";

/**
 * Writes the map as one HTML page (no server, no network; pan, zoom and labels) and says on standard error where it is.
 * The page holds what the widget's state holds: positions, clusters and labels, but no texts.
 */
export function writeMapPage(source: MapSource, session: ScopeSession, height: number, folder: string): void {
  const file = path.join(folder, `${path.basename(source.scope)}-map.html`);
  const state = Object.entries(widgetState(source, session, height)).map(([key, value]) =>
    ArrayBuffer.isView(value)
      ? [key, { base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") }]
      : [key, value as unknown],
  );
  writeFileSync(file, page(source.title, JSON.stringify(Object.fromEntries(state)), readApplication().module));
  process.stderr.write(`Map written to ${file}\n`);
}

function page(title: string, state: string, module: string): string {
  const moduleUrl = `data:text/javascript;base64,${Buffer.from(module).toString("base64")}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<body style="margin:0;font-family:system-ui,sans-serif"><div id="map"></div>
<script id="state" type="application/json">${state.replaceAll("<", "\\u003c")}</script>
<script type="module">
import widget from "${moduleUrl}";
const bytes = (base64) => new DataView(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer);
const saved = JSON.parse(document.getElementById("state").textContent);
const state = Object.fromEntries(Object.entries(saved).map(([k, v]) => [k, v && v.base64 !== undefined ? bytes(v.base64) : v]));
const model = { get: (key) => state[key], set() {}, save_changes() {}, on() {}, off() {}, send() {} };
widget.render({ model, el: document.getElementById("map"), signal: new AbortController().signal });
</script>
</body>
</html>
`;
}
