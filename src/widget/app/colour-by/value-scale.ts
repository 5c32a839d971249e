import { scaleLinear, scaleLog, scaleUtc } from "d3-scale";
import { utcFormat } from "d3-time-format";

/** A mark of an axis: where it is, from 0 to 1, and what it says. */
export interface Tick {
  readonly place: number;
  readonly text: string;
}

/** How the values of a column are spread over a ramp and an axis. */
export interface ValueScale {
  /** Number of bins of a histogram on this scale, all of the same width. */
  readonly bins: number;
  /** Whether the values are whole numbers, one or more to a bin. */
  readonly whole: boolean;
  /** Place of a value from 0 to 1; values beyond the ends of the scale are at its ends. NaN for NaN. */
  place(value: number): number;
  /** The value at a place. */
  value(place: number): number;
  /** About so many marks of an axis. */
  ticks(count: number): Tick[];
  /** A value as text. */
  format(value: number): string;
}

const BINS = 36;
const SAMPLE = 20_000;
const DAY_MS = 86_400_000;

/**
 * A scale of numbers: linear or, for values above 0 that span orders of magnitude, logarithmic. A few extreme values do not take its room: it ends
 * where most values do.
 */
export function numberScale(values: ArrayLike<number>): ValueScale {
  const { sorted, whole } = sample(values);
  if (!sorted.length) return numeric("linear", 0, 1, false, plainText);
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))];
  const [least, low, middle, high, most] = [at(0), at(0.01), at(0.5), at(0.99), at(1)];
  const isLog = least > 0 && high / low >= 100 && middle < (low + high) / 4;
  const isYear = whole && least >= 1000 && most <= 2200;
  const text = (step: number) => (value: number) => numberText(value, step, isYear);
  if (whole && most - least < 48) return numeric("linear", least - 0.5, most + 0.5, true, text(1), most - least + 1);
  if (isLog) {
    const [from, to] = [least * 10 > low ? least : low, most < high * 10 ? most : high];
    return numeric("log", from, to, whole, (value) => numberText(value, value / 20, false));
  }
  // ends that are not much further out than where most values are belong to the scale
  const width = high - low || Math.abs(middle) || 1;
  const from = low - least < width / 2 ? least : low;
  const to = most - high < width / 2 ? most : high;
  if (from === to) return numeric("linear", from - width / 2, to + width / 2, false, text(width / 100));
  return numeric("linear", from, to, whole, text((to - from) / BINS));
}

/** A scale of dates in milliseconds since 1970 (UTC), from the first to the last. */
export function dateScale(values: ArrayLike<number>): ValueScale {
  const { sorted } = sample(values);
  const first = sorted.length ? sorted[0] : 0;
  const last = sorted.length ? sorted[sorted.length - 1] : DAY_MS;
  const [from, to] = first === last ? [first - DAY_MS / 2, last + DAY_MS / 2] : [first, last];
  const axis = scaleUtc([from, to], [0, 1]);
  const span = to - from;
  const text = utcFormat(span > 5 * 365 * DAY_MS ? "%b %Y" : span > 5 * DAY_MS ? "%-d %b %Y" : "%-d %b %H:%M");
  return {
    bins: BINS,
    whole: false,
    place: (value) => clamp((value - from) / span),
    value: (place) => from + span * place,
    ticks: (count) => {
      const format = axis.tickFormat(count);
      return axis.ticks(count).map((date) => ({ place: axis(date), text: format(date) }));
    },
    format: (value) => text(new Date(value)),
  };
}

function numeric(
  kind: "linear" | "log",
  from: number,
  to: number,
  whole: boolean,
  format: (value: number) => string,
  bins = BINS,
): ValueScale {
  const isLog = kind === "log";
  const axis = isLog ? scaleLog([from, to], [0, 1]) : scaleLinear([from, to], [0, 1]);
  const [start, span] = isLog ? [Math.log(from), Math.log(to / from)] : [from, to - from];
  return {
    bins,
    whole,
    // not by d3's scale: a million values would take it most of a second
    place: (value) => (isLog && value <= 0 ? 0 : clamp(((isLog ? Math.log(value) : value) - start) / span)),
    value: (place) => (isLog ? Math.exp(start + span * place) : start + span * place),
    ticks: (count) => {
      const all = axis.ticks(count).filter((value) => !whole || Number.isInteger(value));
      const marks = isLog && all.length > count * 2 ? all.filter((value) => Number.isInteger(Math.log10(value))) : all;
      return marks.map((value) => ({ place: axis(value), text: isLog ? compact(value) : format(value) }));
    },
    format,
  };
}

function clamp(place: number): number {
  return place < 0 ? 0 : place > 1 ? 1 : place;
}

/** Some of the values in their order, the smallest and the largest among them, and whether all of them are whole. */
function sample(values: ArrayLike<number>): { sorted: Float64Array; whole: boolean } {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const taken: number[] = [];
  let [least, most] = [Infinity, -Infinity];
  let whole = true;
  for (let i = 0, next = 0; i < values.length; i++) {
    const value = values[i];
    const isNext = i === next;
    if (isNext) next += step;
    // neither NaN nor infinite
    if (value - value !== 0) continue;
    if (isNext) taken.push(value);
    if (value < least) least = value;
    if (value > most) most = value;
    if (whole && Math.floor(value) !== value) whole = false;
  }
  if (least <= most) taken.push(least, most);
  return { sorted: Float64Array.from(taken).sort(), whole };
}

/** A number with as many digits as steps of this size need; years without a comma. */
function numberText(value: number, step: number, isYear: boolean): string {
  const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log10(step || 1))));
  return value.toLocaleString("en", { maximumFractionDigits: digits, useGrouping: !isYear });
}

function plainText(value: number): string {
  return value.toLocaleString("en");
}

function compact(value: number): string {
  return value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 });
}
