import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Decompress } from "fzstd";

/** How compressed files are read, by the last ending of their names. */
export const DECOMPRESSORS: Readonly<Partial<Record<string, (bytes: Buffer) => Promise<Buffer>>>> = {
  ".gz": promisify(gunzip),
  ".zst": zstd,
};

const PIECE = 1 << 18;

/** In pieces, so that the event loop gets its turns. */
async function zstd(bytes: Buffer): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const stream = new Decompress((piece) => pieces.push(piece));
  for (let start = 0; start < bytes.length || start === 0; start += PIECE) {
    stream.push(bytes.subarray(start, start + PIECE), start + PIECE >= bytes.length);
    await nextTurn();
  }
  return Buffer.concat(pieces);
}
