/** A label broken into lines, with its size in CSS pixels. */
export interface LabelText {
  readonly lines: readonly string[];
  /** Width of each line. */
  readonly widths: readonly number[];
  readonly width: number;
  readonly height: number;
}

export interface LabelStyle {
  /** Width in CSS pixels of a text in the label's font. */
  readonly measure: (text: string) => number;
  readonly lineHeight: number;
  readonly maxWidth: number;
  readonly maxLines: number;
}

/** Breaks a label into lines of nearly equal width; what does not fit ends in an ellipsis. */
export function breakLabel(label: string, style: LabelStyle): LabelText {
  const words = label.split(/\s+/u).filter(Boolean);
  let lines = fill(words, style.maxWidth, style.measure);
  if (lines.length > style.maxLines) {
    const kept = lines.slice(0, style.maxLines);
    kept[kept.length - 1] = ellipsis(lines.slice(style.maxLines - 1).join(" "), style);
    lines = kept;
  } else if (lines.length > 1) lines = balance(words, lines, style);
  const widths = lines.map(style.measure);
  const width = Math.ceil(Math.max(0, ...widths));
  return { lines, widths, width, height: lines.length * style.lineHeight };
}

/** As many words a line as fit; a word too long for a line is broken between characters. */
function fill(words: readonly string[], maxWidth: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line ? `${line} ${word}` : word;
    if (measure(longer) <= maxWidth) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    line = measure(word) <= maxWidth ? word : "";
    if (line) continue;
    for (const character of characters(word)) {
      if (line && measure(line + character) > maxWidth) {
        lines.push(line);
        line = "";
      }
      line += character;
    }
  }
  if (line) lines.push(line);
  return lines;
}

/** The narrowest filling with the same number of lines: "a b c / d" becomes "a b / c d". */
function balance(words: readonly string[], lines: string[], { maxWidth, measure }: LabelStyle): string[] {
  const widest = Math.max(...words.map(measure));
  let best = lines;
  let low = Math.max(widest, maxWidth / lines.length);
  let high = maxWidth;
  for (let round = 0; round < 5 && low < high; round++) {
    const middle = (low + high) / 2;
    const attempt = fill(words, middle, measure);
    if (attempt.length > lines.length) low = middle;
    else [best, high] = [attempt, middle];
  }
  return best;
}

function ellipsis(text: string, { measure, maxWidth }: LabelStyle): string {
  const kept = characters(text);
  while (kept.length && measure(`${kept.join("").trimEnd()}…`) > maxWidth) kept.pop();
  return `${kept.join("").trimEnd()}…`;
}

/** Characters as people see them: an emoji of several code points is one. */
function characters(text: string): string[] {
  if (typeof Intl.Segmenter !== "function") return Array.from(text);
  return Array.from(new Intl.Segmenter().segment(text), (s) => s.segment);
}
