import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Theme } from "../picture/palette";
import { DEFAULT_LOOK, type RowSet } from "../scope";
import { readApplication } from "./application";
import { widgetState, type MapSource } from "./map";
import { checkTheme } from "./picture";
import { escapeHtml } from "./progress";
import type { ScopeSession } from "./session";

/** How a page of a map is made. */
export interface PageOptions {
  /** Of the map, in CSS pixels. Default: as the window. */
  readonly height?: number;
  /** Default: as the reader's system. */
  readonly theme?: Theme;
  /** The rows that the page is about: the others are filtered out when it opens. Null for all. */
  readonly shown?: RowSet | null;
  /** What {@link packRows} has made; null for a page without texts. */
  readonly rows?: Uint8Array | null;
}

/**
 * The map with the whole application as one HTML page: no server, no network, which its content security policy forbids. Edits are refused, with
 * a word that they would not be kept.
 * @throws LatentScopeError `bad-option` for another theme
 */
export function mapPage(source: MapSource, session: ScopeSession, options: PageOptions): string {
  const { height, theme, shown = null, rows } = options;
  if (theme !== undefined) checkTheme(theme);
  const { gzipped, page: script } = readApplication();
  const state = { ...widgetState(source, session, height ?? 0), look: { ...DEFAULT_LOOK, filter: shown } };
  const packed = Object.entries(state).map(([key, value]) => [
    key,
    ArrayBuffer.isView(value) ? { base64: base64(value) } : (value as unknown),
  ]);
  // inside a script element, "</script" would end it and "<!--" begin a comment
  const code = script.replaceAll("</script", "<\\/script").replaceAll("<!--", "\\x3c!--");
  const policy = [
    "default-src 'none'",
    // the application runs from a blob
    `script-src 'sha256-${createHash("sha256").update(code).digest("base64")}' blob:`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="${theme ?? "light dark"}">
<title>${escapeHtml(source.title)}</title>
<style>${theme ? THEMES[theme] : ""}
body{margin:12px;font-family:system-ui,sans-serif}${height === undefined ? FILL : ""}</style>
<body><div id="map"></div>
<script id="state" type="application/json">${JSON.stringify(Object.fromEntries(packed)).replaceAll("<", "\\u003c")}</script>
<script id="application" type="text/plain">${gzipped.toString("base64")}</script>
<script id="rows" type="text/plain">${rows ? base64(rows) : ""}</script>
<script type="module">${code}</script>
</body>
</html>
`;
}

/**
 * Writes the map as one HTML page, without texts, and says on standard error where it is.
 */
export function writeMapPage(
  source: MapSource,
  session: ScopeSession,
  height: number | undefined,
  folder: string,
): void {
  const file = path.join(folder, `${path.basename(source.scope)}-map.html`);
  writeFileSync(file, mapPage(source, session, { height }));
  process.stderr.write(`Map written to ${file}\n`);
}

/** The map as high as the window, without the body's margins. */
const FILL = "#map>.latentscope{height:calc(100vh - 24px)!important}";

function base64(view: ArrayBufferView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64");
}

/** Where a theme is asked for it holds whatever the system has: in the names that the widget takes from JupyterLab. */
const THEMES: Record<Theme, string> = {
  light: variables("#ffffff", "#ffffff", "#f1f3f5", "#e3e6ea", "#1f2733", "#5c6673", "#1f6feb"),
  dark: variables("#15181d", "#15181d", "#242932", "#2c323c", "#e7eaee", "#9aa4b1", "#6ea8ff"),
};

function variables(...colours: readonly string[]): string {
  const names = [
    "layout-color0",
    "layout-color1",
    "layout-color2",
    "border-color2",
    "ui-font-color1",
    "ui-font-color2",
  ];
  const set = [...names, "brand-color1"].map((name, i) => `--jp-${name}:${colours[i]}`);
  return `:root{${set.join(";")};background:${colours[0]}}`;
}
