import pl from "nodejs-polars";
import type { Warn } from ".";
import { asUtf8 } from "./decode";

const DELIMITERS = [",", ";", "\t", "|"];
/** Characters that the delimiter is found from. */
const LOOKED_AT = 1 << 16;
/** Of a file of one column: no text has it. */
const NO_DELIMITER = "\u001f";

/**
 * A table whose first line names its columns; all columns are text. (polars takes types from the first rows; a value that does not fit later
 * is an error, or silently null.) The delimiter is found from the first lines.
 * @throws Error that names the line with more fields than the first one
 */
export function readCsv(bytes: Buffer, name: string, warn: Warn, given?: string): pl.DataFrame {
  const utf8 = asUtf8(bytes, name, warn);
  if (!utf8.length) return pl.DataFrame({});
  const start = utf8.subarray(0, LOOKED_AT).toString("utf8");
  const sep = given ?? delimiterOf(start, utf8.length > LOOKED_AT);
  const [[header]] = records(start, sep);
  let texts: pl.DataFrame;
  try {
    texts = pl.readCSV(utf8, {
      ...{ sep, encoding: "utf8-lossy", inferSchemaLength: null, truncateRaggedLines: false },
      ...{ raiseIfEmpty: false },
    });
  } catch (error) {
    throw new Error(placeOf(utf8, sep, header.length) ?? firstLine(error as Error), { cause: error });
  }
  return named(texts, header, warn);
}

/** Gives each column the type that all of its values have: numbers, flags, else text. */
export function typedColumns(frame: pl.DataFrame): pl.DataFrame {
  return pl.DataFrame(frame.columns.map((name) => typed(frame.getColumn(name)).rename(name)));
}

/** The header's own names; one that is there again gets a number. */
function named(frame: pl.DataFrame, header: readonly string[], warn: Warn): pl.DataFrame {
  if (header.length !== frame.width) return frame;
  const taken = new Set(header);
  const seen = new Set<string>();
  const names = header.map((name, i) => {
    let free = name || `column_${i + 1}`;
    for (let n = 2; seen.has(free) || (free !== name && taken.has(free)); n++) free = `${name || "column"}_${n}`;
    seen.add(free);
    if (name && free !== name) warn(`There are several columns "${name}": another one is called "${free}".`);
    return free;
  });
  return pl.DataFrame(frame.columns.map((column, i) => frame.getColumn(column).rename(names[i])));
}

/** The delimiter that most lines have equally often. */
function delimiterOf(start: string, isCut: boolean): string {
  let best = { delimiter: NO_DELIMITER, share: 0, fields: 1 };
  for (const delimiter of DELIMITERS) {
    const counts = Array.from(records(start, delimiter), ([fields]) => fields.length);
    if (isCut && counts.length > 1) counts.pop();
    const [fields] = counts;
    if (fields < 2) continue;
    const share = counts.filter((count) => count === fields).length / counts.length;
    if (share > best.share || (share === best.share && fields > best.fields)) best = { delimiter, share, fields };
  }
  return best.delimiter;
}

/** The records of a CSV file (RFC 4180), each with the number of its first line. */
function* records(text: string, delimiter: string): Generator<[fields: string[], line: number]> {
  let [fields, field, quoted, line, first]: [string[], string, boolean, number, number] = [[], "", false, 1, 1];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === "\n") line++;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (character === '"' && !field) quoted = true;
    else if (character === delimiter) {
      fields.push(field);
      field = "";
    } else if (character === "\n") {
      fields.push(field.endsWith("\r") ? field.slice(0, -1) : field);
      yield [fields, first];
      [fields, field, first] = [[], "", line];
    } else field += character;
  }
  if (field || fields.length) yield [[...fields, field], first];
}

/** What is wrong with a file that polars does not read, when that is a line with too many fields, or a quote without an end. */
function placeOf(utf8: Buffer, delimiter: string, width: number): string | undefined {
  for (const [fields, line] of records(utf8.toString("utf8"), delimiter))
    if (fields.length > width)
      return `line ${line} has ${fields.length} fields where the first line has ${width}; a field with "${delimiter}" in it has to be in quotes`;
  return undefined;
}

function firstLine({ message }: Error): string {
  return message.split("\n", 1)[0];
}

/** A column of text as numbers or flags, if all of it is. What has leading zeros is a code, not a number. */
function typed(column: pl.Series): pl.Series {
  const all = column.toArray() as (string | null)[];
  const values = all.filter((value) => value !== null);
  if (!values.length) return column;
  if (values.every((value) => FLAG.test(value))) {
    const flags = all.map((value) => value && value.toLowerCase() === "true");
    return pl.Series(column.name, flags as (boolean | null)[], pl.Bool);
  }
  if (values.every((value) => INTEGER.test(value) && isInt64(value))) return column.cast(pl.Int64);
  if (values.every((value) => NUMBER.test(value) && digits(value) <= MOST_DIGITS)) return column.cast(pl.Float64);
  return column;
}

const FLAG = /^(?:true|false)$/i;
const INTEGER = /^[+-]?(?:0|[1-9]\d*)$/;
const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** Decimal digits that float64 keeps. A number with more of them is as long for a reason, and stays text. */
const MOST_DIGITS = 17;

function isInt64(text: string): boolean {
  return text.length <= 18 || BigInt.asIntN(64, BigInt(text.replace("+", ""))) === BigInt(text.replace("+", ""));
}

function digits(text: string): number {
  return text.replace(/e.*$/i, "").replace(/\D/g, "").replace(/^0+/, "").length;
}
