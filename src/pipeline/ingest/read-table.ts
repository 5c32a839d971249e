import { readFile } from "node:fs/promises";
import path from "node:path";
import pl from "nodejs-polars";
import { LatentScopeError } from "../../scope";
import { readParquet } from "../../store";
import type { TableInput } from "../types";
import { frameOfColumns, frameOfRecords } from "./plain-data";

/** Any kind of table as a frame. @throws LatentScopeError `unsupported-input`, `not-found`, `damaged-file` */
export async function readTable(input: TableInput): Promise<pl.DataFrame> {
  if (typeof input === "string") return readFrame(input);
  if (Array.isArray(input)) return frameOfRecords(input as readonly unknown[]);
  if (typeof input === "object" && input !== null) {
    if (isFrame(input)) return ownFrame(input);
    if (isColumns(input)) return frameOfColumns(input);
  }
  throw unsupported(describe(input));
}

function isFrame(input: object): input is pl.DataFrame {
  const frame = input as Partial<pl.DataFrame>;
  return Array.isArray(frame.columns) && typeof frame.getColumn === "function" && typeof frame.writeIPC === "function";
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

function isColumns(input: object): input is Readonly<Record<string, ArrayLike<unknown>>> {
  const prototype: unknown = Object.getPrototypeOf(input);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  return Object.values(input).every((column) => Array.isArray(column) || ArrayBuffer.isView(column));
}

async function readFrame(file: string): Promise<pl.DataFrame> {
  const kind = path.extname(file).toLowerCase();
  const read = READERS[kind];
  if (!read) throw unsupported(`the path "${file}"`, `A path ends in ${Object.keys(READERS).join(", ")}.`);
  if (kind === ".parquet") return readParquet(file);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? `It was looked for in ${path.resolve(path.dirname(file))}.` : message;
    throw new LatentScopeError("not-found", `The file ${file} cannot be read. ${why}`, { cause: error });
  }
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof LatentScopeError) throw error;
    throw new LatentScopeError(
      "damaged-file",
      `${file} cannot be read as ${kind.slice(1)}: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

const READERS: Readonly<Record<string, (bytes: Buffer) => pl.DataFrame>> = {
  ".csv": readCsv,
  ".parquet": (bytes) => pl.readParquet(bytes),
  ".jsonl": (bytes) => frameOfRecords(jsonLines(bytes)),
  ".json": (bytes) => {
    const value: unknown = JSON.parse(stripMark(bytes.toString("utf8")));
    if (Array.isArray(value)) return frameOfRecords(value);
    if (typeof value === "object" && value !== null && isColumns(value)) return frameOfColumns(value);
    throw new Error("it holds neither a list of objects nor an object of lists");
  },
};

/**
 * Every column is read as text and then gets the type that all of its values have. (polars takes types from the first rows; a value that
 * does not fit later is an error, or silently null.)
 */
function readCsv(bytes: Buffer): pl.DataFrame {
  const texts = pl.readCSV(bytes, { encoding: "utf8-lossy", raiseIfEmpty: false, inferSchemaLength: null });
  return pl.DataFrame(texts.columns.map((name) => typed(texts.getColumn(name)).rename(name)));
}

/** A column of text as numbers or booleans, if all of it is. What has leading zeros is a code, not a number. */
function typed(column: pl.Series): pl.Series {
  const values = (column.toArray() as (string | null)[]).filter((value) => value !== null);
  if (!values.length) return column;
  if (values.every((value) => /^(?:true|false)$/i.test(value))) {
    const flags = (column.toArray() as (string | null)[]).map((value) =>
      value === null ? null : value.toLowerCase() === "true",
    );
    return pl.Series(column.name, flags, pl.Bool);
  }
  if (!values.every((value) => NUMBER.test(value))) return column;
  const integers = values.every((value) => INTEGER.test(value) && Number.isSafeInteger(Number(value)));
  return column.cast(integers ? pl.Int64 : pl.Float64);
}

const INTEGER = /^[+-]?(?:0|[1-9]\d*)$/;
const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function jsonLines(bytes: Buffer): unknown[] {
  const lines = stripMark(bytes.toString("utf8")).split("\n");
  return lines.flatMap((line, i) => {
    if (!line.trim()) return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch (error) {
      throw new Error(`line ${i + 1} is no JSON (${(error as Error).message})`, { cause: error });
    }
  });
}

/** Without a byte order mark. */
function stripMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** The error for what is no table. */
export function unsupported(what: string, hint = ""): LatentScopeError {
  return new LatentScopeError(
    "unsupported-input",
    `${what[0].toUpperCase()}${what.slice(1)} is no table that can be read. ${hint} `.replace(/ +/g, " ") +
      "Give a nodejs-polars DataFrame, an array of objects, an object of columns (arrays), or the path of a .csv, .parquet, .jsonl or .json file.",
  );
}

function describe(input: unknown): string {
  if (input === null || input === undefined) return String(input);
  if (typeof input !== "object") return `a ${typeof input}`;
  return `an object of the class ${input.constructor?.name ?? "Object"}`;
}
