import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type pl from "nodejs-polars";

/** Values that are hashed before the event loop gets its turn. */
const VALUES_PER_TURN = 20_000;

/**
 * SHA-256 (hex) of what a table says: names and kinds of its columns and all values in order. Equal tables have equal hashes, whatever
 * file, version or memory layout they come from.
 */
export async function contentHash(frame: pl.DataFrame): Promise<string> {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([frame.height, frame.columns]));
  for (const name of frame.columns) {
    const values = frame.getColumn(name).toArray() as unknown[];
    for (let from = 0; from < values.length; from += VALUES_PER_TURN) {
      hash.update(JSON.stringify(values.slice(from, from + VALUES_PER_TURN), distinguish));
      await nextTurn();
    }
  }
  return hash.digest("hex");
}

/** What JSON would write as null, or not at all. */
function distinguish(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value;
}
