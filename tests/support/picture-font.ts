/// <reference types="node" />
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const FONT = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";

/** A style sheet that has widgets and JupyterLab use a font from npm: pictures do not depend on the fonts of the machine. */
export async function pictureFont(): Promise<string> {
  const font = await readFile(createRequire(__filename).resolve(FONT), "base64");
  return `
    @font-face { font-family: Pictured; font-weight: 100 900; src: url(data:font/woff2;base64,${font}); }
    html:root { --jp-ui-font-family: Pictured; --jp-content-font-family: Pictured; }`;
}
