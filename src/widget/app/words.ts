/** Numbers and nouns as the view writes them. */

export function number(value: number): string {
  return value.toLocaleString("en");
}

export function plural(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A share (0 to 1) in percent, small ones with a digit. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value.toLocaleString("en", { maximumFractionDigits: value < 9.95 ? 1 : 0 })} %`;
}
