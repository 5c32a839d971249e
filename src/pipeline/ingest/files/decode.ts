import type { Warn } from ".";

const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];
/** Bytes that are looked at to tell UTF-16 without a mark. */
const LOOKED_AT = 4096;

/**
 * The bytes of a text file in UTF-8, without a byte order mark. What is not UTF-8 is said: UTF-16 is told by its mark or its zeros; anything
 * else is taken for Windows-1252, of which Latin-1 is a part.
 */
export function asUtf8(bytes: Buffer, name: string, warn: Warn): Buffer {
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte));
  const content = marked ? bytes.subarray(marked[1].length) : bytes;
  const encoding = marked?.[0] ?? encodingOf(content);
  if (encoding === "utf-8") return content;
  warn(`${name} is not UTF-8 but ${TITLES[encoding]}, going by its bytes. Should texts look wrong, save it as UTF-8.`);
  return Buffer.from(new TextDecoder(encoding).decode(content), "utf8");
}

const TITLES: Readonly<Record<string, string>> = {
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16",
  "windows-1252": "Windows-1252 (Latin-1)",
};

function encodingOf(bytes: Buffer): string {
  const start = bytes.subarray(0, LOOKED_AT);
  const zeros = [0, 0];
  start.forEach((byte, i) => (zeros[i % 2] += Number(byte === 0)));
  // Letters of most scripts of Europe have a zero in one of their two bytes.
  if (zeros[1] > start.length / 5 && zeros[0] < start.length / 50) return "utf-16le";
  if (zeros[0] > start.length / 5 && zeros[1] < start.length / 50) return "utf-16be";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}
