import { mkdirSync } from "node:fs";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

/** Software WebGL2, and no connection that nobody asked for. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

export interface OpenBrowser {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Addresses outside this machine that a page asked for: they are refused. */
  readonly outside: string[];
  /** Errors that pages threw. */
  readonly pageErrors: string[];
  close(): Promise<void>;
}

/** The Chromium to test with: $CHROMIUM, else the one that comes with the npm package. */
async function chromiumPath(): Promise<string> {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const { default: packaged } = await import("@sparticuz/chromium");
  return packaged.executablePath();
}

/** A fresh headless browser. */
export async function launchChromium(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: await chromiumPath(), headless: true, args: [...ARGUMENTS, ...args] });
}

/** A page of a fresh headless browser that reaches this machine only. */
export async function openBrowser(
  viewport = { width: 1280, height: 1000 },
  options: {
    args?: readonly string[];
    colorScheme?: "light" | "dark";
    reducedMotion?: "reduce";
    deviceScaleFactor?: number;
  } = {},
): Promise<OpenBrowser> {
  const { args = [], ...contextOptions } = options;
  const browser = await launchChromium(args);
  const context = await browser.newContext({ viewport, ...contextOptions });
  const outside: string[] = [];
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && url.hostname !== "127.0.0.1",
    (route) => {
      outside.push(route.request().url());
      return route.abort();
    },
  );
  const pageErrors: string[] = [];
  context.on("weberror", (e) => pageErrors.push(String(e.error().stack ?? e.error())));
  const page = await context.newPage();
  return { browser, context, page, outside, pageErrors, close: () => browser.close() };
}

/** Folder for pictures of a failed test: not part of the repository. */
export function pictureFile(name: string): string {
  mkdirSync("test-results", { recursive: true });
  return `test-results/${name}.png`;
}
