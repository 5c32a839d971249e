/**
 * Tokens of a character by its script: rather too many, from OpenAI's cl100k_base, where English has 0.2 a letter and scripts with few
 * merges one token a byte. Ranges of UTF-16 code units, each up to (not including) the first number.
 */
const TOKENS_PER_CHARACTER: readonly (readonly [end: number, tokens: number])[] = [
  [0x100, 1.5], // Latin with accents
  [0x250, 2], // more of it
  [0x370, 2],
  [0x400, 1.2], // Greek
  [0x530, 0.8], // Cyrillic
  [0x600, 1.4], // Armenian, Hebrew
  [0x700, 1], // Arabic
  [0x900, 3],
  [0x980, 1.4], // Devanagari
  [0xe00, 3],
  [0xe80, 1.4], // Thai
  [0x1e00, 3],
  [0x2000, 2], // Vietnamese, Greek with accents
  [0x2e80, 1], // punctuation and signs
  [0xa000, 2], // kana, Chinese characters
  [0xac00, 3],
  [0xd800, 1.4], // Hangul
  [0xe000, 1.6], // halves of emoji
  [0x10000, 2],
];

/** So many characters in a row without a space are no word: hexadecimal, base64, a link. */
const LONG_WORD = 20;

function asciiTokens(code: number, inWord: number): number {
  if (inWord > LONG_WORD) return 0.8;
  if (code >= 97 && code <= 122) return 0.28;
  if (code >= 65 && code <= 90) return 0.45;
  if (code >= 48 && code <= 57) return 0.65;
  return code === 32 ? 0.08 : 0.7;
}

/** How far tokens reach in a text: all of it, or the longest beginning of at most so many. */
function measure(text: string, most: number): { tokens: number; end: number } {
  let tokens = 1;
  let inWord = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    inWord = code <= 32 ? 0 : inWord + 1;
    tokens += code < 0x80 ? asciiTokens(code, inWord) : (TOKENS_PER_CHARACTER.find(([end]) => code < end)?.[1] ?? 2);
    if (tokens > most) return { tokens: most, end: i };
  }
  return { tokens: Math.ceil(tokens), end: text.length };
}

/**
 * About how many tokens a text has for a model whose tokenizer is not here. Rather too many: 1.0 to 2 times those of cl100k_base.
 */
export function estimateTokens(text: string): number {
  return measure(text, Infinity).tokens;
}

/** The beginning of a text that has at most so many tokens by {@link estimateTokens}. */
export function cutToTokens(text: string, maxTokens: number): string {
  return beginning(text, measure(text, maxTokens).end);
}

/** The first `length` code units, not ending between the halves of a surrogate pair. */
export function beginning(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}
