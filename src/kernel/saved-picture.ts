import type { MimeBundle } from "./jupyter";
import type { MapSource } from "./map";
import { NO_FONTS, picture } from "./picture";
import { count, escapeHtml } from "./progress";
import type { ScopeSession } from "./session";

/** CSS pixels of the picture in a notebook. */
const SIZE = { width: 960, height: 560 };
/** Scopes with more rows get one pixel for a CSS pixel: so the picture stays below some 300 kB in the notebook's file. */
const MOST_ROWS_SHARP = 50_000;

/**
 * The output that a saved notebook shows where no kernel runs: a picture of the map, and a line that says so. A live view of the map hides it, by
 * the attribute `data-latentscope-picture`.
 */
export async function savedPicture(
  { scope, title, coordinates, themes }: Pick<MapSource, "scope" | "title" | "coordinates" | "themes">,
  { state, base }: Pick<ScopeSession, "state" | "base">,
): Promise<MimeBundle> {
  const pixelRatio = state.rows > MOST_ROWS_SHARP ? 1 : 1.5;
  const source = { title, state, coordinates, themes, savedAssignment: base.assignment };
  const { bytes, labelled } = await picture(source, "small-png", { ...SIZE, pixelRatio });
  const note = `A picture of the map. Run the notebook to use it.${labelled ? "" : ` ${NO_FONTS}`}`;
  const clusters = state.content.clusters.length - 1;
  const alt = `Map of ${title}: ${count(state.rows)} rows in ${count(clusters)} clusters`;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  const html =
    `<figure data-latentscope-picture="${escapeHtml(scope)}" style="margin:0;max-width:${SIZE.width}px">` +
    `<img src="data:image/png;base64,${data}" alt="${escapeHtml(alt)}" width="${SIZE.width}" height="${SIZE.height}" ` +
    `style="display:block;max-width:100%;height:auto;border-radius:10px;border:1px solid #e3e6ea">` +
    `<figcaption style="font-size:12px;opacity:.7;padding:4px 0">${escapeHtml(note)}</figcaption></figure>`;
  return { "text/html": html, "text/plain": `${alt}. ${note}` };
}
