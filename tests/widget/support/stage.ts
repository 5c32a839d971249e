/// <reference types="node" />
import path from "node:path";
import { build } from "esbuild";
import type { BrowserContextOptions, Page } from "playwright-core";
import type { Laboratory } from "./browser";

let script: Promise<string> | undefined;

/** A page with `window.maps` (see `stage-page.ts`) and nothing shown; and the errors that it throws. */
export async function openStage(
  laboratory: Laboratory,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  script ??= build({
    entryPoints: [path.join(__dirname, "stage-page.ts")],
    bundle: true,
    format: "iife",
    write: false,
    loader: { ".css": "text" },
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  }).then((built) => built.outputFiles[0].text);
  const { page, errors } = await laboratory.open(options);
  await page.addScriptTag({ content: await script });
  return { page, errors };
}
