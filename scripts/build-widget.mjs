/**
 * Bundles the browser side: dist/widget/module.js (what anywidget loads), dist/widget/app.js.gz (the application, sent by the kernel), and
 * dist/widget/page.js (the script of a page that shows a map by itself).
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const outdir = path.join(root, "dist", "widget");
const MODULE_LIMIT = 40_000;
const APP_LIMIT = 400_000;

/** Style sheets as minified text. */
const styles = {
  name: "styles",
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const { code } = await transform(await readFile(file, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

await mkdir(outdir, { recursive: true });
await build({
  entryPoints: {
    module: path.join(root, "src/widget/module.ts"),
    app: path.join(root, "src/widget/app/index.tsx"),
    comparison: path.join(root, "src/widget/comparison.ts"),
    page: path.join(root, "src/widget/page/index.ts"),
  },
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "eof",
  plugins: [styles],
  logLevel: "warning",
});

const module = await readFile(path.join(outdir, "module.js"));
const comparison = await readFile(path.join(outdir, "comparison.js"));
const app = gzipSync(await readFile(path.join(outdir, "app.js")), { level: 9 });
await writeFile(path.join(outdir, "app.js.gz"), app);
process.stdout.write(`dist/widget/module.js ${module.length} bytes\ndist/widget/app.js.gz ${app.length} bytes\n`);
if (module.length > MODULE_LIMIT) throw new Error(`module.js is larger than ${MODULE_LIMIT} bytes`);
if (comparison.length > MODULE_LIMIT) throw new Error(`comparison.js is larger than ${MODULE_LIMIT} bytes`);
if (app.length > APP_LIMIT) throw new Error(`app.js.gz is larger than ${APP_LIMIT} bytes`);
