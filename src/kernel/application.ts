import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

/** The browser side as it was built. */
export interface Application {
  /** The small module that anywidget loads: draws the static map and fetches the rest. */
  readonly module: string;
  /** The application, gzipped. */
  readonly gzipped: Buffer;
  /** SHA-256 of `gzipped`, hex. */
  readonly hash: string;
}

let application: Application | undefined;

/** Reads the built front end, once a process. */
export function readApplication(): Application {
  if (application) return application;
  const folder = path.join(__dirname, "..", "widget");
  const gzipped = readFileSync(path.join(folder, "app.js.gz"));
  application = {
    module: readFileSync(path.join(folder, "module.js"), "utf8"),
    gzipped,
    hash: createHash("sha256").update(gzipped).digest("hex"),
  };
  return application;
}
