import pl from "nodejs-polars";
import { LatentScopeError } from "../../scope";
import { kindOf } from "../../store";
import { plural, quotedList } from "../format";
import { mayBeDates, parseDates } from "./dates";
import { columnHint } from "./nearest-names";
import { asText } from "./plain-data";
import type { Texts } from "./texts";

/**
 * Names that the files and frames of a scope use for themselves: the columns of the scope, and those that Latent Scope joins by or adds
 * (an input column `index` would silently be joined by its values).
 */
const RESERVED = new Set([
  ...["ls_index", "index", "vector", "sae_indices", "sae_acts"],
  ...["x", "y", "z", "cluster", "raw_cluster", "label", "deleted", "tags"],
  ...["tile_index_64", "tile_index_128", "voxel_index_32", "voxel_index_64"],
]);

/** Under which name a column that has this name in the input is stored. */
export function storedName(name: string, frame: pl.DataFrame): string {
  return frame.columns.includes(name) ? name : (storedNames([name]).get(name) ?? name);
}

/** The name of a column as stored: a reserved one gets "_input" at its end. */
export function storedNames(names: readonly string[]): Map<string, string> {
  const taken = new Set(names);
  const stored = new Map<string, string>();
  for (const name of names) {
    let free = name;
    for (let n = 1; RESERVED.has(free) || (free !== name && taken.has(free)); n++)
      free = `${name}_input${n > 1 ? n : ""}`;
    taken.add(free);
    stored.set(name, free);
  }
  return stored;
}

/**
 * A frame with only the types of column that every reader of the files has: text, int64 and other numbers, booleans, datetimes, lists of
 * numbers. Others become text, numbers or datetimes; bytes are left out. Texts that are dates become datetimes. Reserved names are changed.
 * @param textColumn stays text
 * @param warn hears of what was changed or left out
 */
export function storableFrame(
  frame: pl.DataFrame,
  textColumn: string,
  warn: (message: string) => void,
): { frame: pl.DataFrame; names: Map<string, string> } {
  const kept = frame.columns.filter((name) => kindOf(frame.getColumn(name)) !== "Binary");
  const bytes = frame.columns.filter((name) => !kept.includes(name));
  if (bytes.length) warn(`Left out ${quotedList(bytes)}: columns of bytes are not stored.`);
  const names = storedNames(kept);
  const renamed = kept.filter((name) => names.get(name) !== name);
  if (renamed.length)
    warn(
      `Renamed ${renamed.map((name) => `"${name}" to "${names.get(name) ?? name}"`).join(", ")}: ` +
        "a scope has columns of these names itself.",
    );
  const columns = kept.map((name) => {
    const column = frame.getColumn(name);
    const stored = name === textColumn ? column.cast(pl.Utf8) : storableColumn(column);
    return stored.rename(names.get(name) ?? name);
  });
  return { frame: pl.DataFrame(columns), names };
}

/** First rows that tell what a column cannot be. */
const ROWS_TO_TRY = 1000;

function storableColumn(column: pl.Series): pl.Series {
  switch (kindOf(column)) {
    case "String":
    case "Utf8": {
      const start = column.head(ROWS_TO_TRY).toArray() as (string | null)[];
      // most columns of text are none of dates, and their first rows show it
      if (start.some((text) => text !== null) && !mayBeDates(start)) return column;
      const dates = parseDates(column.toArray() as (string | null)[]);
      return dates ? pl.Series(column.name, dates, pl.Datetime("ms")).cast(pl.Datetime("us")) : column;
    }
    case "Decimal":
    case "Int128":
    case "UInt64":
      return exactly(column);
    case "Date":
    case "Datetime":
      return column.cast(pl.Datetime("us"));
    case "Categorical":
    case "Enum":
    case "Time":
    case "Duration":
    case "Null":
      return column.cast(pl.Utf8);
    case "List":
    case "FixedSizeList":
    case "Array": {
      if (hasNumbers(column)) return column;
      const values: unknown[] = column.toArray();
      const numeric = values.every((list) => list === null || isNumbers(list));
      return numeric ? column : pl.Series(column.name, values.map(asText), pl.Utf8);
    }
    case "Struct":
    case "Object":
      return pl.Series(column.name, (column.toArray() as unknown[]).map(asText), pl.Utf8);
    default:
      return column;
  }
}

