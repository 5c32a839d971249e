import { readFileSync } from "node:fs";
import path from "node:path";

/** Root of this package: two levels above `src/pipeline` as above `dist/pipeline`. */
export const packageRoot = path.resolve(__dirname, "../..");

/** Version of this library. */
export const version: string = (
  JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as { version: string }
).version;
