import pl from "nodejs-polars";
import type { TableInput } from "../types";
import { frameOfArrow, isArrowTable } from "./arrow-table";
import { readFiles, type Warn } from "./files";
import { isFrame, withoutHiddenNames } from "./hidden-names";
import { frameOfColumns, frameOfRecords, isColumns } from "./plain-data";
import { unsupported } from "./unsupported";

/**
 * Any kind of table as a frame.
 * @param warn hears of what a person should know about a file
 * @throws LatentScopeError `unsupported-input`, `not-found`, `damaged-file`
 */
export async function readTable(input: TableInput, warn: Warn): Promise<pl.DataFrame> {
  const frame = await anyTable(input, warn);
  return withoutHiddenNames(frame, warn);
}

async function anyTable(input: TableInput, warn: Warn): Promise<pl.DataFrame> {
  if (typeof input === "string") return readFiles(input, warn);
  if (Array.isArray(input)) return frameOfRecords(input as readonly unknown[]);
  if (typeof input === "object" && input !== null) {
    if (isFrame(input)) return ownFrame(withoutHiddenNames(input, warn));
    if (isArrowTable(input)) return frameOfArrow(input);
    if (isColumns(input)) return frameOfColumns(input);
  }
  throw unsupported(describe(input));
}

/** A frame of this library's copy of nodejs-polars: that of another copy cannot be used with it. */
function ownFrame(frame: pl.DataFrame): pl.DataFrame {
  // a copy of the columns, because setting `columns` on a frame renames them in place
  return pl.DataFrame.isDataFrame(frame) && sameLibrary(frame)
    ? pl.DataFrame(frame.columns.map((name) => frame.getColumn(name)))
    : pl.readIPC(frame.writeIPC());
}

function sameLibrary(frame: pl.DataFrame): boolean {
  const own: object = pl.DataFrame({});
  return Object.getPrototypeOf(frame) === Object.getPrototypeOf(own);
}

function describe(input: unknown): string {
  if (input === null || input === undefined) return String(input);
  if (typeof input !== "object") return `a ${typeof input}`;
  return `an object of the class ${input.constructor?.name ?? "Object"}`;
}
