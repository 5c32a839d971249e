import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { throwIfAborted } from "../../scope";

/** What was found in this process, with size and time of change of the file. */
const known = new Map<string, { readonly state: string; readonly sha256: string }>();

/**
 * SHA-256 of a file, which may be large: the event loop stays free. Once a process, as long as the file does not change.
 * @throws LatentScopeError `interrupted`; what reading throws
 */
export async function fileHash(file: string, signal?: AbortSignal): Promise<string> {
  const { size, mtimeMs } = await stat(file);
  const state = `${size} ${mtimeMs}`;
  const before = known.get(file);
  if (before?.state === state) return before.sha256;
  const hash = createHash("sha256");
  for await (const part of partsOf(file)) {
    throwIfAborted(signal, "Embedding");
    hash.update(part);
  }
  const sha256 = hash.digest("hex");
  known.set(file, { state, sha256 });
  return sha256;
}

/** Which of some short texts occur in a file, as bytes. */
export async function textsInFile(file: string, texts: readonly string[]): Promise<string[]> {
  const longest = Math.max(0, ...texts.map((text) => Buffer.byteLength(text)));
  const left = new Set(texts);
  let before: Buffer = Buffer.alloc(0);
  for await (const part of partsOf(file)) {
    // one may lie across two parts
    const bytes = Buffer.concat([before, part]);
    for (const text of left) if (bytes.includes(text)) left.delete(text);
    if (!left.size) break;
    before = bytes.subarray(Math.max(0, bytes.length - longest));
  }
  return texts.filter((text) => !left.has(text));
}

/** Parts of a quarter of a megabyte take less than a millisecond each. */
function partsOf(file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: 256 * 1024 });
}
