import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const ROOT = path.resolve(__dirname, "..", "..");

async function bundle(...file: string[]): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path.join(ROOT, ...file)],
    ...{ bundle: true, format: "esm", write: false, logLevel: "silent", loader: { ".css": "text" } },
    ...{ define: { "process.env.NODE_ENV": '"production"' }, jsx: "automatic", jsxImportSource: "preact" },
  });
  return outputFiles[0].contents;
}

/** Serves, on the loopback, a page each for panels and memory, and the application as a kernel sends it. */
export async function serve(): Promise<{ readonly address: string; close(): void }> {
  const page = (script: string): [string, string] => [
    "text/html",
    `<!doctype html><meta charset="utf-8"><script type="module" src="/${script}.js"></script>`,
  ];
  const files: Record<string, [type: string, contents: string | Uint8Array]> = {
    "/panels": page("panels"),
    "/panels.js": ["text/javascript", await bundle("bench", "panels", "page.ts")],
    "/memory": page("memory"),
    "/memory.js": ["text/javascript", await bundle("bench", "panels", "memory-page.ts")],
    "/application": ["application/octet-stream", gzipSync(await bundle("src", "widget", "app", "index.tsx"))],
  };
  const server = http.createServer((request, response) => {
    const file = files[request.url ?? ""];
    response.writeHead(file ? 200 : 404, { "content-type": file?.[0] ?? "text/plain" }).end(file?.[1]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}
