import { access, constants, readFile } from "node:fs/promises";
import path from "node:path";
import pl from "nodejs-polars";
import { glob } from "tinyglobby";
import { LatentScopeError } from "../../../scope";
import { readParquet } from "../../../store";
import { plural, quotedList } from "../../format";
import { unsupported } from "../unsupported";
import { readArrow } from "./arrow";
import { readCsv, typedColumns } from "./csv";
import { DECOMPRESSORS } from "./decompress";
import { readJson, readJsonLines } from "./json";

/** Hears of what a person should know about a file. */
export type Warn = (message: string) => void;

/** A kind of file. */
interface Format {
  /** A frame of a file, where that needs less memory than its bytes do. */
  scan?(file: string): Promise<pl.DataFrame>;
  /** A frame of its contents. Of a text format, columns may still be all text. @param name for messages */
  read(bytes: Buffer, name: string, warn: Warn): pl.DataFrame;
  /** Gives the columns their types, once those of all files are together. Default: they have them. */
  finish?(frame: pl.DataFrame): pl.DataFrame;
}

const csv: Format = { read: (bytes, name, warn) => readCsv(bytes, name, warn), finish: typedColumns };
const tsv: Format = { read: (bytes, name, warn) => readCsv(bytes, name, warn, "\t"), finish: typedColumns };
const arrow: Format = { read: readArrow };
const jsonLines: Format = { read: readJsonLines };

/** The kinds of file by the ending of their names; ".gz" and ".zst" may follow. */
const FORMATS: Readonly<Partial<Record<string, Format>>> = {
  ".csv": csv,
  ".tsv": tsv,
  ".parquet": { read: (bytes) => pl.readParquet(bytes), scan: readParquet },
  ".jsonl": jsonLines,
  ".ndjson": jsonLines,
  ".json": { read: readJson },
  ".arrow": arrow,
  ".feather": arrow,
  ".ipc": arrow,
};

/**
 * The table in a file, or in all files that a pattern matches, one after the other.
 * @param pattern a path; or, where there is no such file, a pattern with `*`, `?`, `[…]`, `{…}` or `**`
 * @throws LatentScopeError `unsupported-input`, `not-found`, `damaged-file`
 */
export async function readFiles(pattern: string, warn: Warn): Promise<pl.DataFrame> {
  const files = await filesOf(pattern);
  const formats = new Set<Format>();
  const frames: pl.DataFrame[] = [];
  for (const file of files) {
    const { format, frame } = await readOne(file, warn);
    formats.add(format);
    frames.push(frame);
  }
  let table = frames.length === 1 ? frames[0] : together(files, frames, warn);
  for (const format of formats) table = format.finish?.(table) ?? table;
  return table;
}

async function filesOf(pattern: string): Promise<string[]> {
  const isPattern = /[*?{[]/.test(pattern) && !(await exists(pattern));
  if (!isPattern) return [pattern];
  const files = await glob(pattern.split(path.sep).join("/"), { absolute: path.isAbsolute(pattern), onlyFiles: true });
  if (!files.length)
    throw new LatentScopeError(
      "not-found",
      `No file matches ${pattern}. It was looked for from ${process.cwd()}. In patterns, * stands for any part of a name and ** for any folders.`,
    );
  return files.sort((a, b) => (a < b ? -1 : 1));
}

async function readOne(file: string, warn: Warn): Promise<{ format: Format; frame: pl.DataFrame }> {
  const name = path.basename(file);
  const packing = path.extname(name).toLowerCase();
  const decompress = DECOMPRESSORS[packing];
  const kind = path.extname(decompress ? name.slice(0, -packing.length) : name).toLowerCase();
  const format = FORMATS[kind];
  if (!format)
    throw unsupported(
      `the path "${file}"`,
      `A path ends in ${Object.keys(FORMATS).join(", ")}, and may end in ${Object.keys(DECOMPRESSORS).join(" or ")} after that.`,
    );
  await checkReadable(file);
  try {
    if (format.scan && !decompress) return { format, frame: await format.scan(file) };
    const stored = await readFile(file);
    const bytes = decompress ? await decompress(stored) : stored;
    return { format, frame: format.read(bytes, name, warn) };
  } catch (error) {
    if (error instanceof LatentScopeError) throw error;
    const what = `${file} cannot be read as ${kind.slice(1)}${decompress ? ` in ${packing}` : ""}: ${(error as Error).message}`;
    throw new LatentScopeError("damaged-file", what, { cause: error });
  }
}

async function checkReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? `It was looked for in ${path.resolve(path.dirname(file))}.` : message;
    throw new LatentScopeError("not-found", `The file ${file} cannot be read. ${why}`, { cause: error });
  }
}

/** One frame after the other. What a file lacks is null there. */
function together(files: readonly string[], frames: readonly pl.DataFrame[], warn: Warn): pl.DataFrame {
  const names = [...new Set(frames.flatMap((frame) => frame.columns))];
  for (const name of names) {
    const without = files.filter((_, i) => !frames[i].columns.includes(name));
    if (without.length)
      warn(
        `${plural(without.length, "file")} of ${files.length} ${without.length === 1 ? "has" : "have"} no column "${name}": ` +
          `it is null for ${quotedList(without.slice(0, 3))}${without.length > 3 ? " and others" : ""}.`,
      );
  }
  const columns = names.map((name) => {
    const parts = frames.map((frame) => (frame.columns.includes(name) ? frame.getColumn(name) : undefined));
    const present = parts.filter((part) => part !== undefined);
    const types = new Set(present.map((part) => String(part.dtype)));
    const isNumeric = present.every((part) => part.isNumeric());
    // Columns of several types become numbers, or else text.
    const alike = (part: pl.Series): pl.Series =>
      types.size === 1 ? part : part.cast(isNumeric ? pl.Float64 : pl.Utf8);
    const gap = (rows: number): pl.Series => alike(present[0]).head(0).extendConstant(null, rows);
    return pl.concat(parts.map((part, i) => (part ? alike(part) : gap(frames[i].height)))).rename(name);
  });
  return pl.DataFrame(columns);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
