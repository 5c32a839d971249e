import { createHash, type Hash } from "node:crypto";
import type pl from "nodejs-polars";
import { isText } from "./columns";
import { partsOf } from "./parts";

/**
 * SHA-256 (hex) of what a table says: names and kinds of its columns and all values in order. Equal tables have equal hashes, whatever
 * file, version or memory layout they come from.
 */
export async function contentHash(frame: pl.DataFrame): Promise<string> {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([frame.height, frame.columns]));
  for (const name of frame.columns) {
    const column = frame.getColumn(name);
    const add = isText(column) ? addTexts : addValues;
    for await (const { values } of partsOf(column)) add(hash, values);
  }
  return hash.digest("hex");
}

/** Texts with their lengths: much faster than as JSON. */
function addTexts(hash: Hash, values: readonly unknown[]): void {
  const texts = values as readonly (string | null)[];
  // "3,-,5:" and then the texts themselves
  hash.update(`${texts.map((text) => text?.length ?? "-").join()}:`);
  hash.update(texts.join(""));
}

function addValues(hash: Hash, values: readonly unknown[]): void {
  hash.update(JSON.stringify(values, distinguish));
}

/** What JSON would write as null, or not at all. */
function distinguish(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value;
}
