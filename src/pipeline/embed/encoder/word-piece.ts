/**
 * WordPiece tokenisation of the uncased English BERT vocabulary (Devlin et al. 2019), token for token as the reference implementation
 * (Hugging Face `tokenizers`: BertNormalizer, BertPreTokenizer, WordPiece, BertProcessing). Of all characters, it differs on 658 accents and
 * punctuation marks of rare scripts that Unicode added after version 8: the reference does not know them as such.
 */
export class WordPiece {
  private readonly vocabulary: ReadonlyMap<string, number>;
  private readonly cache = new Map<string, readonly number[]>();
  private readonly unknown: number;
  private readonly start: number;
  private readonly end: number;
  private readonly special: ReadonlyMap<string, number>;

  /** @param vocabulary the lines of `vocab.txt`: a token's id is its line number, from 0 */
  constructor(vocabulary: readonly string[]) {
    this.vocabulary = new Map(vocabulary.map((token, id) => [token, id]));
    this.special = new Map(SPECIAL_TOKENS.map((token) => [token, this.idOf(token)]));
    this.unknown = this.idOf("[UNK]");
    this.start = this.idOf("[CLS]");
    this.end = this.idOf("[SEP]");
  }

  /** Number of tokens in the vocabulary. */
  get size(): number {
    return this.vocabulary.size;
  }

  /** Token ids of a text, with [CLS] and [SEP] around them; cut to `maxTokens` with both. */
  encode(text: string, maxTokens: number): number[] {
    const ids = [this.start];
    this.append(text, ids, maxTokens - 1);
    ids.push(this.end);
    return ids;
  }

  /** Token ids of a text, without special tokens around them; at most `maxTokens`. */
  tokens(text: string, maxTokens: number): number[] {
    const ids: number[] = [];
    this.append(text, ids, maxTokens);
    return ids;
  }

  private append(text: string, ids: number[], limit: number): void {
    // special tokens written out in a text count as such, as in the reference
    for (const part of text.includes("[") ? text.split(SPECIAL) : [text]) {
      const special = this.special.get(part);
      if (special === undefined) this.appendPlain(normalise(part), ids, limit);
      else ids.push(special);
      if (ids.length >= limit) break;
    }
    if (ids.length > limit) ids.length = limit;
  }

  private appendPlain(text: string, ids: number[], limit: number): void {
    let wordStart = -1;
    for (let i = 0; i <= text.length && ids.length < limit; i++) {
      const code = i < text.length ? text.charCodeAt(i) : SPACE;
      const punctuation = isPunctuation(text, i, code);
      if (!punctuation && !isSpace(code)) {
        if (wordStart < 0) wordStart = i;
        continue;
      }
      if (wordStart >= 0) ids.push(...this.word(text.slice(wordStart, i)));
      wordStart = -1;
      if (!punctuation) continue;
      const wide = isHighSurrogate(code);
      ids.push(...this.word(text.slice(i, wide ? i + 2 : i + 1)));
      if (wide) i++;
    }
  }

  /** The longest pieces of the vocabulary that make up a word, from left to right; [UNK] when there are none. */
  private word(word: string): readonly number[] {
    const known = this.cache.get(word);
    if (known) return known;
    const pieces = this.pieces(word);
    if (this.cache.size >= MAX_CACHED_WORDS) this.cache.clear();
    this.cache.set(word, pieces);
    return pieces;
  }

  private pieces(word: string): readonly number[] {
    if (word.length > MAX_WORD_LENGTH && Array.from(word).length > MAX_WORD_LENGTH) return [this.unknown];
    const pieces: number[] = [];
    for (let start = 0; start < word.length;) {
      let end = word.length;
      let id: number | undefined;
      for (; end > start; end--) {
        id = this.vocabulary.get(start ? `##${word.slice(start, end)}` : word.slice(start, end));
        if (id !== undefined) break;
      }
      if (id === undefined) return [this.unknown];
      pieces.push(id);
      start = end;
    }
    return pieces;
  }

  private idOf(token: string): number {
    const id = this.vocabulary.get(token);
    if (id === undefined) throw new Error(`The vocabulary has no ${token}.`);
    return id;
  }
}

const SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const SPECIAL = /(\[(?:PAD|UNK|CLS|SEP|MASK)\])/;
/** Longer words are [UNK], in characters. */
const MAX_WORD_LENGTH = 100;
const MAX_CACHED_WORDS = 200_000;
const SPACE = 32;

/** Without control characters and accents, in lower case, spaces around each CJK ideograph. */
function normalise(text: string): string {
  if (/^[\t\n\r\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  return (
    text
      .replace(REMOVED, "")
      .replace(IDEOGRAPH, " $& ")
      .normalize("NFD")
      .replace(/\p{Mn}/gu, "")
      // the reference lowers each character by itself, without the sigma that ends a word
      .replace(/Σ/g, "σ")
      .toLowerCase()
  );
}

const REMOVED = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}]|\ufffd/gu;
const IDEOGRAPH =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

function isSpace(code: number): boolean {
  if (code <= SPACE) return true;
  if (code < 0xa0) return false;
  return (
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

function isPunctuation(text: string, position: number, code: number): boolean {
  if (code < 0x80)
    return (
      (code >= 33 && code <= 47) ||
      (code >= 58 && code <= 64) ||
      (code >= 91 && code <= 96) ||
      (code >= 123 && code <= 126)
    );
  if (isHighSurrogate(code)) return /^\p{P}/u.test(text.slice(position, position + 2));
  return /\p{P}/u.test(String.fromCharCode(code));
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
