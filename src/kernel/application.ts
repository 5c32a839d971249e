import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { workerFile } from "../compute/worker-task";

/** The browser side as it was built. */
export interface Application {
  /** The small module that anywidget loads: draws the static map and fetches the rest. */
  readonly module: string;
  /** The small module of two maps side by side. */
  readonly comparison: string;
  /** The script of a page that shows a map by itself. */
  readonly page: string;
  /** The application, gzipped. */
  readonly gzipped: Buffer;
  /** SHA-256 of `gzipped`, hex. */
  readonly hash: string;
}

let application: Application | undefined;

/** Reads the built front end, once a process. */
export function readApplication(): Application {
  if (application) return application;
  const built = (name: string): string => workerFile(path.join(__dirname, "..", "widget"), name);
  const gzipped = readFileSync(built("app.js.gz"));
  application = {
    module: readFileSync(built("module.js"), "utf8"),
    comparison: readFileSync(built("comparison.js"), "utf8"),
    page: readFileSync(built("page.js"), "utf8"),
    gzipped,
    hash: createHash("sha256").update(gzipped).digest("hex"),
  };
  return application;
}
