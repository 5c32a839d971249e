import { stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type pl from "nodejs-polars";
import type { Theme } from "../picture/palette";
import { LatentScopeError, throwIfAborted } from "../scope";
import { writeAtomically } from "../store";
import type { RowsLike } from "./rows-like";
import { writeTable } from "./table-files";

/** How a scope is written to a file. */
export interface ExportOptions {
  /** Rows of a table, in this order; in a picture and a page the others are drawn faintly. Default: all. */
  readonly rows?: RowsLike;
  /** Of a picture or a page. Default: "light" for a picture; a page is as its reader's system. */
  readonly theme?: Theme;
  /** Of a picture, in CSS pixels; a PNG has two pixels for each. Default: 960. */
  readonly width?: number;
  /** Of a picture, or of the map of a page, in CSS pixels. Default: 560; a page is as high as the window. */
  readonly height?: number;
  /** Whether a page holds the texts and columns of the rows. Default: when the table has at most 20 MB. */
  readonly texts?: boolean;
  readonly signal?: AbortSignal;
}

/** What can be written of a scope. */
export interface Exporter {
  rows(): pl.DataFrame;
  picture(format: "png" | "svg"): Promise<Uint8Array>;
  page(): Promise<string>;
}

type Write = (file: string) => Promise<void>;

/** By the extension of a file: makes what is to be written, and gives back how. */
const FORMATS: Readonly<Record<string, (from: Exporter) => Promise<Write>>> = {
  parquet: table("parquet"),
  csv: table("csv"),
  jsonl: table("jsonl"),
  html: async (from) => contents(await from.page()),
  png: async (from) => contents(await from.picture("png")),
  svg: async (from) => contents(await from.picture("svg")),
};

function table(format: "parquet" | "csv" | "jsonl"): (from: Exporter) => Promise<Write> {
  return (from) => {
    const rows = from.rows();
    return Promise.resolve((file) => writeTable(file, rows, format));
  };
}

function contents(made: string | Uint8Array): Write {
  return (file) => writeFile(file, made);
}

/**
 * Writes a file in the format that its extension names. A reader sees the old file or the new one, never half of one.
 * @returns its absolute path
 * @throws LatentScopeError `bad-option` for another extension; `not-writable`; `interrupted`
 */
export async function exportTo(file: string, from: Exporter, signal?: AbortSignal): Promise<string> {
  const prepare = formatOf(file);
  const target = path.resolve(file);
  await checkTarget(target);
  throwIfAborted(signal, "The export");
  const write = await prepare(from);
  throwIfAborted(signal, "The export");
  try {
    await writeAtomically(target, write);
  } catch (error) {
    throw exportError(target, error);
  }
  return target;
}

function formatOf(file: string): (from: Exporter) => Promise<Write> {
  const extension = typeof file === "string" ? path.extname(file).slice(1).toLowerCase() : "";
  if (Object.hasOwn(FORMATS, extension)) return FORMATS[extension];
  const known = Object.keys(FORMATS).map((name) => `.${name}`);
  throw new LatentScopeError(
    "bad-option",
    `${JSON.stringify(file)} names no format to export to. Give a file that ends in ${known.slice(0, -1).join(", ")} or ${known.at(-1)}.`,
  );
}

/** A missing folder is a typing error more often than a wish. */
async function checkTarget(target: string): Promise<void> {
  const folder = path.dirname(target);
  const isFolder = (place: string): Promise<boolean> =>
    stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    );
  if (!(await isFolder(folder)))
    throw new LatentScopeError("not-writable", `There is no folder ${folder}. Make it first, or give another file.`);
  if (await isFolder(target))
    throw new LatentScopeError("not-writable", `${target} is a folder. Give the name of a file.`);
}

/** What the disk refuses, with words about an export instead of the data folder. */
function exportError(target: string, error: unknown): unknown {
  if (!(error instanceof LatentScopeError) || error.code !== "data-dir-not-writable") return error;
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  return new LatentScopeError("not-writable", `Could not write ${target}: ${reason}. Give another file.`, {
    cause: error.cause,
  });
}
