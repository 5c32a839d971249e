import type pl from "nodejs-polars";
import { partsOf } from "./parts";

/** The texts of a column. They stay in the frame; a row's text is a JavaScript string from when it is asked for. */
export class Texts {
  private constructor(
    private readonly column: pl.Series,
    /** The rows that have text, in order: those that are neither null, nor empty, nor white space. */
    readonly rows: Int32Array,
    /** True when all those texts are equal. */
    readonly allEqual: boolean,
  ) {}

  /** @param column of text */
  static async of(column: pl.Series): Promise<Texts> {
    const rows = new Int32Array(column.length);
    let count = 0;
    let first: string | undefined;
    let allEqual = true;
    for await (const { from, part } of partsOf(column))
      for (const [i, text] of (part.toArray() as (string | null)[]).entries()) {
        if (!text?.trim()) continue;
        first ??= text;
        allEqual &&= text === first;
        rows[count++] = from + i;
      }
    return new Texts(column, rows.slice(0, count), allEqual);
  }

  /** Rows of the table, with and without text. */
  get length(): number {
    return this.column.length;
  }

  /** The texts of some rows; null where there is none. */
  at(rows: ArrayLike<number>): (string | null)[] {
    // (an empty list of indices has no type)
    if (!rows.length) return [];
    const values = this.column.gather(Array.from(rows)).toArray() as (string | null)[];
    return values.map(textOrNull);
  }

  /** The texts of `count` rows from a row on, or as many as there are; null where there is none. */
  slice(from: number, count: number): (string | null)[] {
    return (this.column.slice(from, count).toArray() as (string | null)[]).map(textOrNull);
  }

  /** All texts in order, part by part; the event loop gets its turn after each. */
  async *parts(): AsyncGenerator<{ from: number; texts: (string | null)[] }> {
    for await (const { from, part } of partsOf(this.column))
      yield { from, texts: (part.toArray() as (string | null)[]).map(textOrNull) };
  }

  /** At most so many texts, evenly from all that there are. */
  sample(most: number): string[] {
    const step = Math.max(1, Math.ceil(this.rows.length / most));
    return this.at(this.rows.filter((_, i) => i % step === 0)) as string[];
  }
}

function textOrNull(text: string | null): string | null {
  return text?.trim() ? text : null;
}
