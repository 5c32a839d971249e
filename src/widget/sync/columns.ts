import type { ColumnInfo } from "../../scope";
import type { Column, Requests } from "./requests";

/** The columns of the input and their values, each fetched once and kept. */
export class Columns {
  private infos: Promise<readonly ColumnInfo[]> | null = null;
  private readonly values = new Map<string, Promise<Column>>();

  constructor(private readonly requests: Requests) {}

  /** Which columns there are. What fails is asked again the next time. */
  list(): Promise<readonly ColumnInfo[]> {
    this.infos ??= this.requests.columns().catch((error: unknown) => {
      this.infos = null;
      throw error;
    });
    return this.infos;
  }

  /** The values of a column of numbers, dates or categories. */
  get(name: string): Promise<Column> {
    const known = this.values.get(name);
    if (known) return known;
    const fetched = this.requests.column(name).catch((error: unknown) => {
      this.values.delete(name);
      throw error;
    });
    this.values.set(name, fetched);
    return fetched;
  }
}
