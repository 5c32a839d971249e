import type { ColumnKind } from "../../scope";

/** A value of a column as it is shown: text, and where it leads when it is the address of a page. */
export interface TypedValue {
  readonly text: string;
  /** An http or https address; nothing else is ever a link. */
  readonly href?: string;
}

/** A value as a person reads it, by the kind of its column. */
export function typedValue(value: string, kind: ColumnKind | undefined): TypedValue {
  if (kind === "number") return { text: numberText(value) };
  if (kind === "date") return { text: dateText(value) };
  const href = addressOf(value);
  return href ? { text: value, href } : { text: value };
}

function numberText(value: string): string {
  const number = Number(value);
  if (!value.trim() || !Number.isFinite(number)) return value;
  // four digits may be a year
  if (Number.isInteger(number)) return Math.abs(number) < 10_000 ? String(number) : number.toLocaleString("en");
  const size = Math.abs(number);
  if (size < 1e-4 || size >= 1e15) return String(number);
  return number.toLocaleString("en", { maximumSignificantDigits: Math.max(5, Math.ceil(Math.log10(size)) + 2) });
}

function dateText(value: string): string {
  const time = Date.parse(value);
  if (!/^[+-]?\d{4,6}-\d\d-\d\d/u.test(value) || Number.isNaN(time)) return value;
  const date = new Date(time);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const hasTime = /T(?!00:00:00(?:\.0+)?Z?$)/u.test(value);
  return hasTime ? `${day}, ${date.toLocaleTimeString("en-GB", { timeZone: "UTC" })}` : day;
}

function addressOf(value: string): string | null {
  if (!/^https?:\/\/\S+$/iu.test(value)) return null;
  try {
    const { protocol, href } = new URL(value);
    return protocol === "http:" || protocol === "https:" ? href : null;
  } catch {
    // no address after all: it stays text
    return null;
  }
}
