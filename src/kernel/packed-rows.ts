import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { createGzip } from "node:zlib";
import type pl from "nodejs-polars";
import { throwIfAborted } from "../scope";
import { rowDetails } from "./row-details";

/** Rows that are read before the kernel gets its turn again. */
const ROWS_A_TURN = 1000;

/**
 * All rows with their texts and columns, as a map shows them: gzipped JSON, an array of `RowDetail`. The kernel goes on meanwhile.
 * @param most bytes of JSON, approximately
 * @returns null when there are more
 */
export async function packRows(
  input: pl.DataFrame,
  textColumn: string,
  most: number,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  let size = 0;
  async function* parts(): AsyncGenerator<string> {
    for (let from = 0; from < input.height && size <= most; from += ROWS_A_TURN) {
      await turn();
      throwIfAborted(signal, "The export");
      const rows = Array.from({ length: Math.min(ROWS_A_TURN, input.height - from) }, (_, i) => from + i);
      const json = JSON.stringify(rowDetails(input, textColumn, rows)).slice(1, -1);
      size += json.length;
      yield from === 0 ? `[${json}` : `,${json}`;
    }
    yield input.height ? "]" : "[]";
  }
  const packed = await pipeline(parts, createGzip(), (zipped: AsyncIterable<Buffer>) => buffer(zipped));
  return size <= most ? packed : null;
}
