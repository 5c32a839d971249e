const TIME = String.raw`(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}:?\d{2})?)?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${TIME}$`);
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})${TIME}$`);

type Parse = (text: string) => number | undefined;
const yearFirst: Parse = (text) => fromParts(YEAR_FIRST.exec(text), 1, 3, 4);
const dayFirst: Parse = (text) => fromParts(YEAR_LAST.exec(text), 4, 3, 1);
const monthFirst: Parse = (text) => fromParts(YEAR_LAST.exec(text), 4, 1, 3);

/**
 * The times (milliseconds since 1970, UTC) that texts stand for, when all of them are dates, with or without a time: "2026-11-23",
 * "2026-11-23T08:30:00Z", "23.11.2026", "11/23/2026 8:30 AM". A time without a zone is taken for UTC. Of dates that end in the year, the
 * texts together have to leave no doubt whether the day or the month is first; with dots, the day is.
 * @returns undefined when they are no dates, or could be two different ones
 */
export function parseDates(texts: readonly (string | null)[]): (Date | null)[] | undefined {
  const first = texts.find((text) => text !== null);
  if (first === undefined) return undefined;
  if (yearFirst(first) !== undefined) return parseAll(texts, yearFirst);
  if (dayFirst(first) === undefined && monthFirst(first) === undefined) return undefined;
  const byDay = parseAll(texts, dayFirst);
  const dotted = first.includes(".");
  const byMonth = dotted ? undefined : parseAll(texts, monthFirst);
  return byDay && byMonth ? undefined : (byDay ?? byMonth);
}

/** False when some of the texts is no date in any way of writing it. */
export function mayBeDates(texts: readonly (string | null)[]): boolean {
  return texts.every(
    (text) => text === null || [yearFirst, dayFirst, monthFirst].some((parse) => parse(text) !== undefined),
  );
}

function parseAll(texts: readonly (string | null)[], parse: Parse): (Date | null)[] | undefined {
  const dates: (Date | null)[] = [];
  for (const text of texts) {
    const time = text === null ? null : parse(text);
    if (time === undefined) return undefined;
    dates.push(time === null ? null : new Date(time));
  }
  return dates;
}

function fromParts(match: RegExpExecArray | null, year: number, month: number, day: number): number | undefined {
  if (!match) return undefined;
  const [y, m, d] = [year, month, day].map((group) => Number(match[group]));
  const [, , , , , hours, minutes, seconds, fraction, half, zone] = match as (string | undefined)[];
  const hour = hours === undefined ? 0 : hourOf(Number(hours), half);
  if (hour > 23 || Number(minutes ?? 0) > 59 || Number(seconds ?? 0) > 59) return undefined;
  // Date.UTC takes the first hundred years for those of the last century.
  const date = new Date(0).setUTCFullYear(y, m - 1, d);
  // The 31st of April would be the 1st of May.
  if (new Date(date).getUTCMonth() !== m - 1 || new Date(date).getUTCDate() !== d) return undefined;
  const thousandths = Math.floor(Number(`0.${fraction ?? 0}`) * 1000);
  return date + ((hour * 60 + Number(minutes ?? 0) - minutesOf(zone)) * 60 + Number(seconds ?? 0)) * 1000 + thousandths;
}

function hourOf(hours: number, half: string | undefined): number {
  if (!half) return hours;
  if (hours < 1 || hours > 12) return 24;
  return (hours % 12) + (/p/i.test(half) ? 12 : 0);
}

/** How far a zone is ahead of UTC. */
function minutesOf(zone: string | undefined): number {
  if (!zone || zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith("-") ? -minutes : minutes;
}
