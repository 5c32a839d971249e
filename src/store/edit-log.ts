import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import type { LogEntry } from "../scope";
import { writeError } from "./atomic";
import { damagedFile, isObject } from "./json";

/**
 * The edit log of a scope: a file to which entries are appended, one JSON object a line, and from which nothing is ever taken away. Several
 * kernels may append to it. The order of the lines is what counts, and the same for all of them: each applies the lines that fit, in that
 * order.
 */
export class EditLogFile {
  /** Bytes of the lines that were read or written here. */
  private known = 0;
  private lines = 0;

  constructor(readonly file: string) {}

  /**
   * The entries since the last call, oldest first. A last line without its end is not there yet: it is being written, or a crash has torn it
   * and nobody was told that it counts.
   * @throws LatentScopeError `damaged-file` when a line is no entry
   */
  read(): LogEntry[] {
    const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= this.known) return [];
    const log = openSync(this.file, "r");
    try {
      return this.take(readBetween(log, this.known, size));
    } finally {
      closeSync(log);
    }
  }

  /**
   * Appends an entry and returns when it is on the disk. Synchronous, because an edit counts only once it is kept.
   * @returns the entries since the last call: those that others have appended meanwhile, and this one last
   * @throws LatentScopeError `data-dir-not-writable`; `damaged-file` as {@link read}
   */
  append(entry: LogEntry): LogEntry[] {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    try {
      const isNew = !existsSync(this.file);
      const log = openSync(this.file, "a+");
      try {
        cutTornLine(log);
        // one write at the end of the file: lines of several kernels do not mix
        const written = writeSync(log, line);
        if (written < line.length) throw Object.assign(new Error("the line was cut"), { code: "ENOSPC" });
        fsyncSync(log);
        if (isNew) flushFolderOf(this.file);
        return this.taken(log, entry, line.length);
      } finally {
        closeSync(log);
      }
    } catch (error) {
      throw writeError(this.file, error);
    }
  }

  private taken(log: number, entry: LogEntry, length: number): LogEntry[] {
    const { size } = fstatSync(log);
    if (size !== this.known + length) return this.take(readBetween(log, this.known, size));
    this.known = size;
    this.lines++;
    return [entry];
  }

  private take(bytes: Buffer): LogEntry[] {
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.known += end;
    const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
    return lines.map((line) => parseEntry(this.file, line, ++this.lines));
  }
}

function parseEntry(file: string, line: string, number: number): LogEntry {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch (error) {
    throw damagedFile(file, `line ${number} is no JSON (${(error as Error).message})`);
  }
  const complete =
    isObject(entry) &&
    typeof entry["id"] === "string" &&
    typeof entry["time"] === "string" &&
    (entry["actor"] === "map" || entry["actor"] === "code" || entry["actor"] === "files") &&
    isObject(entry["edit"]) &&
    typeof entry["edit"]["kind"] === "string";
  if (!complete) throw damagedFile(file, `line ${number} is no edit`);
  // an edit is made after those before it, of which some may not have fitted
  const { revision } = entry as LogEntry;
  if (!(revision <= number)) throw damagedFile(file, `line ${number} has revision ${revision}: lines are missing`);
  return entry as LogEntry;
}

function readBetween(log: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from);
  let at = 0;
  while (at < bytes.length) {
    const read = readSync(log, bytes, at, bytes.length - at, from + at);
    if (!read) break;
    at += read;
  }
  return bytes.subarray(0, at);
}

function cutTornLine(log: number): void {
  const { size } = fstatSync(log);
  let end = size;
  const byte = Buffer.alloc(1);
  while (end > 0) {
    readSync(log, byte, 0, 1, end - 1);
    if (byte[0] === 0x0a) break;
    end--;
  }
  if (end < size) ftruncateSync(log, end);
}

/** A new file is there after a power failure only when its folder was flushed, too. */
function flushFolderOf(file: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path.dirname(file), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
