import { createHash, type Hash } from "node:crypto";
import pl from "nodejs-polars";
import { kindOf, listParts } from "../../store";
import { partsOf } from "./parts";

/**
 * SHA-256 (hex) of what a table says: names and kinds of its columns and all values in order. Equal tables have equal hashes, whatever
 * file, version or memory layout they come from.
 */
export async function contentHash(frame: pl.DataFrame): Promise<string> {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([frame.height, frame.columns]));
  for (const name of frame.columns) for await (const { part } of partsOf(frame.getColumn(name))) addValues(hash, part);
  return hash.digest("hex");
}

function addValues(hash: Hash, column: pl.Series): void {
  const kind = kindOf(column);
  if (kind === "List") {
    const { lengths, values } = listParts(column);
    addNumbers(hash, lengths, pl.Int64);
    return addValues(hash, values);
  }
  if (kind === "Bool" || kind === "Boolean" || kind === "Datetime" || /^U?Int/.test(kind))
    return addNumbers(hash, kind === "Datetime" ? column.cast(pl.Datetime("us")) : column, pl.Int64);
  if (kind.startsWith("Float")) return addNumbers(hash, column, pl.Float64);
  addTexts(hash, column.toArray() as (string | null)[]);
}

/** Numbers as the bytes that they are, after those that are missing: no JavaScript value is made of any. */
function addNumbers(hash: Hash, column: pl.Series, type: typeof pl.Int64 | typeof pl.Float64): void {
  if (!column.length) return;
  hash.update(type === pl.Int64 ? "i" : "f");
  const hasNulls = column.nullCount() > 0;
  if (hasNulls) hash.update(column.isNull().cast(pl.UInt8).toTypedArray() as Uint8Array);
  const whole = column.cast(type) as pl.Series;
  const { buffer, byteOffset, byteLength } = (hasNulls ? whole.fillNull("zero") : whole).toTypedArray() as Float64Array;
  hash.update(new Uint8Array(buffer, byteOffset, byteLength));
}

/** Texts with their lengths, "3,-,5:" and then the texts themselves: much faster than as JSON. */
function addTexts(hash: Hash, texts: readonly (string | null)[]): void {
  hash.update(`t${texts.map((text) => text?.length ?? "-").join()}:`);
  hash.update(texts.join(""));
}
