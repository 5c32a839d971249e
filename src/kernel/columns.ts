import pl from "nodejs-polars";
import { columnHint, kindOf } from "../pipeline";
import { LatentScopeError, NO_CATEGORY, type ColumnInfo, type ColumnKind, type ColumnMeta } from "../scope";

/** A column of text with more different values than this is read, not coloured or filtered by. */
export const MOST_CATEGORIES = 1000;
/** So is one in which most values are different. */
const LARGEST_SHARE_DISTINCT = 0.5;
/** Columns with this few values are categories, however few rows there are. */
const FEW = 20;

/** The values of a column, and how to read them. */
export interface ColumnValues {
  readonly column: ColumnMeta;
  readonly values: Float64Array | Uint16Array;
}

/**
 * The input's columns as the map looks at them: as numbers to colour and filter by, as orders, and as texts to search. All of it is done on
 * the threads of polars; what was asked for once is kept.
 */
export class InputColumns {
  #infos: Promise<readonly ColumnInfo[]> | undefined;
  readonly #values = new Map<string, Promise<ColumnValues>>();

  constructor(
    private readonly input: pl.DataFrame,
    private readonly textColumn: string,
  ) {}

  /** Every column and what can be done with it, in the input's order. */
  infos(): Promise<readonly ColumnInfo[]> {
    return (this.#infos ??= this.#describe());
  }

  /** The values of a column of numbers, dates or categories. @throws LatentScopeError `no-such-column`, `bad-option` for texts */
  async values(name: string): Promise<ColumnValues> {
    this.check(name);
    const known = this.#values.get(name) ?? this.#read(name);
    this.#values.set(name, known);
    known.catch(() => this.#values.delete(name));
    return known;
  }

  /**
   * All rows in the order of a column: numbers and dates by size, texts by their letters whatever the case; rows without a value last, equal
   * ones as they are in the input.
   * @throws LatentScopeError `no-such-column`, `bad-option` for lists
   */
  async order(name: string, descending: boolean): Promise<Uint32Array> {
    this.check(name);
    const kind = typeOf(this.input, name);
    if (kind === "other") throw new LatentScopeError("bad-option", `Column "${name}" holds lists: they have no order.`);
    const isFloat = kindOf(this.input.getColumn(name)).startsWith("Float");
    const key =
      kind === "text" ? pl.col("key").str.toLowerCase() : isFloat ? pl.col("key").fillNan(pl.lit(null)) : pl.col("key");
    const frame = this.#column(name, "key").withColumns(key.alias("key")).withRowIndex("row");
    const sorted = frame.sort({ by: "key", descending, nullsLast: true, maintainOrder: true });
    return rowsOf(await sorted.select("row").collect());
  }

  /** Rows whose text contains this, whatever the case; ascending. */
  async find(text: string): Promise<Uint32Array> {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return new Uint32Array(0);
    const contains = pl.col("text").str.toLowerCase().str.contains(wanted, true);
    return rowsOf(
      await this.#column(this.textColumn, "text").withRowIndex("row").filter(contains).select("row").collect(),
    );
  }

  /** @throws LatentScopeError `no-such-column` */
  check(name: string): void {
    const { columns } = this.input;
    if (!columns.includes(name))
      throw new LatentScopeError("no-such-column", `There is no column "${name}". ${columnHint(name, columns)}`);
  }

  #column(name: string, as: string): pl.LazyDataFrame {
    return pl.DataFrame([this.input.getColumn(name).rename(as)]).lazy();
  }

  async #describe(): Promise<readonly ColumnInfo[]> {
    const { input, textColumn } = this;
    const texts = input.columns.filter((name) => name !== textColumn && typeOf(input, name) === "text");
    const distinct = new Map<string, number>();
    for (const name of texts) {
      const counted = await this.#column(name, "value").select(pl.col("value").nUnique().alias("count")).collect();
      distinct.set(name, Number(counted.getColumn("count").get(0)));
    }
    const useOf = (name: string): ColumnKind => {
      const type = typeOf(input, name);
      if (type === "other") return "text";
      if (type === "boolean") return "category";
      if (type !== "text") return type;
      const count = distinct.get(name) ?? Infinity;
      const few = count <= FEW || count <= input.height * LARGEST_SHARE_DISTINCT;
      return few && count <= MOST_CATEGORIES ? "category" : "text";
    };
    return input.columns.map((name) => ({ name, kind: useOf(name), ...(name === textColumn ? { mapped: true } : {}) }));
  }

  async #read(name: string): Promise<ColumnValues> {
    const kind = (await this.infos()).find((info) => info.name === name)?.kind;
    if (kind === undefined || kind === "text")
      throw new LatentScopeError(
        "bad-option",
        `Column "${name}" holds texts: there are too many different ones to tell them by colours. Take a column of numbers, dates, or few values.`,
      );
    if (kind === "category") return this.#categories(name);
    const value = kind === "date" ? pl.col("value").cast(pl.Datetime("ms")).cast(pl.Int64) : pl.col("value");
    const frame = await this.#column(name, "value")
      .select(value.cast(pl.Float64).fillNull(pl.lit(NaN)).alias("value"))
      .collect();
    return { column: { name, kind }, values: typed(frame.getColumn("value"), Float64Array) };
  }

  async #categories(name: string): Promise<ColumnValues> {
    const texts = this.#column(name, "value").select(pl.col("value").cast(pl.Utf8).alias("value"));
    const counts = await texts.groupBy("value").agg(pl.len().alias("count")).collect();
    const found = (counts.toRecords() as { value: string | null; count: number }[]).filter(isGiven);
    found.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    const categories = found.map(({ value }) => value);
    const codes = pl.DataFrame([
      pl.Series("value", categories, pl.Utf8),
      pl.Series(
        "code",
        Int32Array.from(categories, (_, i) => i),
      ),
    ]);
    const coded = await texts
      .join(codes.lazy(), { on: "value", how: "left" })
      .select(pl.col("code").fillNull(pl.lit(NO_CATEGORY)).cast(pl.UInt16).alias("code"))
      .collect();
    return {
      column: { name, kind: "category", categories },
      values: typed(coded.getColumn("code"), Uint16Array),
    };
  }
}

function isGiven(counted: { value: string | null; count: number }): counted is { value: string; count: number } {
  return counted.value !== null;
}

/** What a stored column is: see `storableFrame`. */
function typeOf(input: pl.DataFrame, name: string): "text" | "number" | "date" | "boolean" | "other" {
  const kind = kindOf(input.getColumn(name));
  if (kind === "String" || kind === "Utf8") return "text";
  if (kind === "Bool") return "boolean";
  if (kind === "Datetime") return "date";
  return /^(U?Int|Float)\d+$/.test(kind) ? "number" : "other";
}

function rowsOf(frame: pl.DataFrame): Uint32Array {
  return typed(frame.getColumn("row"), Uint32Array);
}

/** The values of a column without nulls. */
function typed<T extends Float64Array | Uint16Array | Uint32Array>(
  column: pl.Series,
  type: new (values: ArrayLike<number>) => T,
): T {
  return column.length ? new type(column.toTypedArray() as ArrayLike<number>) : new type([]);
}