/** Long numbers as integers or floating-point numbers that are equal to them; as text where there are none. */
function exactly(column: pl.Series): pl.Series {
  const texts = column.cast(pl.Utf8);
  const wanted = (texts.toArray() as (string | null)[]).map(withoutEnd);
  const keeps = (written: readonly (string | null)[]): boolean => wanted.every((text, i) => text === written[i]);
  const integers = column.cast(pl.Int64);
  if (keeps(integers.cast(pl.Utf8).toArray())) return integers;
  const floats = column.cast(pl.Float64);
  const numbers = floats.toArray() as (number | null)[];
  return keeps(numbers.map((value) => (value === null ? null : String(value)))) ? floats : texts;
}

/** Digits without zeros at the end of a fraction. */
function withoutEnd(digits: string | null): string | null {
  return digits?.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}

/** True for lists of a type of numbers. */
function hasNumbers(column: pl.Series): boolean {
  const [inner] = (column.dtype as { inner?: { variant: string }[] }).inner ?? [];
  return /^(?:U?Int(?:8|16|32|64)|Float(?:32|64))$/.test(inner?.variant ?? "");
}

function isNumbers(list: unknown): boolean {
  return (
    typeof list === "object" &&
    list !== null &&
    Array.from(list as ArrayLike<unknown>).every((v) => typeof v === "number" || v === null)
  );
}

/** True for a column of text, categories included. */
export function isText(column: pl.Series): boolean {
  return ["String", "Utf8", "Categorical", "Enum"].includes(kindOf(column));
}

/** Checks that there is a column of this name and that it is text. @throws LatentScopeError `no-such-column`, `not-a-text-column` */
export function checkTextColumn(frame: pl.DataFrame, name: unknown): string {
  const texts = frame.columns.filter((column) => isText(frame.getColumn(column)));
  const which = texts.length ? `The text columns are ${quotedList(texts)}.` : "The table has no text column.";
  if (typeof name !== "string" || !name)
    throw new LatentScopeError("no-such-column", `Name the column of text to map, as in run(df, "text"). ${which}`);
  if (!frame.columns.includes(name)) {
    const hint = columnHint(name, frame.columns);
    throw new LatentScopeError("no-such-column", `The table has no column "${name}". ${hint}`);
  }
  if (!texts.includes(name))
    throw new LatentScopeError(
      "not-a-text-column",
      `Column "${name}" is no text: its type is ${typeName(frame.getColumn(name))}. ${which}`,
    );
  return name;
}

/** The type of a column in polars' words: "Float64", "List(Float64)". */
function typeName(column: pl.Series): string {
  return String(column.dtype).replace(/DataType\(((?:[^()]|\([^()]*\))*)\)/g, "$1");
}

/** Checks that there is something in a table. @throws LatentScopeError `empty-input` */
export function checkTable(table: pl.DataFrame): void {
  if (!table.width) throw new LatentScopeError("empty-input", "The table has no columns.");
  if (!table.height) throw new LatentScopeError("empty-input", "The table has no rows.");
}

/** Fewest rows with text that can be laid out. */
export const FEWEST_ROWS = 2;

/**
 * Checks that the texts can make a map.
 * @throws LatentScopeError `too-few-rows`, `no-text`, `all-texts-equal`
 */
export function checkTexts({ rows, length, allEqual }: Texts, column: string): void {
  if (!rows.length)
    throw new LatentScopeError(
      "no-text",
      `Column "${column}" has no text: all of its ${plural(length, "row")} are null, empty or white space.`,
    );
  if (rows.length < FEWEST_ROWS)
    throw new LatentScopeError(
      "too-few-rows",
      `Column "${column}" has text in ${plural(rows.length, "row")}; a map needs at least ${FEWEST_ROWS}.`,
    );
  if (allEqual)
    throw new LatentScopeError(
      "all-texts-equal",
      `All ${plural(rows.length, "text")} of column "${column}" are equal, so there is nothing to tell apart. Choose another column.`,
    );
}
