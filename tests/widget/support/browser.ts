/// <reference types="node" />
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { build } from "esbuild";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium } from "../../support/chromium";

const root = path.resolve(__dirname, "../../..");
export interface Laboratory {
  readonly address: string;
  readonly browser: Browser;
  /** A page with the harness and the fonts of `css` loaded, and nothing shown. Page errors fail the test through `errors`. */
  open(options?: BrowserContextOptions & { webgl?: boolean; css?: string }): Promise<{ page: Page; errors: string[] }>;
  close(): Promise<void>;
}

/** A Chromium, and a server on the loopback with the built widget and the harness. */
export async function laboratory(): Promise<Laboratory> {
  const harness = await build({
    entryPoints: [path.join(__dirname, "page.ts")],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  const application = await readFile(path.join(root, "dist/widget/app.js.gz"));
  const hash = createHash("sha256").update(application).digest("hex");
  const files: Record<string, [string, string | Uint8Array]> = {
    "/": ["text/html", page(hash)],
    "/page.js": ["text/javascript", harness.outputFiles[0].text],
    "/module.js": ["text/javascript", await readFile(path.join(root, "dist/widget/module.js"))],
    "/comparison.js": ["text/javascript", await readFile(path.join(root, "dist/widget/comparison.js"))],
    "/application": ["application/octet-stream", application],
  };
  const server = http.createServer((request, response) => {
    const file = files[request.url ?? ""];
    response.writeHead(file ? 200 : 404, { "content-type": file?.[0] ?? "text/plain" }).end(file?.[1]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await launchChromium();
  return {
    address,
    browser,
    async open({ webgl = true, css = "", ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1000, height: 640 }, ...options });
      const tab = await context.newPage();
      tab.setDefaultTimeout(15_000);
      const errors: string[] = [];
      tab.on("pageerror", (error) => errors.push(String(error)));
      if (!webgl) await tab.addInitScript({ content: withoutWebGl });
      await tab.goto(address);
      if (css) await tab.addStyleTag({ content: css });
      await tab.evaluate(() => Promise.all([...document.fonts].map((font) => font.load())));
      await tab.waitForFunction(() => "lab" in window);
      return { page: tab, errors };
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Makes a browser that has no WebGL. */
const withoutWebGl = `
  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (type, ...rest) {
    return type.startsWith("webgl") ? null : getContext.call(this, type, ...rest);
  };`;

const page = (hash: string) => `<!doctype html>
<meta charset="utf-8" />
<title>Widget</title>
<style>body { margin: 16px; background: Canvas; color-scheme: light dark; }</style>
<body>
<script type="module">
  const bytes = new Uint8Array(await (await fetch("/application")).arrayBuffer());
  window.application = { hash: "${hash}", bytes };
  await import("/page.js");
</script>`;
